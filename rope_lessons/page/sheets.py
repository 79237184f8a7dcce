"""What is the learner asked to write down in the last lesson?

Every sheet is a list of things to fill in; :mod:`rope_lessons.page.capstone` shows them and keeps
what was written.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """A question with a few answers, of which one is pressed."""

    key: str
    text: str
    options: tuple


@dataclass(frozen=True)
class Distance:
    """A question whose answer is a whole number of positions, set with a slider."""

    key: str
    text: str
    low: int
    high: int
    start: int


SHEETS = {
    "ishmael": [
        Choice("axis", "What is new to him comes by…", ("position", "distance", "none")),
        Choice("first", "The first new one is…", ("63", "64", "65", "256")),
        Choice("pair", "Of pairs 0 to 15, the longest new arc has…", ("0", "6", "9", "15")),
    ],
    "llama": [
        Choice("first", "The first new distance is…", ("2,047", "2,048", "4,095", "4,096")),
        Choice("perplexity", "At 4,096 its perplexity is…", ("6.96", "7.34", "over 1000")),
    ],
    "sealed": [
        Distance("bet", "The bet: right answers fall below half at distance…", 48, 368, 48),
    ],
}

# Why it came so, read beside the answer. Numbers are printed by the lesson's cells.
REASONS = {
    "ishmael": {
        "axis": "Neighbours at position 250 are as near as at position 5.",
        "first": "64 characters are at most 63 apart.",
        "pair": "The faster ones have come round, and the slowest hardly moves on.",
    },
    "llama": {
        "first": "2,048 tokens are at most 2,047 apart.",
        "perplexity": "The others are what tuning at 8,192 gave there, with PI and without.",
    },
    "sealed": {
        "bet": "These two distances were measured, and between them the share passes one half.",
    },
}
