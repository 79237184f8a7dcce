"""What does one turn after another come to?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "An arrow is turned for position 3, and what comes out is turned again for position 5. "
    "Which single turn does the same?",
    {
        "the one for position 8": "The second turn starts where the first one ended, so the angles "
        "add, and with them the positions.",
        "the one for position 15": "Writing one turn after another is a product, of matrices or of "
        "complex numbers. Inside that product the angles add; they are not multiplied.",
        "it depends on which comes first": "In space it would, where turns may have different "
        "axes. In a plane all turns share one centre, and 3 + 5 is 5 + 3.",
        "none: the arrow is shorter by then": "cos² + sin² = 1, so a turn takes nothing off the "
        "length, however often it is done.",
    },
    right="the one for position 8",
)

SPOKEN = Spoken(
    ours=(
        "Turning a pair takes two numbers, the cosine and the sine of position times speed; as a "
        "matrix or a complex number it is the same six operations. Lengths stay, and turning twice "
        "adds the angles. What it costs: the number of whole turns is lost, so one pair alone "
        "cannot tell all positions apart."
    ),
    object="one pair of numbers, and its angle: position times speed.",
    axis="two numbers in, two numbers out, by four multiplications and two additions.",
    trade_off="it is cheap and keeps lengths, but the number of whole turns is lost.",
    limit="one pair alone cannot tell all positions apart.",
)
