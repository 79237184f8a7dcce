"""Lesson 04: how many of the arrows never come round in training?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "64 arrows: the fastest needs about 6 positions for a whole turn, the slowest about 54,000, "
    "and from one to the next that time grows by the same factor. The model was trained on texts "
    "of 4,096 tokens. How many of the 64 never came round?",
    {
        "one or two, at the slow end": "The slowest needs more than ten times as long as the "
        "training texts are. The arrows beside it are only a little faster, so a good many of them "
        "need too long as well.",
        "18, more than a quarter": "From 6 to 4,096 the time grows 650-fold, from there to 54,000 "
        "another 13-fold. In steps of one factor the second stretch is the shorter one, but far "
        "from nothing.",
        "about 59 of them: 4,096 is a small part of 54,000": "That would be so if the times grew "
        "by the same number of positions. They grow by the same factor, so most of them are short.",
        "none: 4,096 positions are hundreds of turns": "For the fastest, yes. The slowest has not "
        "made a tenth of a turn by then.",
    },
    right="18, more than a quarter",
)

SPOKEN = Spoken(
    ours=(
        "Each of the d/2 pairs of a query or key turns at its own speed, from one radian per "
        "position down by a constant factor. A fast pair tells neighbours apart and soon repeats "
        "itself; a slow one could tell chapters apart, and hardly sees a neighbour. Some never "
        "finish a turn in training, and a larger base leaves more of them unfinished."
    ),
    object="the d/2 pairs of a query or key, each turning at its own speed.",
    axis="radians per position, from 1 down by a constant factor.",
    trade_off=(
        "fast pairs tell neighbours apart and repeat soon; slow pairs repeat late and hardly see a "
        "neighbour."
    ),
    limit="some never finish a turn in training, more of them with a larger base.",
)
