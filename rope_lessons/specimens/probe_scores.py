"""Which scores have a shift error that can be worked out in the head?

Lesson 03's check asks about them, beside the black boxes, and names them in its answer: a learner
can take paper and see which number is right.
"""


def m_plus_n(m: float, n: float) -> float:
    """Grows with both positions: a shift by s changes it by 2 s.

    >>> m_plus_n(5, 2)
    7
    """
    return m + n


def m_minus_n(m: float, n: float) -> float:
    """The distance itself: no shift changes it.

    >>> m_minus_n(5, 2)
    3
    """
    return m - n


def m_times_n(m: float, n: float) -> float:
    """A shift by s changes it by s (m + n + s), so by more where the tokens are further on.

    >>> m_times_n(5, 2)
    10
    """
    return m * n
