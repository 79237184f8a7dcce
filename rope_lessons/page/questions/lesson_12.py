"""Lesson 12: holding which pairs at a distance from training brings retrieval back?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "The needle stands 240 back, and the model guesses. You hold the distance at 60, but inside "
    "some pairs only. Which pairs, held alone, bring the answer back?",
    {
        "the fast ones": "They turn furthest, and have gone round many times. But they went round "
        "in training, too: the angles that they take at 240 lie close to ones that they have met.",
        "the slow ones": "They never finished a turn in training, so 240 turns many of them to "
        "angles that they had never met. Held at 60 they stay among those they know.",
        "only all of them together": "Holding all of them works. Holding the slow ones works as "
        "well, with the fast ones turning on to 240 untouched.",
        "none: there are too many keys": "Holding a distance takes no key away. If dilution were "
        "the cause, the answer could not come back.",
    },
    right="the slow ones",
)

SPOKEN = Spoken(
    ours=(
        "Past its training length a RoPE model meets new distances, first to its farthest keys: it "
        "slides. Fast pairs have been round; unfinished ones turn onto arcs that training never "
        "showed. Holding those alone brought far retrieval back in our models. Their loss it does "
        "not explain."
    ),
    object="the unfinished pairs, turned onto arcs that training never showed.",
    axis="distance: the farthest keys first, so it slides.",
    trade_off=(
        "holding those pairs brought far retrieval back, and they then tell far distances no "
        "longer apart."
    ),
    limit="our models, and retrieval; their loss it does not explain.",
)
