"""Lesson 12: holding which pairs at a distance from training brings retrieval back?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "The fact stands 240 back, and Ishmael guesses. You hold the distance at 60, but inside some "
    "pairs only. Which pairs, held alone, bring the answers back?",
    {
        "the fast ones": "They turn furthest, and have gone round many times. But they went round "
        "in training, too: the angles that they take at 240 lie close to ones that they have met.",
        "the slow ones": "They never finished a turn in training, so 240 turns many of them to "
        "angles that they had never met. Held at 60 they stay among those they know.",
        "only all of them together": "Holding all of them works. Holding the slow ones works as "
        "well, with the fast ones turning on to 240 untouched.",
        "none: there are too many keys": "Holding a distance takes no key away, and yet the "
        "answers come back, even among 1,024 keys. So the crowd alone is not enough as a cause.",
    },
    right="the slow ones",
)

SPOKEN = Spoken(
    ours=(
        "Past its training length a model with RoPE meets new distances, first to its farthest "
        "keys. Fast pairs have been round; unfinished ones turn onto arcs that training never "
        "showed. Holding those alone brought far facts back in our models. Their loss is another "
        "matter: there, holding the fast ones helped as well."
    ),
    object="the unfinished pairs, turned onto arcs that training never showed.",
    axis="distance: new to the farthest keys first, so it slides.",
    trade_off="a held pair keeps to angles it knows, and no longer tells far distances apart.",
    limit="our small models, and far facts; their loss is another matter.",
)
