"""Lesson 02: does the length of a vector survive when each of its arrows turns by its own angle?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Each of the 4 arrows turns by an angle of its own. The length of all 8 numbers together…",
    {
        "stays the same": "A turn keeps the length of its arrow, and the length of the whole is "
        "made of the lengths of the arrows alone.",
        "stays only if all turn by the same angle": "Equal angles would keep how the arrows stand "
        "to each other. The length does not ask for that: each arrow adds its own square, "
        "wherever it points.",
        "shrinks as the arrows drift apart": "It would, were the arrows laid tip to tail. Each "
        "lies in a plane of its own, and only their squared lengths are added.",
        "depends on which numbers form a pair": "The pairing decides which arrows there are and "
        "what the turned numbers become. The length stays under every pairing.",
    },
    right="stays the same",
)

SPOKEN = Spoken(
    ours=(
        "A vector of d numbers is d/2 arrows, each in a plane of its own. Turning one arrow "
        "changes two numbers and no length, and turns add up; so a turn can carry a position "
        "without making the vector longer. Which two numbers share a plane is free to choose, but "
        "only once: the weights are trained for it."
    ),
    object="a vector of d numbers, read as d/2 arrows.",
    axis="two numbers an arrow, and each arrow in a plane of its own.",
    trade_off="a turn makes nothing louder, so length cannot tell positions apart either.",
    limit="which two numbers share a plane is chosen once: the weights are trained for it.",
)
