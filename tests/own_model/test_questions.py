"""Needles are put where they are said to be, in the tokens of any tokenizer."""

import json

import numpy as np
import pytest

from rope_lessons.own_model import plan, questions
from rope_lessons.own_model.plan import AS_IT_IS, Job

HAY = np.zeros(50, dtype=int)


def letters(text):
    return [ord(letter) for letter in text]


def words(text):
    """Tokens of unlike length: words, as a BPE has them; each has a number of its own."""
    known = words.known
    parts = text.replace(".", " .").split(" ")
    return [known.setdefault(part, 1 + len(known)) for part in parts if part]


words.known = {}


@pytest.mark.parametrize("encode", [letters, words])
@pytest.mark.parametrize("begin", [(), (7,)])
def test_the_needle_lies_as_far_back_as_was_asked(encode, begin):
    asked = questions.fit(encode, questions.SENTENCE, begin)
    assert asked.chance == 0.1
    assert len(asked.heads) == 16
    for length, distance in ((200, asked.nearest), (200, 100), (700, 600)):
        rng = np.random.default_rng(5)
        tokens, answer = asked.ask(HAY, length, distance, rng)
        assert len(tokens) == length
        assert tuple(tokens[: len(begin)]) == begin
        head = next(h for h in asked.heads if tuple(tokens[-len(h) :]) == h)
        at = length - 1 - distance
        assert tuple(tokens[at + 1 - len(head) : at + 1]) == head
        assert tokens[at + 1] == asked.values[answer]


def test_there_are_other_needles_and_all_of_them_whole():
    asked = questions.fit(
        letters, {"needle": "{key}{value}{key}", "keys": "ABCDEF", "values": "01", "others": 3}
    )
    tokens, _ = asked.ask(HAY, 100, 60, np.random.default_rng(0))
    said = "".join(map(chr, tokens)).replace("\0", "")
    assert len(said) == 4 * 3 + 1
    assert len(set(said) & set("ABCDEF")) == 4


def test_a_needle_that_does_not_fit_is_refused():
    asked = questions.fit(letters, questions.SENTENCE, (7,))
    for length, distance in ((40, 39), (200, asked.nearest - 10), (30, 29)):
        with pytest.raises(ValueError, match="does not fit"):
            asked.ask(HAY, length, distance, np.random.default_rng(0))


def test_values_of_more_tokens_than_one_are_refused():
    said = {**questions.SENTENCE, "values": ["one", "three", "seven"]}
    with pytest.raises(ValueError, match=r"not one token each.*--needles"):
        questions.fit(letters, said)
    assert len(questions.fit(words, said).values) == 3


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"needle": "no place"}', '{"keys": 3}', '{"others": "5"}', '{"more": 1}', None],
)
def test_a_wording_that_makes_no_sense_is_refused(content, tmp_path):
    path = tmp_path / "needles.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"needles\.json"):
        questions.wording(tmp_path, path)


def test_the_models_own_wording_comes_before_ours(tmp_path):
    assert questions.wording(tmp_path) == questions.SENTENCE
    own = {"needle": "{key}:{value};"}
    (tmp_path / "needles.json").write_text(json.dumps(own), encoding="utf-8")
    assert questions.wording(tmp_path) == questions.SENTENCE | own


def test_a_short_text_is_read_over_again():
    found = questions.excerpt(np.arange(3), 7, np.random.default_rng(0))
    assert len(found) == 7
    assert set(np.diff(found) % 3) == {1}


def test_the_plan_reaches_to_the_end_and_no_needle_hangs_over():
    for trained, length, hay, nearest in (
        (64, 256, 9999, 3),
        (2048, 8192, 5000, 12),
        (64, 64, 99, 3),
    ):
        planned = plan.plan(trained, length, hay, 0, nearest)
        for n, d in (*planned.curve, *planned.near, *planned.grid):
            assert nearest <= d < n <= length
        assert planned.curve[-1][1] == length - 1 - plan.MARGIN
        assert planned.loss_length == min(length, hay - 1)
        assert [d for _, d in planned.curve] == sorted({d for _, d in planned.curve})
    with pytest.raises(ValueError, match="at least"):
        plan.plan(64, 20, 999, 0, 3)


def test_the_grid_has_needles_early_and_late():
    planned = plan.plan(64, 256, 9999, 0, 3)
    places = {n - 1 - d for n, d in planned.grid if n == 256}
    assert len(places) == len(plan.DEPTHS)
    assert min(places) < 16 < 192 < max(places)
    assert {n for n, _ in planned.grid} == {64, 96, 128, 192, 256}


def test_each_measurement_is_asked_once():
    jobs = list(plan.plan(64, 256, 9999, 0, 3).jobs(AS_IT_IS, 8, 2, seed=1))
    assert len(jobs) == len(set(jobs))
    assert [job.draw for job in jobs if not job.distance] == [2, 3]


def test_what_was_kept_is_found_again_and_nothing_of_another_model(tmp_path):
    path, job = tmp_path / "kept.jsonl", Job(AS_IT_IS, 64, 8, 32, 0)
    plan.Kept(path, "this").add(job, [30, 32])
    plan.Kept(path, "other").add(job, [1, 32])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"of": "this", "job": {"read')  # the computer stopped here
    again = plan.Kept(path, "this")
    assert again.found == {job: [30, 32]}
    later = job._replace(distance=9)
    again.add(later, [2, 32])
    assert plan.Kept(path, "this").found == {job: [30, 32], later: [2, 32]}
