"""What does RoPE turn, and what does it leave alone?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "A token stands at position 500. Its query, key and value have been computed in the first "
    "layer, 64 numbers each. Which of them does RoPE change?",
    {
        "query and key": "Query and key meet in the score, and that is where position is wanted.",
        "query, key and value": "The value is what gets added up once the scores have decided how "
        "much of it. RoPE leaves it as it is: content, without a place.",
        "all three, through the embedding": "That is what a sinusoidal or learned table does, once "
        "at the input. RoPE adds nothing, and the embedding never hears of it.",
        "none of them, only the score": "Some schemes do add a number to the score. RoPE gives the "
        "score new vectors instead: it turns query and key before they meet.",
    },
    right="query and key",
)

SPOKEN = Spoken(
    ours=(
        "In every layer, after W_q and W_k and before the score, RoPE turns q and k, pair by pair, "
        "by position times speed. Lengths stay, v and the embedding are untouched, and nothing is "
        "learned. But each layer makes new q and k, which know no place, so every layer turns "
        "anew; and the weights fit these speeds, so whoever changes the speeds changes the model."
    ),
    object="q and k in every layer, after W_q and W_k and before the score; v is left alone.",
    axis="their last axis, pair by pair; shapes and lengths stay.",
    trade_off="position enters the scores alone, so every layer pays for turning anew.",
    limit="the weights fit these speeds: whoever changes the speeds changes the model.",
)
