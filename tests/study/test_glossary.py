"""Every entry is complete, every link lands, every number in a text is computed."""

import json
import re

import pytest

from rope_lessons import course, glossary
from rope_lessons.authoring import build
from rope_lessons.study import glossary_entries, quoted_numbers

ROOT = course.root()
DATA = {
    name: json.loads((ROOT / "rope_lessons" / "data" / name).read_text("utf-8"))
    for name in ("cards.json", "glossary.json")
}
ENTRIES = glossary_entries.entries()
TERMS = [entry.term for entry in ENTRIES]
SCHEMES = ["RoPE", "Sinusoidal", "Learned", "T5 bias", "ALiBi", "NoPE"]

# Numbers that a text may write itself. Nothing of it is a result: {number: what it is}.
GIVEN = {
    "10,000": "the paper's base",
    "500,000": "a base in a question",
    "45": "degrees, of the example by hand",
    "10": "a position of the example by hand",
    "11": "a position of the example by hand; a lesson",
    "12": "a page of the analogy",
    "20": "a perplexity as an example",
    "20k": "from a colleague's line",
    "64": "head_dim",
    "90": "degrees, in a myth",
    "128": "head_dim",
    "126": "in an exponent, d − 2",
    "384": "the wrong number of a myth",
    "768": "a width, in a myth",
    "800": "tokens, of an example",
    "180": "degrees of half a turn",
    "200": "steps of tuning, of the published table",
    "512": "a column of a published table",
    "712": "a column of a published table",
    "1012": "a column of a published table",
    "1512": "a column of a published table",
    "2048": "a column of a published table",
    "2512": "a column of a published table",
    "3072": "a column of a published table",
    "4096": "a column of a published table",
    "8192": "a column of a published table",
    "10240": "a column of a published table",
    "15512": "a column of a published table",
    "16384": "a column of a published table",
    "32768": "a column of a published table",
    "4,096": "a length as an example",
    "8,192": "a length as an example",
    "2019": "a year",
    "2021": "a year",
    "0.1": "in YaRN's formula",
    "32": "YaRN's default limit, in turns",
    "16": "a scale",
    "1.4": "quoted from studies",
    "1.75": "quoted from studies",
    "01": "a lesson",
}

# By hand or from the papers: none of these comes out of the code under test.
BY_HAND = {
    "llama1_unfinished": "23",
    "llama2_unfinished": "18",
    "llama3_unfinished": "29",
    "gptj_unfinished": "11",
    "neox_unfinished": "4",
    "longest_wavelength": "54,410",
    "not_the_wavelength": "62,832",
    "below_zero": "1,707",
    "rising": "1,991",
    "lost_per_doubling": "4.82",
    "contrast": "1.91",
    "e": "2.72",
    "radian_degrees": "57",
    "full_turn": "6.28",
    "seven_turns": "43.98",
    "bits_a_nat": "1.44",
    "fast_return": "44",
    "pi_peak_cost": "15.3",
    "pi_random_cost": "3.9",
    "ntk_contrast": "1.69",
    "ntk_overshooting": "17",
    "ntk_overshoot": "1.39",
    "ntk_slowest": "4",
    "turned_once": "(0.707, 0.707)",
    "score_one_apart": "0.707",
    "score_four_apart": "−1",
    "alibi_first": "1/2",
    "alibi_last": "1/256",
    "alibi_first_800": "400",
    "alibi_last_800": "3.1",
    "slowest_in_training": "27",  # 4095 · 10000^(−126/128) = 0.473 rad
    "slowest_at_twice": "54",
    "yarn_factor": "1.277",
    "yarn_score_factor": "1.63",
    "llama_nats": "1.97",
    "llama_2048": "7.20",
    "pi4_untuned": "16.10",
    "pi8_untuned": "112.13",
    "sin_512": "20.05",
    "rotary_512": "20.07",
}


def texts(value):
    """All that a reader is told; keys of the data, sources and lessons' numbers are not."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inside in value.items():
            if key not in ("about", "sources", "see", "also", "key", "spelled"):
                yield from texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from texts(inside)


@pytest.mark.parametrize("entry", ENTRIES, ids=TERMS)
def test_an_entry_is_complete(entry):
    for told in (entry.line, entry.plain, entry.mechanism, *entry.matters, *entry.analogy.values()):
        assert len(told.split()) >= 5
        assert told[-1] in ".?!"
    assert set(entry.analogy) == {"holds", "stops"}
    assert entry.formula
    assert entry.matters
    assert entry.wrong
    for each in entry.wrong:
        assert set(each) == {"said", "so"}
        assert all(each.values())
    assert entry.group in glossary_entries.GROUPS
    assert entry.difficulty in (1, 2, 3)
    assert "paper" in {glossary_entries.source(name)["kind"] for name in entry.sources}
    assert entry.lessons == sorted(entry.lessons)
    assert {course.lesson(number).number for number in entry.lessons}
    assert course.lesson(entry.lesson), "introduced there"
    assert entry.spelled, "and so told from other words"
    assert entry.see
    assert set(entry.see) <= set(TERMS) - {entry.term}


def test_what_the_course_needs_is_there():
    wanted = [*SCHEMES, "absolute", "query", "key", "value", "pair", "frequency", "wavelength"]
    wanted += ["base", "extrapolation", "PI", "NTK", "YaRN", "perplexity", "retrieval"]
    wanted += ["context length", "unfinished pair", "unseen arc", "partial rotary"]
    wanted += ["attention score", "causal mask", "interleaved", "half-split", "NTK-aware"]
    wanted += ["head", "softmax", "radian", "nat", "strangeness"]
    assert {glossary(term).term for term in wanted} <= set(TERMS)
    assert [entry.term for entry in ENTRIES if entry.glance] == SCHEMES
    assert len({tuple(glossary(term).glance) for term in SCHEMES}) == 1
    names = [name.lower() for entry in ENTRIES for name in (entry.term, *entry.also)]
    assert len(names) == len(set(names)), "a name that leads to two entries"


def test_five_lines_from_colleagues_two_of_them_wrong():
    verdicts = [heard["verdict"] for heard in glossary("RoPE").heard]
    assert sorted(verdicts) == ["agree", "agree", "agree", "correct", "correct"]
    shown = glossary("RoPE").markdown()
    assert shown.count("<details>") == 5
    assert "800 tokens apart" in shown


def test_five_questions_answered_in_full():
    assert len(glossary_entries.questions()) == 5
    for question in glossary_entries.questions():
        assert question["asked"].endswith("?")
        assert len(" ".join(question["answer"]).split()) >= 60
        assert question["lessons"]
        assert set(question["see"]) <= set(TERMS)


def test_sources_are_named_and_used():
    used = {name for entry in ENTRIES for name in entry.sources}
    assert used == set(DATA["glossary.json"]["sources"])
    for name in used:
        each = glossary_entries.source(name)
        pattern = r"arXiv \d{4}\.\d{5}" if each["kind"] == "paper" else r"https://\S+"
        assert re.fullmatch(pattern, each["where"]), name


def test_every_number_is_computed_or_given():
    found = set()
    for told in (told for data in DATA.values() for told in texts(data)):
        for number in re.findall(r"(?<![\w.])\d+(?:[.,]\d+)*k?", re.sub(r"\{\w+\}", "", told)):
            if len(number) > 1:
                assert number in GIVEN, f"{number!r} in {told!r}"
                found.add(number)
    assert found == set(GIVEN), "a number that no text has any more"


def test_every_computed_number_is_used_and_every_name_known():
    told = " ".join(text for data in DATA.values() for text in texts(data))
    assert quoted_numbers.used(told) == set(quoted_numbers.names())
    assert "{" not in "".join(glossary_entries.pages().values())
    with pytest.raises(ValueError, match="no number is called 'forty-two'"):
        quoted_numbers.value("forty-two")


@pytest.mark.parametrize("name", BY_HAND)
def test_numbers_against_hand_and_paper(name):
    assert quoted_numbers.value(name) == BY_HAND[name]


@pytest.mark.parametrize("name", ["15_flashcards", "16_glossary"])
def test_every_link_lands(name):
    headings = {}
    notebook = build.read(ROOT / "notebooks" / f"{name}.ipynb")
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        sources = [c.source for c in build.read(path).cells if c.cell_type == "markdown"]
        titles = re.findall(r"^#+ (.*)$", "\n".join(sources), re.M)
        headings[path.name] = {title.replace(" ", "-") for title in titles}
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            link = r"\]\((?:\.\./notebooks/)?(\w+\.ipynb)(?:#(.*?))?\)"
            for file, heading in re.findall(link, cell.source):
                assert file in headings, file
                assert not heading or heading in headings[file], heading
                count += 1
    assert count >= 30


def test_the_page_holds_every_entry():
    cells = {c.id: c.source for c in build.read(ROOT / "notebooks" / "16_glossary.ipynb").cells}
    assert glossary_entries.pages().keys() <= cells.keys()
    page = "".join(glossary_entries.pages().values())
    assert re.findall(r"^### (.*)$", page, re.M)[5:] == TERMS


def test_terms_are_found_in_other_words_and_near_ones_are_suggested():
    for asked, found in (
        ("alibi", "ALiBi"),
        ("  Rotary   Position Embedding ", "RoPE"),
        ("rope_theta", "Base"),
        ("KEY", "Query, key, value"),
    ):
        assert glossary(asked).term == found
    for asked, near in (("alibii", "ALiBi"), ("perplex", "Perplexity"), ("yarm", "YaRN")):
        with pytest.raises(ValueError, match=f"is it .*{near}"):
            glossary(asked)
    with pytest.raises(ValueError, match=r"no 'zzzz'; entries\.terms\(\) lists all"):
        glossary("zzzz")
    with pytest.raises(TypeError, match="a term is text"):
        glossary(3)


def test_an_entry_reads_in_a_terminal_too():
    bundle = glossary("ALiBi")._repr_mimebundle_()
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert "BLOOM" in bundle["text/plain"]
    assert "#" not in bundle["text/plain"]
