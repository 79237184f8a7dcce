"""What lesson 10 asks before it shows anything."""

from rope_lessons.questions import Question

QUESTION = Question(
    "Four language models, alike but for their positions, were trained on 512 tokens at a time. "
    "Reading 512 tokens, which foretells the next one best?",
    {
        "sinusoidal": "At the length it was trained on, a model has met all its positions. There "
        "the oldest of the four does about as well as RoPE.",
        "RoPE": "Most models of our list have it, and yet it came last of the four here, level "
        "with the sinusoidal model. What it won by is something else.",
        "T5 bias": "A trained number for each range of distances, added to the score. Few models "
        "took it over.",
        "ALiBi": "A close second. It takes the lead where the text gets longer than in training, "
        "which is what it was made for.",
    },
    right="T5 bias",
)
