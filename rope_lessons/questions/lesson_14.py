"""What lesson 14 asks before the rescue."""

from rope_lessons.questions import Question

QUESTION = Question(
    "A model trained on 64 tokens reads 256 and guesses at needles far back. You divide every "
    "position by 4 and tune nothing. What comes of it?",
    {
        "far needles come back, near ones suffer": "Far distances turn by angles within reach of "
        "training again. Neighbours turn a quarter as far apart as the model is used to.",
        "far needles come back, at no cost": "The far part is so. But every pair is slowed, the "
        "fast ones too, and those tell neighbours apart.",
        "all gets better: it sees four times as much": "Dividing adds no information. The same "
        "angles have to serve four times as many positions.",
        "nothing comes back without tuning": "Tuning mends the price. The angles are within reach "
        "at once, and far needles are found at once.",
    },
    right="far needles come back, near ones suffer",
)
