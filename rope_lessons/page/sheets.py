"""What is the learner asked to write down in the last lesson?

Every sheet is a list of things to fill in; :mod:`rope_lessons.page.capstone` shows them and keeps
what was written. The six marks are what a good explanation has on it, and the two samples are there
to be marked first.
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


@dataclass(frozen=True)
class Words:
    """A line to be written in the learner's own words."""

    key: str
    text: str


# What each mark asks for, in the order in which an explanation needs it.
MARKS = {
    "angle": "The angle: at distance Δ, pair j has turned by θ_j·Δ.",
    "pair": "An unfinished pair, named, with a number: its arc or its wavelength.",
    "fast": "Fast pairs are safe, and why: they went all the way round in training.",
    "inside": "Distances divided by s fall back inside the arc that was met.",
    "price": "The price: neighbours differ less, by s in general, by s² at a peak; tuning helps.",
    "check": "One check to run, with a near needle and a far one.",
}

GOOD = (
    "At distance Δ, pair j has turned by θ_j·Δ. Llama-2 was trained on 4,096 positions; its pair "
    "52 went to 132° there, and 8,192 positions take it to 264°, onto an arc that no weight was "
    "fitted to. Pair 0 went round 651 times in training, so no arc is new to it. Divide positions "
    "by 2, and pair 52 ends at 132° again, between angles that it knows. Neighbours then turn half "
    "as far apart: their contrast is halved in general, a quarter is left at a peak, and it takes "
    "some tuning to live with that. I would ask for a needle 16 back and one 8,000 back, before "
    "and after."
)
CATCHY = (
    "The angles θ_j·Δ grow without end, so past the training length scores blow up, worst in the "
    "fast pairs, which turn furthest. Position interpolation divides every position by s, and "
    "distances up to s·L fall back inside the trained range. Every angle is then one that the "
    "model was trained on. So nothing is lost, nothing needs tuning, and the model sees s times as "
    "much. I would check that perplexity at 4·L is low."
)

# What is read out above a sheet.
READ_FIRST = {"sample 1": GOOD, "sample 2": CATCHY}


def _marks():
    return [Choice(key, text, ("yes", "no")) for key, text in MARKS.items()]


SHEETS = {
    "neox": [
        Choice("axis", "It meets something new by…", ("position", "distance", "none")),
        Choice("first", "The first new one is…", ("2,047", "2,048", "2,049", "4,096")),
        Choice("pair", "Of pairs 0 to 11, the longest new arc has…", ("0", "7", "9", "11")),
        Choice("needle", "Asked at 4,095, a new distance has…", ("16 back", "3,000 back", "both")),
    ],
    "sealed": [
        Choice("axis", "It meets something new by…", ("position", "distance", "none")),
        Choice("first", "The first new one is…", ("47", "48", "49", "384")),
        Choice("pair", "Of pairs 0 to 15, the longest new arc has…", ("0", "7", "12", "15")),
        Choice("loss", "From there on its loss…", ("stays", "slides up", "jumps at once")),
        Choice("near", "A needle 16 back, at the end of 384 tokens, is…", ("found", "guessed")),
        Choice("far", "A needle near the start, 379 back, is…", ("found", "guessed")),
        Distance("bet", "The bet: right answers fall below half at distance…", 48, 368, 48),
    ],
    "sample 1": _marks(),
    "sample 2": _marks(),
    "explanation": [
        Words("1", "What turns, and by what angle?"),
        Words("2", "Which pair meets something new? Name it, with a number."),
        Words("3", "Which pairs do not, and why?"),
        Words("4", "What does interpolation do, and what does it cost?"),
        Words("5", "What would you measure before you believe it?"),
    ],
    "own marks": _marks(),
}

# Why it came so, read beside the answer. Numbers are printed by the lesson's cells.
REASONS = {
    "neox": {
        "axis": "Neighbours at position 4,000 are as near as at position 4.",
        "first": "2,048 tokens are at most 2,047 apart.",
        "pair": "The faster ones have come round, the slowest has hardly moved on.",
        "needle": "16 back was trained, wherever the question stands. 3,000 back was not.",
    },
    "sealed": {
        "axis": "At one and the same late position, near needles are found and far ones are not.",
        "first": "48 tokens are at most 47 apart.",
        "pair": "Pair 7 was nearer to its full turn in training, pair 15 is too slow to go as far.",
        "loss": "At first only 1 key in 49 stands at a new distance.",
        "near": "16 back is a trained distance, wherever the question stands.",
        "far": "379 back, most slow pairs point where they never pointed in training.",
        "bet": "These two distances were measured, and between them the share passes one half.",
    },
    "sample 1": {
        "angle": "In its first sentence.",
        "pair": "Pair 52: 132° met, 264° needed.",
        "fast": "Pair 0, and the reason: 651 turns.",
        "inside": "And it says between known angles, not at them.",
        "price": "Half in general, a quarter at a peak, and tuning.",
        "check": "16 back and 8,000 back, before and after.",
    },
    "sample 2": {
        "angle": "The product is right. That scores blow up is not: |score| stays below ‖q‖·‖k‖.",
        "pair": "No pair, no number. And “the fast pairs” are the wrong ones.",
        "fast": "It says the opposite. They turn furthest, and did so in training.",
        "inside": "The range is right. “Every angle was trained” is not: most lie between.",
        "price": "Denied, and tuning with it. And dividing adds no information.",
        "check": "Perplexity is mostly decided by near text. Ask for needles, near and far.",
    },
}
# Our own marks for the samples.
OURS = {
    "sample 1": dict.fromkeys(MARKS, "yes"),
    "sample 2": {key: "yes" if key in ("angle", "inside") else "no" for key in MARKS},
}
