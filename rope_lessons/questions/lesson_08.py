"""What lesson 08 asks before it shows anything."""

from rope_lessons.questions import Question

QUESTION = Question(
    "A model pairs x[2j] with x[2j + 1]. By mistake you turn x[j] with x[j + d/2]. Which test of "
    "your code notices?",
    {
        "position 0 changes nothing": "At position 0 every angle is 0, so nothing moves, whoever "
        "is paired with whom. This test never sees a pairing.",
        "every length stays": "Wrong pairs turn as well, and a turn keeps every length.",
        "scores stay when both tokens move": "Each wrong pair still turns by position times one "
        "speed, so its scores depend on distance alone. They are relative, and they are wrong.",
        "none of the three": "All three are properties of turning. They hold for any pairing, "
        "either direction and any speeds.",
    },
    right="none of the three",
)
