"""What lesson 03 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Both tokens move 20 positions on. With which of the three does their score stay where it was?",
    {
        "add": "Both get as much more, so one may hope that it cancels. But a score multiplies: "
        "the content of each token meets the position of the other, and that one has moved.",
        "stretch": "The two lengths keep their ratio. But a score multiplies them, so it sees the "
        "sum of the two positions, and that one grows.",
        "turn": "Both arrows have moved, and their score has not. At another distance it is "
        "another, so it does see the distance. Lesson 07 shows the reason.",
        "none of them": "Adding and stretching both fail, and it may look as if everything must. "
        "Turning does not.",
    },
    right="turn",
)

SPOKEN = Spoken(
    ours=(
        "A score should see how far apart two tokens are, and not where they stand: move both, and "
        "it should stay. Add positions, and every score is a sum of four terms, of which two see a "
        "single position each. Stretch, and it sees the sum of the positions. Turn, and it passes. "
        "Sines added to the input know distance among themselves, but W_q and W_k come between."
    ),
    object="the score of a query with a key, each changed for its position.",
    axis="the distance of the two tokens, against the shift of both.",
    trade_off="a score that sees distance alone cannot tell a text's first token as the first.",
    limit="a turn passes, but one arrow at one speed comes back to where it began.",
)
