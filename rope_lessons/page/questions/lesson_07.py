"""What lesson 07 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "The same query and the same key, both 1,000 positions further on. Their score…",
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
        "RoPE turns each pair of a query and of a key by position times that pair's speed. When "
        "both tokens move by the same amount, both arrows turn by the same extra angle, so the "
        "angle between them stays, and with it the score. It sees content and the distance m − n, "
        "and neither token's own index. That holds for one q and one k. A token that has read "
        "something new brings another q and k from the second layer on."
    ),
    object="the score of one query with one key.",
    axis="the sequence: of m and n only m − n is left.",
    trade_off="it sees content and distance, and neither token's own index.",
    limit=(
        "the same q and k: from the second layer on they have read what stands in front. And it is "
        "no promise for distances that were never trained."
    ),
)
