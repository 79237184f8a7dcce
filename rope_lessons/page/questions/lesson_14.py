"""What lesson 14 asks before the rescue, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

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

SPOKEN = Spoken(
    ours=(
        "Past L, unfinished pairs turn by θ_j·Δ onto arcs that no weight was fitted to; fast pairs "
        "have been everywhere. Dividing positions by s brings every distance up to s·L back, "
        "between known angles. Neighbours then differ s times less, s² at a peak, and tuning has "
        "to settle that. I would believe it when a near and a far needle are found."
    ),
    object="unfinished pairs past L, turned by θ_j·Δ onto arcs that no weight was fitted to.",
    axis="distance: divided by s, all up to s·L come back between known angles.",
    trade_off="neighbours differ s times less, s² at a peak, and tuning has to settle that.",
    limit="believe it when a near and a far needle are found.",
)
