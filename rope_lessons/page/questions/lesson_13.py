"""What lesson 13 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "A model was trained on 8,192 positions. Then its file gets a scaling that slows the "
    "unfinished pairs by a factor of 8, and max_position_embeddings 131,072; it is not trained any "
    "further. From which distance on do those pairs turn to angles that training never showed?",
    {
        "1,024": "8,192 divided by 8. But a slower pair needs a longer way for the same angle, "
        "not a shorter one.",
        "8,192": "So it was before the scaling. The scaling is not idle: it moves these angles.",
        "65,536": "A pair slowed 8 times needs 8 times the distance for the same angle: "
        "8 times 8,192.",
        "131,072": "So far the file lets the model read. That is a limit of the software; it "
        "moves no angle and says nothing of training.",
    },
    right="65,536",
)

SPOKEN = Spoken(
    ours=(
        "“Uses RoPE” leaves five things open: which numbers pair, how many turn, the base, the "
        "scaling, and the lengths. I read them before I predict anything. What a file allows is "
        "not what was trained, and whether training went on after a scaling I ask the makers."
    ),
    object="a settings file that says RoPE.",
    axis="which numbers pair, how many of them turn, the base, the scaling, the lengths.",
    trade_off=(
        "a scaling by s makes room for s times the length, and changes the speeds that the "
        "weights have learned."
    ),
    limit="a file tells angles; it seldom tells training, and never what a model makes of them.",
)
