"""What a lesson prints is the same wherever it runs."""

from rope_lessons import show


def test_numbers_look_the_same_everywhere(capsys):
    assert show.number(-1e-9) == "0.000"
    assert show.numbers([[-0.0, 1.0]], 1) == "(0.0, 1.0)"
    assert show.order(0) == "0"
    show.table(("name", "n", "x"), [("a", 1, 0.5), ("long", 20, -0.25)])
    assert capsys.readouterr().out == ("name   n       x\na      1   0.500\nlong  20  -0.250\n")


def test_sizes_of_rounding_are_told_by_size_and_the_nearest_power():
    assert show.below(-1e-3, 1e-9) == "not below 1e-9"
    assert show.order(-9e-6) == "about 1e-5"
