"""Cards are complete and come back when they should; what was known is kept, and nothing else."""

import re
from datetime import date, timedelta

import pytest

from rope_lessons import course, learner_files
from rope_lessons.authoring import build
from rope_lessons.study import deck, flashcards

TODAY = date(2026, 3, 1)
CARDS = flashcards.cards()
CORE = {  # what the ten are about, by the words that their fronts cannot do without
    "more-than-two": "more than two",
    "aim": "after",
    "one-sentence": "sentence",
    "parameters": "parameters",
    "why-rope-won": "win",
    "sinusoidal-mix-up": "mix-up",
    "flat-perplexity": "flat",
    "where-it-breaks": "something new",
    "pi": "position interpolation",
    "ntk-aware": "NTK-aware",
}


@pytest.fixture(autouse=True)
def one_day(empty_home, monkeypatch):
    """A learner with no history, on a day that can be moved."""
    monkeypatch.setattr(flashcards, "_today", lambda: TODAY)


def later(monkeypatch, days):
    monkeypatch.setattr(flashcards, "_today", lambda: TODAY + timedelta(days=days))


def test_the_ten_core_cards_are_there():
    assert {card.key for card in CARDS if card.core} == set(CORE)
    for card in CARDS:
        assert CORE.get(card.key, "") in card.front
        assert not card.core or len(card.back.split()) <= 30


def test_the_deck_goes_through_the_course_in_its_order():
    assert 28 <= len(CARDS) <= 34
    assert len({card.key for card in CARDS}) == len({card.front for card in CARDS}) == len(CARDS)
    assert {card.lesson for card in CARDS} == {entry.number for entry in course.LESSONS}
    assert [card.lesson for card in CARDS] == sorted(card.lesson for card in CARDS)
    assert sum(len(flashcards.cards(phase)) for phase in course.PHASES) == len(CARDS)
    with pytest.raises(ValueError, match="phase must be"):
        flashcards.cards(5)


@pytest.mark.parametrize("card", CARDS, ids=[card.key for card in CARDS])
def test_a_card_is_short_enough_for_a_card(card):
    assert re.fullmatch(r"[a-z0-9-]+", card.key)
    assert card.front.rstrip("”")[-1] in "?."
    assert card.back[-1] in ".!)”"
    assert len(card.front.split()) <= 25
    assert len(card.back.split()) <= 60
    assert not {"\t", "\n", "{", "}"} & set(card.front + card.back)


def test_the_boxes_by_hand():
    place, days = None, []
    for _ in range(6):
        place = flashcards.answered(place, True, TODAY)
        days.append((place.due - TODAY).days)
    assert days == [2, 4, 8, 16, 16, 16]
    assert flashcards.answered(place, False, TODAY) == flashcards.Place(1, date(2026, 3, 2))
    assert flashcards.answered(None, False, TODAY) == flashcards.Place(1, date(2026, 3, 2))


def test_due_first_what_is_longest_overdue_then_what_is_new(monkeypatch):
    places = {"pi": (1, "2026-02-27"), "alibi": (4, "2026-02-20"), "values": (2, "2026-03-02")}
    learner_files.write(
        "flashcards", {key: {"box": b, "due": day} for key, (b, day) in places.items()}
    )
    asked = [card.key for card in flashcards.due()]
    assert asked[:3] == ["alibi", "pi", CARDS[0].key]
    assert "values" not in asked
    assert len(asked) == len(CARDS) - 1
    assert [card.key for card in flashcards.due(2)] == ["alibi", "pi"]
    assert {card.lesson for card in flashcards.due(up_to=2)} == {1, 2, 10, 14}
    assert {card.phase for card in flashcards.due(phase=1)} == {1}
    later(monkeypatch, 1)
    assert "values" in [card.key for card in flashcards.due(3)]
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="n must be at least 1"):
            flashcards.due(wrong)
    with pytest.raises(TypeError, match="up_to must be a whole number"):
        flashcards.due(up_to=1.5)


def test_known_moves_up_and_not_known_comes_back_sooner(monkeypatch):
    turner = flashcards.show(2)
    first, second = turner.pile
    turner.turn.click()
    assert first.back.split("'")[0] in turner.face.value.replace("&#x27;", "'")
    turner.knew.click()
    turner.turn.click()
    turner.did_not.click()
    assert turner.pile == [second], "it comes again in the same round"
    kept = learner_files.read("flashcards")
    assert kept == {
        first.key: {"box": 2, "due": "2026-03-03"},
        second.key: {"box": 1, "due": "2026-03-02"},
    }
    turner.knew.click()
    turner.knew.click()
    assert learner_files.read("flashcards") == kept, "what was read a minute ago is not known yet"
    assert "1 known, 1 to come back tomorrow" in turner.face.value
    turner.knew.click()
    assert learner_files.read("flashcards") == kept
    later(monkeypatch, 1)
    assert flashcards.due(1) == (second,)
    later(monkeypatch, 2)
    assert flashcards.due(2) == (second, first)


def test_an_answer_before_the_turn_only_turns():
    turner = flashcards.show()
    turner.did_not.click()
    assert turner.turned
    assert "Press again" in turner.note.value
    assert learner_files.read("flashcards") == {}


def test_phase_all_cards_and_shuffle():
    turner = flashcards.show(3)
    assert len(turner.pile) == 3
    turner.which.value = "all cards"
    assert turner.pile == list(CARDS)
    turner.shuffle.click()
    assert sorted(card.key for card in turner.pile) == sorted(card.key for card in CARDS)
    turner.phase.value = 3
    assert turner.pile == list(flashcards.cards(3))


def test_nothing_due_is_said():
    learner_files.write("flashcards", {c.key: {"box": 5, "due": "2026-03-09"} for c in CARDS})
    assert "Nothing is due today" in flashcards.show().face.value


@pytest.mark.parametrize(
    "kept",
    [
        {"pi": None, "alibi": {"box": 9, "due": "2026-01-01"}, "values": {"box": True, "due": 3}},
        {"pi": {"box": 1, "due": "someday"}, "aim": [], "gone": {"box": 1, "due": "2026-01-01"}},
    ],
)
def test_a_file_somebody_edited_makes_cards_new(kept):
    learner_files.write("flashcards", kept)
    assert flashcards.due() == CARDS
    turner = flashcards.show(1)
    turner.knew.click()
    turner.knew.click()
    assert learner_files.read("flashcards")[CARDS[0].key]["box"] == 2


def test_a_broken_file_is_set_aside(empty_home):
    empty_home.mkdir()
    (empty_home / "flashcards.json").write_text("{", encoding="utf-8")
    assert flashcards.due() == CARDS
    assert list(empty_home.glob("flashcards.unreadable-*.json"))


def test_a_folder_that_cannot_be_written_stops_nobody(monkeypatch):
    def full(name, kept):
        raise OSError("disk full")

    monkeypatch.setattr(learner_files, "write", full)
    turner = flashcards.show(1)
    turner.turn.click()
    turner.knew.click()
    assert "could not be saved: disk full" in turner.note.value


def test_what_the_cells_store_is_the_same_for_everybody():
    before = flashcards.show()._repr_mimebundle_()
    learner_files.write("flashcards", {c.key: {"box": 5, "due": "2026-03-09"} for c in CARDS})
    after = flashcards.show()._repr_mimebundle_()
    for bundle in (before, after, deck.show()._repr_mimebundle_()):
        del bundle[build.WIDGET_VIEW]
        assert set(bundle) == {"text/html", "text/plain"}
    assert before == after


def test_the_page_holds_every_card_without_running():
    notebook = build.read(course.root() / "notebooks" / "15_flashcards.ipynb")
    cells = {cell.id: cell.source for cell in notebook.cells}
    assert flashcards.pages().keys() <= cells.keys()
    told = "".join(flashcards.pages().values())
    assert told.count("<details>") == len(CARDS)
    assert told.count("★") == len(CORE)
    for card in CARDS:
        assert card.back in told


def test_a_page_for_each_card():
    page = deck.page()
    assert page.count("<article>") == len(CARDS)
    assert "105mm 148mm" in page


def test_the_file_for_anki_is_as_its_manual_says():
    head, rows = [], []
    for line in deck.anki().splitlines():
        (head if line.startswith("#") else rows).append(line)
    settings = dict(line[1:].split(":", 1) for line in head)
    assert settings == {
        "separator": "tab",
        "html": "true",
        "notetype": "Basic",
        "deck": "RoPE, turned by hand",
        "columns": "Id\tFront\tBack\tTags",
        "guid column": "1",
        "tags column": "4",
    }
    assert len(rows) == len(CARDS)
    assert {row.count("\t") for row in rows} == {3}
    assert not any(row.startswith('"') or '\t"' in row for row in rows), "quotes would enclose"


def test_anki_itself_imports_it_and_a_second_time_adds_nothing(tmp_path):
    collection = pytest.importorskip("anki.collection", reason="comes with: make test-anki")
    path = tmp_path / deck.ANKI
    path.write_text(deck.anki(), encoding="utf-8")
    opened = collection.Collection(str(tmp_path / "anki.anki2"))
    try:
        for time in (1, 2):
            settings = opened.get_csv_metadata(path=str(path), delimiter=None)
            request = collection.ImportCsvRequest(path=str(path), metadata=settings)
            log = opened.import_csv(request).log
            assert len(log.new) == (len(CARDS) if time == 1 else 0)
            assert opened.note_count() == len(CARDS)
        (number,) = opened.find_notes(f'"deck:{deck.NAME}" tag:core Front:*parameters*')
        note = opened.get_note(number)
        card = next(card for card in CARDS if card.key == "parameters")
        assert note.fields == [card.front, card.back]
        assert note.tags == ["core", "lesson-06", "phase-2"]
    finally:
        opened.close()


def test_files_are_written_when_a_button_is_pressed(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / f"{course.START}.ipynb").touch()
    monkeypatch.chdir(tmp_path)
    export = deck.show()
    assert not (tmp_path / "printed").exists()
    export.paper.click()
    assert "docmanager:open-browser-tab" in export.note.value
    export.anki.click()
    assert "File, Import" in export.note.value
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "printed").iterdir()}
    assert written == {deck.PAGE: deck.page(), deck.ANKI: deck.anki()}
    with pytest.raises(ValueError, match="name must be"):
        deck.write("deck.pdf")
    (tmp_path / "printed" / deck.PAGE).unlink()
    (tmp_path / "printed" / deck.ANKI).unlink()
    (tmp_path / "printed").rmdir()
    (tmp_path / "printed").touch()
    export.paper.click()
    assert "could not be written" in export.note.value
