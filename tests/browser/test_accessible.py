"""Names and contrast, judged by axe-core, in one lesson and its exercise; and axe is not asleep.

test_every_notebook.py judges the others.
"""

import accessible
import pytest
from lab_page import DARK, LIGHT, OUTPUT, run_all, show_all, switch_to, use_theme

pytestmark = pytest.mark.browser

NAMES = ("notebooks/07_rotate_and_dot.ipynb", "exercises/exercise_07_rotate_and_dot.ipynb")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_ours_breaks_a_rule(desk, screenshot, name, theme):
    use_theme(desk, theme)
    switch_to(desk, name)
    run_all(desk)
    show_all(desk)
    judged = accessible.judge(desk)
    screenshot(desk, f"whole-{name.split('/')[0]}-{theme[11:].lower()}")
    assert judged["broken"] == []
    assert judged["contrasts"] > 40


def test_what_breaks_a_rule_is_found(desk):
    """A text too pale, a picture without a name and a slider without one, put into the page."""
    use_theme(desk, LIGHT)
    switch_to(desk, NAMES[1])
    run_all(desk)
    desk.locator(OUTPUT).first.evaluate(
        """output => output.innerHTML = `<p style="color: #aaa">pale</p><img src="data:,">
        <div role="slider" tabindex="0" aria-valuenow="1"></div>`"""
    )
    show_all(desk)
    broken = accessible.judge(desk)["broken"]
    assert sorted(line.split(":")[0] for line in broken) == [
        *("aria-input-field-name", "color-contrast", "image-alt")
    ]
