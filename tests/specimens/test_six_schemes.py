"""Six schemes on drawn tokens: what every draw shows, and what differs from draw to draw."""

import numpy as np

from rope_lessons.specimens import scheme_comparison, six_schemes


def test_the_same_seed_draws_the_same_and_another_another():
    one, same, other = six_schemes.draw(1), six_schemes.draw(1), six_schemes.draw(2)
    assert one.x.shape == (12, 64)
    assert (one.x == same.x).all()
    assert (one.w_q == same.w_q).all()
    assert not np.isclose(one.w_k, other.w_k).any()


def test_a_row_runs_from_the_least_to_the_most_of_its_draws():
    rows = {row[0]: row[1:] for row in six_schemes.compare(3, tokens=40).rows}
    assert rows["RoPE"][:2] == ["below 1e-9", "below 1e-9"]
    assert rows["ALiBi"] == ["below 1e-9", "below 1e-9", "100 %"]
    assert rows["none"][2] == "0 %"
    measured = []
    for seed in range(3):
        six, x, w_q, w_k = six_schemes.draw(seed, tokens=80)
        found = scheme_comparison.behaviour(six["sinusoidal"], x[:40], x[40:], w_q, w_k)
        measured.append(found.score_change)
    assert rows["sinusoidal"][1] == f"{min(measured):.1f}–{max(measured):.1f}"
