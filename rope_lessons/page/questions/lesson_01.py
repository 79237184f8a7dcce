"""What lesson 01 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Both were trained on 64 characters at a time, and both read on. From index 64 on…",
    {
        "both read on as before": "One hopes so: there is a formula for every index, and a sine "
        "never leaves −1 … 1. But a number that can be computed is no number that was trained.",
        "both get worse, over hundreds of characters": "There are models that fail like that, bit "
        "by bit; you meet one in lesson 12. Here the rows soon lie far from every trained "
        "one, and it shows within a dozen characters.",
        "one stops, the other reads on and is soon lost": "The table has no row 64, and says so. "
        "The sines have a row there that no weight was ever fitted to: no error, and a loss that "
        "climbs within a dozen characters.",
        "both stop with an error": "A table ends. A formula does not: it gives a row for index 64 "
        "as for any other, and nothing warns you.",
    },
    right="one stops, the other reads on and is soon lost",
)

SPOKEN = Spoken(
    ours=(
        "A model trained on L tokens, counted from 0, has met the positions 0 … L − 1. Where "
        "position is a row added to the input, index L is an input that no weight was fitted to. A "
        "learned table of L rows has none there and stops. Sines give one, so the model reads "
        "on, says nothing, and is soon lost. What can be computed need not have been learned."
    ),
    object="the row that is added to a token's vector, one for each index.",
    axis="the index: 0 … L − 1 were met, and L is the first new one.",
    trade_off="a table stops where it has no row; sines read on and say nothing.",
    limit="what can be computed need not have been learned.",
)
