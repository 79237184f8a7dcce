"""What does one turn cost, once it has to be computed?"""

from rope_lessons.page.questions import Question, Spoken

QUESTION = Question(
    "An arrow (x, y) is to be turned. The cosine and the sine of the angle are known. How much is "
    "left to compute?",
    {
        "2 multiplications, one for each number": "Then x would come out of the old x alone. But a "
        "quarter turn brings to x what was y: each new number takes from both old ones.",
        "4 multiplications and 2 additions": "Each of the two new numbers takes a part of both old "
        "ones: two products and a sum, twice.",
        "the more, the further it turns": "A turn by 300° need not be made of many small ones. Its "
        "cosine and its sine are two numbers, like those of a turn by 3°.",
        "a matrix costs more than a complex number": "They are two ways to write the same four "
        "products and two sums.",
    },
    right="4 multiplications and 2 additions",
)

SPOKEN = Spoken(
    ours=(
        "A pair is turned by two numbers, the cosine and the sine of position times speed. It "
        "takes four multiplications and two additions, whether written as a matrix or as a complex "
        "number. That is cheap and keeps the length; but whole turns leave no trace, and a right "
        "length does not prove a right turn."
    ),
    object="one pair of numbers, and its angle: position times speed.",
    axis="two numbers in, two numbers out, by four multiplications and two additions.",
    trade_off="it is cheap and keeps the length; how many whole turns were made is lost.",
    limit="a right length does not prove a right turn: compare with a quarter turn.",
)
