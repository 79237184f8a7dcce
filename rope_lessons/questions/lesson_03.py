"""What lesson 03 asks before it shows anything."""

from rope_lessons.questions import Question

QUESTION = Question(
    "Both tokens move 20 positions to the right, through a trained model. Which of the four terms "
    "keep their value?",
    {
        "content–content alone": "It holds no position, so it survives for free. Each cross term "
        "sees one position, and that one moved. Position–position sees both, but through A, and a "
        "trained A keeps only part of what sines and cosines know of distance.",
        "content–content and position–position": "So it would be if sines and cosines met "
        "directly: their product depends on the distance alone. Between them stands A, and a "
        "trained A keeps only part of that.",
        "all four": "The distance between the tokens is the same, but no term gets to see it "
        "undisturbed. Each cross term knows one position and nothing of the other.",
        "none": "One holds no position at all: content meets content, wherever the two tokens are.",
    },
    right="content–content alone",
)
