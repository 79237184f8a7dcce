"""What may be given where a signature asks for an array?

Whatever NumPy makes one of; :mod:`._validate` does, before the function's own code begins. No
checker can follow that, so to one it is anything.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    ArrayLike = Any
else:
    from numpy.typing import ArrayLike

__all__ = ["ArrayLike"]
