"""What lesson 11 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "In texts of 512 characters ALiBi has the lowest loss of the three, by far. Which facts does "
    "it also find reliably?",
    {
        "far and near ones": "A low loss feels like an understanding of the whole text. But it is "
        "a mean over all characters, here of plain text, where no such fact is asked for.",
        "far ones": "A lower loss in a longer text reads like proof that the length is put to "
        "use. ALiBi makes every step of distance cost something, and far facts pay most.",
        "near ones": "Its penalty depends on distance alone. Close by it is what it was in "
        "training, however long the text; far back it is larger than it ever was.",
        "neither": "The loss does not say, that much is true. But facts close by are where a "
        "penalty on distance does no harm.",
    },
    right="near ones",
)

SPOKEN = Spoken(
    ours=(
        "Equal loss in training is no evidence of equal behaviour at eight times the length. A "
        "loss is a mean, and what is rare in it does not show. So I ask which facts a model finds, "
        "near and far, at the length we ship, over seeds: and what our metric's winner gives away "
        "in the one we do not plot."
    ),
    object="the facts that a model finds, a number beside the loss.",
    axis="distance, near and far, at the length we ship, over seeds.",
    trade_off="one number is easy to track, and as a mean it hides what is rare.",
    limit="small models on one task: they rank no schemes.",
)
