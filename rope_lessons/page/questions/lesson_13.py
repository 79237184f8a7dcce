"""What lesson 13 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "A file says original_max_position_embeddings 8,192 (training ended there), "
    "max_position_embeddings 131,072, and a scaling that slows the unfinished pairs by a factor "
    "of 8. From which distance on do they turn to angles that this training never showed?",
    {
        "1,024": "8,192 divided by 8. But a slower pair needs a longer way for the same angle, "
        "not a shorter one.",
        "8,192": "So it was before the scaling. The block is not inert: it moves these angles.",
        "65,536": "A pair slowed 8 times needs 8 times the distance for the same angle: "
        "8 times 8,192.",
        "131,072": "So far the file lets the model read. That is a limit of the software; it "
        "moves no angle and says nothing of training.",
    },
    right="65,536",
)

SPOKEN = Spoken(
    ours=(
        "“Uses RoPE” leaves five things open: which entries pair, how many turn, the base, the "
        "scaling, and which length was trained. I read them before I predict anything. "
        "`max_position_embeddings` is what the file allows, not what was trained."
    ),
    object="a settings file that says RoPE.",
    axis="which entries pair, how many of them turn, the base, the scaling, the trained length.",
    trade_off=(
        "the name is quick to read and leaves five things open; the five decide where new angles "
        "come."
    ),
    limit="`max_position_embeddings` is what the file allows, not what was trained.",
)
