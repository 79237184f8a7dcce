"""What lesson 07 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Query and key both move 1,000 positions to the right. Their score…",
    {
        "stays the same": "Both arrows turn by the same extra angle. The angle between them, "
        "and with it the score, stays what it was.",
        "gets smaller": "It would, if a score faded with position. But these tokens are as far "
        "apart as before, and the score sees nothing else of where they are.",
        "gets larger": "Both angles grow, and by the same amount. The score never sees them, "
        "only their difference.",
        "depends on q and k": "q and k decide how large the score is. Whether it moves is up "
        "to the two angles, and those grow together.",
    },
    right="stays the same",
)

SPOKEN = Spoken(
    ours=(
        "RoPE turns each pair of a query and of a key by position times that pair's speed. The dot "
        "product sees only the difference of the two angles, so a score depends on m − n and on "
        "content: shift both tokens and it stands still. That is a statement about scores, one "
        "query against one key. It is no promise for distances that were never trained."
    ),
    object="the score of one query with one key.",
    axis="the sequence: of m and n only m − n is left.",
    trade_off="it sees content and distance, and neither token's own index.",
    limit=(
        "it is about scores of given q and k, and no promise for distances that were never trained."
    ),
)
