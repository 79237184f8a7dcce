"""What lesson 08 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "A model pairs x[2j] with x[2j + 1]. By mistake you turn x[j] with x[j + d/2]. Which test of "
    "your code notices?",
    {
        "position 0 changes nothing": "At position 0 every angle is 0, so nothing moves, whoever "
        "is paired with whom. This test never sees a pairing.",
        "every length stays": "Wrong pairs turn as well, and a turn keeps every length.",
        "scores stay when both tokens move": "Each wrong pair still turns by position times one "
        "speed, so its scores depend on distance alone. They are relative, and they are wrong.",
        "none of the three": "All three hold for any turn by position times a speed: any "
        "pairing, either direction, any speeds.",
    },
    right="none of the three",
)

SPOKEN = Spoken(
    ours=(
        "A query or key of d numbers is d/2 pairs, each turning at its own speed. On paper that "
        "is a large matrix with a small turn for each pair; in code it is two products, entry by "
        "entry. Which entries form a pair is a convention, and the weights of a model know one of "
        "them. I test a rotation against right numbers, because its properties hold for wrong "
        "ones too."
    ),
    object="a query or key of d numbers: d/2 pairs, each with its own speed.",
    axis="the last axis, d; positions run along the axis before it.",
    trade_off="two entry-by-entry products instead of a matrix, d/2 times fewer multiplications.",
    limit=(
        "properties hold for wrong rotations too, and the layout is the weights' own: test against "
        "numbers."
    ),
)
