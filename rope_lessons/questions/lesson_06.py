"""What does RoPE lay its hands on?"""

from rope_lessons.questions import Question

QUESTION = Question(
    "A token stands at position 500. Its query, key and value have been computed in the first "
    "layer, 64 numbers each. Which of them does RoPE change?",
    {
        "query and key": "Query and key meet in the score, and that is where position is wanted.",
        "query, key and value": "The value meets no other turned vector: it is only weighted and "
        "summed. A turn of it would stay in the output, so RoPE leaves it alone.",
        "all three, through the embedding": "That is what a sinusoidal or learned table does, once "
        "at the input. RoPE adds nothing, and the embedding never hears of it.",
        "none of them, only the score": "Some schemes do add a number to the score. RoPE gives the "
        "score new vectors instead: it turns query and key before they meet.",
    },
    right="query and key",
)
