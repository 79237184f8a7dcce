"""The learner says it first; what was said and ticked is kept, and never stored in a notebook."""

import json

import pytest

from rope_lessons import course, learner_files
from rope_lessons.page import say
from rope_lessons.page.questions import SPOKEN

pytestmark = pytest.mark.usefixtures("empty_home")


def shown(asked):
    """All that is on the learner's page, as one text."""
    found, boxes = [], [asked.box]
    while boxes:
        each = boxes.pop()
        boxes += getattr(each, "children", ())
        found += [str(getattr(each, "value", "")), getattr(each, "description", "")]
    return "\n".join(found)


def test_every_lesson_is_put_in_words_and_names_the_four_things():
    assert set(SPOKEN) == {entry.number for entry in course.LESSONS}
    for spoken in SPOKEN.values():
        assert len(spoken.ours.split()) >= 30
        assert list(spoken.names) == ["object", "axis or shape", "trade-off", "limit"]
        assert all(len(says.split()) >= 4 and says.endswith(".") for says in spoken.names.values())


def test_ours_comes_once_it_was_said_aloud():
    asked = say.aloud(7)
    assert say.ASK in shown(asked)
    assert SPOKEN[7].ours not in shown(asked)
    asked.spoke.click()
    assert SPOKEN[7].ours.replace("'", "&#x27;") in shown(asked)
    assert "0 of 4 named" in asked.note.value


def test_ours_comes_once_it_was_written_and_not_for_blanks(empty_home):
    asked = say.aloud(7)
    asked.words.value = "  \n"
    assert not asked.said
    asked.words.value = "Both turn, the difference stays."
    assert asked.said
    asked.named["limit"].value = True
    assert "1 of 4 named" in asked.note.value
    kept = json.loads((empty_home / "aloud.json").read_text(encoding="utf-8"))
    assert kept["07"] == {
        "words": "Both turn, the difference stays.",
        "said": True,
        "named": ["limit"],
    }


def test_what_was_kept_comes_back_and_other_lessons_keep_theirs():
    say.aloud(6).spoke.click()
    first = say.aloud(7)
    first.words.value = "Both turn."
    first.named["object"].value = True
    again = say.aloud(7)
    assert (again.said, again.words.value) == (True, "Both turn.")
    assert [name for name, tick in again.named.items() if tick.value] == ["object"]
    assert say.aloud(6).said
    again.words.value = ""
    assert say.aloud(7).said, "what was seen is seen"


@pytest.mark.parametrize("surprise", ["text", {"words": 7, "said": "yes", "named": "object"}])
def test_a_record_of_another_shape_is_ignored(surprise):
    learner_files.write("aloud", {"07": surprise})
    asked = say.aloud(7)
    assert (asked.said, asked.words.value) == (False, "")
    assert not any(tick.value for tick in asked.named.values())


def test_what_a_cell_stores_is_the_same_for_everybody_and_folds_ours():
    asked = say.aloud(7)
    before = {kind: text for kind, text in asked._repr_mimebundle_().items() if "text/" in kind}
    before_fold, fold = before["text/html"].split("<details>")
    assert say.ASK in before_fold
    assert "Ours" in fold
    asked.words.value = "Both turn."
    after = say.aloud(7)._repr_mimebundle_()
    assert {kind: after[kind] for kind in before} == before


def test_what_cannot_be_saved_says_so(monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    asked = say.aloud(7)
    monkeypatch.setattr(learner_files, "write", full)
    asked.spoke.click()
    assert "could not be saved: no space left" in asked.note.value
    assert asked.said


def test_a_lesson_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="lesson must be 1 or 2"):
        say.aloud(15)
