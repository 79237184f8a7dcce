"""Operations are counted as they are written, and arrows are shown with their lengths."""

import numpy as np
import pytest

from rope_lessons.specimens import one_turn


def as_sums(x, y, cos, sin):
    return x * cos - y * sin, x * sin + y * cos


def as_matrix(x, y, cos, sin):
    return np.array([[cos, -sin], [sin, cos]]) @ [x, y]


def factored(x, y, cos, sin):
    """Gauss: three products, five sums."""
    a, b, c = cos * (x + y), x * (sin - cos), y * (cos + sin)
    return a - c, a + b


@pytest.mark.parametrize(
    ("turn", "counted"),
    [(as_sums, (4, 2)), (as_matrix, (4, 2)), (factored, (3, 5)), (lambda x, y, c, s: x, (0, 0))],
)
def test_what_is_written_is_counted(turn, counted):
    assert one_turn.operations(turn) == counted


def test_what_is_no_product_or_sum_is_refused():
    with pytest.raises(TypeError):
        one_turn.operations(lambda x, y, cos, sin: x / y)


@pytest.mark.parametrize("arrow", [(1, 2, 3), [(1, 2), (3, 4)], (np.inf, 0), 5.0])
def test_what_is_no_arrow_is_refused_by_its_name(arrow):
    with pytest.raises(ValueError, match="bent"):
        one_turn.compare(bent=arrow)
