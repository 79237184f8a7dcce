"""Lesson 04: which of two bases leaves more hands of the clock unfinished?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Heads of 128 numbers, trained on 4,096 positions. Which base leaves more hands unfinished?",
    {
        "10,000": "It sounds as if a larger base had room for more turns. It stands under a "
        "negative exponent: the larger base makes every hand but the fastest slower.",
        "500,000": "A larger base makes every hand but the fastest slower, so fewer of them come "
        "round in time.",
        "both the same": "head_dim decides how many hands there are. How fast each one goes is up "
        "to the base as well.",
        "neither: every hand comes round": "The fastest comes round every 6.28 positions. The "
        "slowest of these needs tens of thousands at base 10,000, and more at 500,000.",
    },
    right="500,000",
)

SPOKEN = Spoken(
    ours=(
        "Each of the d/2 pairs of a head turns at its own speed, from one radian per position down "
        "by a constant factor. Fast pairs can tell neighbours apart, slow pairs could tell "
        "chapters apart. Some never finish a turn within the training length; a larger base slows "
        "all pairs but the first, so it leaves more of them unfinished."
    ),
    object="the d/2 pairs, each turning at its own speed.",
    axis="radians per position, from 1 down by a constant factor.",
    trade_off=(
        "fast pairs tell neighbours apart and repeat soon; slow pairs repeat late and hardly see a "
        "neighbour."
    ),
    limit=(
        "some never finish a turn within the training length, and a larger base leaves more of "
        "them unfinished."
    ),
)
