"""What lesson 01 asks before it shows anything."""

from rope_lessons.questions import Question

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
