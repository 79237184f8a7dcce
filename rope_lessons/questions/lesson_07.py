"""What lesson 07 asks before it shows anything."""

from rope_lessons.questions import Question

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
