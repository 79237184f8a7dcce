"""What lesson 03 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

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

SPOKEN = Spoken(
    ours=(
        "Add positions to the input, and every score is a sum of four terms. One ignores position, "
        "two see a single position, and the last sees both, through W_qᵀW_k. Shift the text and "
        "the sum changes, though the table itself knows distance. Later schemes let position in "
        "after W_q and W_k, where no A can spoil it."
    ),
    object="a score, the sum of four terms where positions are added to the input.",
    axis="query and key: one term sees no position, two see one, the last sees both.",
    trade_off="the table itself knows distance, and W_q and W_k between its rows spoil it.",
    limit="move both tokens, and the sum changes though their distance does not.",
)
