"""What is asked before each lesson, and what should somebody with each answer read at its end?

Every wrong option is a belief that people hold. Its sentence speaks to whoever chose it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """``options`` leads from each answer to its sentence; ``right`` is one of the answers."""

    text: str
    options: dict
    right: str

    def __post_init__(self):
        if self.right not in self.options or len(self.options) < 2:
            raise ValueError(
                f"right must be one of at least two options, got {self.right!r} and "
                f"{list(self.options)}"
            )


QUESTIONS = {
    7: Question(
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
    ),
}
