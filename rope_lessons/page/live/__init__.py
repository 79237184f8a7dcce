"""Which figures come under the hand, at the screen's own rate, with or without a kernel?"""

from rope_lessons.page.live.arcs import arcs
from rope_lessons.page.live.base import Live, standalone
from rope_lessons.page.live.dials import dials
from rope_lessons.page.live.one_turn import one_turn
from rope_lessons.page.live.peak import peak
from rope_lessons.page.live.planes import planes
from rope_lessons.page.live.rescue import rescue
from rope_lessons.page.live.two_arrows import two_arrows

__all__ = [
    "Live",
    "arcs",
    "dials",
    "one_turn",
    "peak",
    "planes",
    "rescue",
    "standalone",
    "two_arrows",
]
