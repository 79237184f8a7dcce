"""What lesson 10 asks before it shows anything, and what it comes down to."""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "Four language models, alike but for their positions, were trained on 512 tokens at a time. "
    "Reading 512 tokens, which foretells the next one best?",
    {
        "sinusoidal": "At the length it was trained on, a model has met all its positions. There "
        "the oldest of the four does about as well as RoPE.",
        "RoPE": "Most models whose settings this course reads have it, and yet it came last of "
        "the four here, level with the sinusoidal model. What it won by is something else.",
        "T5 bias": "A trained number for each range of distances, added to the score. Few models "
        "took it over.",
        "ALiBi": "A close second. It takes the lead where the text gets longer than in training, "
        "which is what it was made for.",
    },
    right="T5 bias",
)

SPOKEN = Spoken(
    ours=(
        "Position can enter at the input, as a bias, or as a turn of q and k. At the input it "
        "reaches v too, and scores see more than distance. A bias sees distance alone and treats "
        "all keys alike; a turn lets each key answer. RoPE trains no number for it and can "
        "be rescaled. At the length of training, in the published table, the four differ by two "
        "percent."
    ),
    object="where position enters: at the input, as a bias, or as a turn of q and k.",
    axis="at the input it reaches v too; a bias and a turn reach the scores alone.",
    trade_off="a bias treats all keys alike, a turn lets each key answer.",
    limit="at the length of training, in the published table, the four differ by two percent.",
)
