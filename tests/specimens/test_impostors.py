"""The impostors pass the tests that people write, each has the bug it is named for, and one probe
unmasks them all."""

import numpy as np
import pytest

from rope_lessons import exercises, rotary
from rope_lessons.page import figures
from rope_lessons.specimens import impostors

RNG = np.random.default_rng(3)
POSITIONS = np.array([0, 3, 17, 250, 3001])
NAMES = list(impostors.GALLERY)
ARROWS = [1.0, 0.0, 0.6, 0.8, 0.0, 1.0, -0.8, 0.6]


def passes_the_usual_tests(rope):
    x = RNG.normal(size=(len(POSITIONS), 16))
    turned, moved = rope(x, POSITIONS, 500.0), rope(x, POSITIONS + 1000, 500.0)
    return (
        np.allclose(turned[0], x[0])
        and np.allclose(np.linalg.norm(turned, axis=-1), np.linalg.norm(x, axis=-1))
        and np.allclose(turned @ turned.T, moved @ moved.T)
    )


def one_by_one(x, positions, angle, members):
    """The definition, in loops: ``angle(position, j)`` for pair j, whose entries are members(j)."""
    turned = np.array(x)
    for row, position in enumerate(positions):
        for j in range(x.shape[-1] // 2):
            (a, b), turn = members(j), angle(position, j)
            first, second = x[row, a], x[row, b]
            turned[row, a] = first * np.cos(turn) - second * np.sin(turn)
            turned[row, b] = first * np.sin(turn) + second * np.cos(turn)
    return turned


BUGS = {
    impostors.clockwise: (lambda p, j: -p * 500.0 ** (-2 * j / 8), None),
    impostors.degrees: (lambda p, j: p * 500.0 ** (-2 * j / 8) * np.pi / 180, None),
    impostors.half_exponent: (lambda p, j: p * 500.0 ** (-j / 8), None),
    impostors.one_speed: (lambda p, j: p, None),
    impostors.other_layout: (lambda p, j: p * 500.0 ** (-2 * j / 8), lambda j: (j, j + 4)),
}


@pytest.mark.parametrize("impostor", impostors.GALLERY.values(), ids=NAMES)
def test_each_has_its_bug_and_no_other(impostor):
    angle, members = BUGS[impostor]
    x = RNG.normal(size=(5, 8))
    expected = one_by_one(x, POSITIONS, angle, members or (lambda j: (2 * j, 2 * j + 1)))
    np.testing.assert_allclose(impostor(x, POSITIONS, 500.0), expected, atol=1e-9)


@pytest.mark.parametrize("impostor", impostors.GALLERY.values(), ids=NAMES)
def test_the_usual_tests_let_them_through(impostor):
    assert passes_the_usual_tests(impostor)


def test_the_usual_tests_can_fail():
    speeds = rotary.inv_freq(16, 500.0)
    assert not passes_the_usual_tests(lambda x, p, base: rotary.apply_rope(x, p + 1, speeds))
    assert not passes_the_usual_tests(lambda x, p, base: x + p[:, None])
    assert not passes_the_usual_tests(lambda x, p, base: rotary.apply_rope(x, p**2, speeds))


def test_most_mistakes_of_the_catalogue_pass_them_too():
    """As the exercise says."""
    mistakes = [mistake.wrong for mistake in exercises.find("apply_rope").mistakes]
    assert sum(map(passes_the_usual_tests, mistakes)) > len(mistakes) / 2


@pytest.mark.parametrize("impostor", impostors.GALLERY.values(), ids=NAMES)
def test_bad_input_is_told_as_rotary_tells_it(impostor):
    with pytest.raises(ValueError, match="must be even to form pairs, got 7"):
        impostor(np.ones((2, 7)), [0, 1])
    with pytest.raises(ValueError, match="expected 2 positions"):
        impostor(np.ones((2, 8)), [0, 1, 2])
    with pytest.raises(ValueError, match="base must be greater than 0"):
        impostor(np.ones((2, 8)), [0, 1], 0)


@pytest.fixture(scope="module")
def line_up():
    return figures.line_up(impostors.GALLERY, ARROWS)


def unmasked(drawing, position, pair):
    drawing.update(position=position, pair=pair)
    listed = drawing.summary().split("unmasked (")[1].rstrip(")")
    return [] if listed == "nobody" else listed.split(", ")


def test_position_0_unmasks_nobody(line_up):
    assert [unmasked(line_up, 0, pair) for pair in range(4)] == [[]] * 4


def test_pair_0_hides_the_wrong_speeds_at_every_position(line_up):
    seen = {letter for position in range(1, 101) for letter in unmasked(line_up, position, 0)}
    named = {impostors.GALLERY[letter] for letter in seen}
    assert named == {impostors.clockwise, impostors.degrees, impostors.other_layout}


def test_one_probe_unmasks_all_and_shows_where_rope_points(line_up):
    assert unmasked(line_up, 3, 1) == NAMES
    # (0.6, 0.8) turned by 3 · 10,000^(−2/8) = 0.3 radians
    x, y = 0.6 * np.cos(0.3) - 0.8 * np.sin(0.3), 0.6 * np.sin(0.3) + 0.8 * np.cos(0.3)
    assert f"({x:.2f}, {y:.2f})" in line_up.summary()


def test_slow_pairs_near_the_start_unmask_few(line_up):
    assert len(unmasked(line_up, 1, 3)) == 2


def test_the_three_tests_pass_all_of_them_and_catch_what_they_can():
    later = {"later": lambda x, p: rotary.apply_rope(x, p + 1, rotary.inv_freq(64))}
    table = impostors.examine({**impostors.GALLERY, **later, "adds": lambda x, p: x + p[:, None]})
    verdicts = {label: said for label, *said in table.rows}
    assert all(verdicts[label] == ["passed"] * 3 for label in NAMES)
    assert verdicts["later"] == ["CAUGHT", "passed", "passed"]
    assert verdicts["adds"] == ["passed", "CAUGHT", "CAUGHT"]
