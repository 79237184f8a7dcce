"""What lesson 01 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Both models were trained on 64 characters at a time. You let them read on. From index 64 on…",
    {
        "both read on as before": "One hopes so: there is a formula for every index, and a sine "
        "never leaves −1 … 1. But a number that can be computed is no number that was trained.",
        "both get slowly worse": "There are models that fail like that, bit by bit; you meet one "
        "in lesson 12. Here every row past the last trained one is new to the whole model, and it "
        "shows within a dozen characters.",
        "one stops, the other jumps": "The table has no row 64, and says so. The sinusoid has a "
        "value there that no weight was ever fitted to: no error, and a loss that jumps.",
        "both stop with an error": "A table ends. A formula does not: sin(64·θ) is a number like "
        "any other, and nothing warns you.",
    },
    right="one stops, the other jumps",
)

SPOKEN = Spoken(
    ours=(
        "A model trained on L tokens has met the positions 0 … L − 1. Where position is a row "
        "added to the input, index L is an input that no weight was fitted to. A learned table has "
        "no row there and stops. A sinusoid has one, so the model reads on, says nothing, and soon "
        "gets worse. What can be computed need not have been learned."
    ),
    object="the row that is added to a token's vector, one for each index.",
    axis="the index: 0 … L − 1 were met, and L is the first new one.",
    trade_off="a table stops where it has no row; sines read on and say nothing.",
    limit="what can be computed need not have been learned.",
)
