"""What lesson 09 asks before it shows anything."""

from rope_lessons.questions import Question

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
