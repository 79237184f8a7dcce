"""What lesson 09 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "One query, and 4,000 keys of independent random numbers. As the distance grows from 1 to "
    "4,000 positions, their average score…",
    {
        "falls": "It falls for keys that resemble the query. A random key is as likely to be "
        "turned towards the query as away from it, at every distance.",
        "stays flat": "A random key, turned, is a random key again. So no distance is favoured: "
        "the average stays about 0, and the spread stays what it is.",
        "falls and comes back in waves": "One key's curve does swing. Over many keys the swings "
        "cancel.",
        "rises": "Some keys do come round to the query with distance. As many turn away.",
    },
    right="stays flat",
)

SPOKEN = Spoken(
    ours=(
        "Over distance a RoPE score is a sum of cosines, one a pair; q and k set the phases. "
        "Aligned they give a high start, a logarithmic fall with ripples and a zero crossing that "
        "a larger base moves out. Random ones give no fall at all, and a key can be built to peak "
        "anywhere. So the shape is chosen by what W_q and W_k learn. RoPE supplies the waves."
    ),
    object="the score over distance, a sum of cosines, one a pair.",
    axis="distance; q and k set the phases.",
    trade_off=(
        "aligned, it starts high and falls with ripples; a larger base moves the zero crossing out."
    ),
    limit="random q and k give no fall: the shape is what W_q and W_k learn.",
)
