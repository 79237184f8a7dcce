"""The notebooks alone notice a broken helper; tests/mutants.py measures how often."""

import pytest
from copies import NOTEBOOKS, ROOT
from mutants import MUTANTS, survives


@pytest.mark.parametrize("mutant", MUTANTS, ids=map(str, MUTANTS))
def test_every_mutant_still_has_its_place(mutant):
    text = (ROOT / "rope_lessons" / mutant.module.path).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.module.path, "exec")


@pytest.mark.authoring
def test_one_flipped_sign_turns_the_notebooks_red():
    (clockwise,) = (mutant for mutant in MUTANTS if mutant.name == "turns clockwise")
    assert not survives(clockwise, NOTEBOOKS)
