"""What a class on a JupyterHub is measured with (``make bench-class``), where no hub is needed."""

import itertools
from types import SimpleNamespace

import class_report
import pytest
from class_at_once import far_addresses
from class_browser import MOVES, positions, text


def test_a_larger_class_is_computed_from_the_means():
    figures = {
        "memory": [200e6, 400e6],
        "disk": [2e6, 4e6],
        "start": [2.0, 4.0],
        "work": [6.0, 12.0],
        "minutes": [12, 18],
    }
    once = {"memory": 500e6, "disk": 700e6, "hub": 0.6}
    said = "\n".join(class_report.estimate(figures, once, learners=100, cores=10))
    assert "memory   100 × 300 MB + 500 MB = 30 GB" in said  # 30.5
    assert "disk     100 × 3.0 MB + 700 MB = 1.0 GB" in said
    assert "cells    100 × 9.0 s in 15 min = 1.0 cores" in said
    assert "sliders  100 × 1 min of dragging in 15 min = at most 6.7 cores" in said
    assert "servers  100 × 3.0 s on 10 cores = 30 s" in said
    assert "100 × 0.30 s = 30 s" in said


def test_the_table_gives_median_and_most_in_its_units():
    figures = {name: [1e6, 2e6, 9e6] for name, *_ in class_report.ROWS}
    rows = {line[:42].strip(): line[42:].split() for line in class_report.table(figures)}
    assert rows["memory of a kernel"] == ["2", "9", "MB"]
    assert rows["disk"] == ["2.0", "9.0", "MB"]
    assert rows["processor time, all of it"] == ["2000000.0", "9000000.0", "s"]
    assert len(rows) == 1 + len(class_report.ROWS)


@pytest.mark.parametrize(
    ("slider", "first", "last", "count"),
    [
        ({"min": 0, "max": 90, "step": 1, "value": 5}, 0, 90, MOVES),
        ({"min": 0, "max": 90, "step": 1, "value": 0}, 10, 90, MOVES - 1),
        ({"min": 1, "max": 3, "step": 1, "value": 3}, 1, 3, 3),
        ({"min": -0.5, "max": 0.5, "step": 0.25, "value": 0.0}, -0.5, 0.5, 5),
    ],
)
def test_a_slider_goes_from_end_to_end_and_every_move_changes_it(slider, first, last, count):
    values = positions(slider)
    assert (values[0], values[-1], len(values)) == (first, last, count)
    assert all(a != b for a, b in itertools.pairwise([slider["value"], *values]))
    assert all(((value - slider["min"]) / slider["step"]).is_integer() for value in values)


def test_text_is_what_a_cell_prints_and_gives_and_marks_stderr():
    result = {"output_type": "execute_result", "data": {"text/plain": ["4", "2"], "image/png": ""}}
    printed = {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]}
    warned = {"output_type": "stream", "name": "stderr", "text": "careful\n"}
    assert text([printed, result]) == "one\ntwo\n42"
    assert text([warned]) == "[stderr] careful\n"
    assert text([]) == ""


def test_only_addresses_off_loopback_are_far():
    def end(ip):
        return SimpleNamespace(ip=ip, port=80)

    near = SimpleNamespace(laddr=end("127.0.0.1"), raddr=())
    every = SimpleNamespace(laddr=end("0.0.0.0"), raddr=())
    out = SimpleNamespace(laddr=end("127.0.0.1"), raddr=end("192.0.2.1"))
    six = SimpleNamespace(laddr=end("::1"), raddr=end("::1"))
    assert list(far_addresses([near, every, out, six])) == ["0.0.0.0:80", "192.0.2.1:80"]
