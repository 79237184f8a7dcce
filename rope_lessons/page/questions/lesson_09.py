"""What lesson 09 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "One query, and 4,000 keys of independent random numbers. As the distance grows from 1 to "
    "4,000 positions, the average of the 4,000 scores…",
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
        "Over distance a RoPE score is a sum of waves, one for each pair. RoPE sets how fast each "
        "wave runs; the query and the key set how strong it is and where it starts. If the key is "
        "the query, all start at their crest and the sum falls, on average and with ripples. Over "
        "random keys the average does not fall at all, and a key can be built to peak at any "
        "distance. So the shape is chosen by what W_q and W_k learn."
    ),
    object="the score of one query with one key, a sum of waves, one for each pair.",
    axis="the distance m − n; q and k set where each wave starts.",
    trade_off=(
        "an equal key scores highest nearby and falls with ripples; a larger base makes the fall "
        "slower."
    ),
    limit="the average over random keys does not fall: the shape is what W_q and W_k learn.",
)
