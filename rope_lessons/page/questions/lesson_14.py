"""What lesson 14 asks before the rescue, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Ishmael guesses at facts far back. You divide every position by 4, so that every pair ends on "
    "the arc that it was trained on, and you train nothing. How does he read now?",
    {
        "far facts come back, and all text is read worse": "Far distances turn by angles within "
        "reach of training again. But every pair is slowed, the fast ones too, and neighbours turn "
        "a quarter as far apart as he is used to.",
        "far facts come back, at no cost": "The far part is so. But the fast pairs, through "
        "which hardly a far fact was lost, are slowed as well, and it is they that tell "
        "neighbours apart.",
        "all gets better: he sees four times as much": "Dividing adds no information. The same "
        "angles have to serve four times as many positions.",
        "nothing comes back before he is trained on": "Training mends part of the price. The "
        "angles are within reach at once, and so are the far facts.",
    },
    right="far facts come back, and all text is read worse",
)

SPOKEN = Spoken(
    ours=(
        "At distances past L an unfinished pair turns by θ_j·Δ onto an arc that no weight was "
        "fitted to, and the attention on a far fact drains away. Dividing positions by s brings "
        "every arc back, between angles that are known. But it slows the fast pairs too, and "
        "neighbours blur. NTK-aware scaling spares them, leaves the middle pairs too fast, and so "
        "takes a larger s. I believe a rescue when near facts, far facts and the loss on short "
        "distances hold."
    ),
    object="unfinished pairs, turned by θ_j·Δ onto arcs that no weight was fitted to.",
    axis="distance: new past L; divided by s, old again up to s·L.",
    trade_off="overshoot or blur: slowed too little, a pair stays off its arc; slowed too much, it "
    "no longer tells neighbours apart.",
    limit="fast pairs meet no new angle, one by one: enough for far facts, not for the loss. "
    "Measure near, far and loss.",
)
