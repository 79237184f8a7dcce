"""Every item of the four documents that the course grew from has its place in it.

Where one was wrong, its place is where that is put right. A place is a lesson's number and a cell's
id; or G and a term, G and "?" for the questions, C and a card's key; or a file.
"""

import json
import re

import pytest

from rope_lessons import course
from rope_lessons.authoring import build
from rope_lessons.page.questions import SPOKEN

ROOT = course.root()

# What a learning path promised: {item: [(place, words there)]}.
PATH = {
    "foretell the failure, explain the rescue on a napkin": [
        ("00 title", "why position interpolation rescues it"),
        ("14 napkin", "napkin.rescued()"),
        ("README.md", "explain on a napkin why position interpolation rescues"),
    ],
    "phase 1: why absolute positions break": [("00 map", "Phase 1: Why absolute positions break")],
    "a position index it never saw": [("01 careful", "rows that nobody trained")],
    "each pair of dimensions a plane": [("02 why", "is $d/2$ arrows")],
    "scores need distance": [("03 shift-test", "shift_test")],
    "different pairs, different speeds": [("04 why", "each next one is slower by the same factor")],
    "phase 2: rotate, dot, confirm": [("00 map", "Phase 2: Rotate, dot, confirm by hand")],
    "a 2×2 matrix is two numbers": [("05 numbers", "[[cos, -sin], [sin, cos]]")],
    "one (q, k) pair, and what changes": [("06 why", "The direction changes")],
    "the dot product does not move": [("07 numbers-read", "three times")],
    "from one pair to a head": [("08 why", "is $d/2$ pairs; pair $j$ turns by")],
    "the score over distance has a shape": [("09 why", "sum of waves over the distance")],
    "phase 3: in the wild": [("00 map", "Phase 3: RoPE in the wild")],
    "three strategies": [("10 why", "at three places")],
    "an engineer's untracked metric": [("11 scene-text", "dashboard")],
    "“at exactly 4097 tokens”": [
        ("12 slide-text", "is true of neither"),
        ("G Context length", "The model breaks at exactly token L + 1."),
    ],
    "RoPE in three model cards": [("13 scene-text", "three models")],
    "phase 4: the capstone": [("00 map", "Phase 4: Predict and rescue")],
    "one whiteboard sketch": [("14 napkin-text", "good sheet"), ("14 aloud", "say.aloud(14)")],
    "question: what is it to rotate q and k?": [("G ?", "What does it mean to rotate query")],
    "question: why relative?": [("G ?", "Why does RoPE encode relative position?")],
    "question: how is it not sinusoidal?": [("G ?", "How does it differ from sinusoidal")],
    "question: why does it break?": [("G ?", "Why does RoPE break past the training length?")],
    "question: what is position interpolation?": [("G ?", "and why does it rescue?")],
    "five minutes a day": [("00 five-minutes", "Five minutes a day")],
}

# A lab where annotated code is read.
LAB = {
    "code to read, running it optional": [("06 read-file", "Nothing to run at first")],
    "a rotation, not an added vector": [
        ("06 careful", "It adds nothing."),
        ("C one-sentence", "queries and keys are turned"),
    ],
    "pairs are “adjacent”: a convention": [
        ("02 layouts-text", "It is a convention"),
        ("G Interleaved and half-split", "neighbours, or entry j with entry j + d/2"),
        ("C two-layouts", "Reorder the rows"),
    ],
    "angle = position × frequency": [
        ("06 read-transition", "positions times `inv_freq`"),
        ("04 why", "radians per position"),
    ],
    "only q and k": [
        ("06 read-hook", "why q and k only?"),
        ("06 value-title", "really left alone"),
        ("C values", "v stays by design"),
    ],
    "rotate_pair": [("05 operations", "x * cos - y * sin, x * sin + y * cos")],
    "block: contract": [("06 read-contract", "The contract.")],
    "block: transition": [("06 read-transition", "The transition.")],
    "block: hook": [("06 read-hook", "The hook")],
    "checkpoints": [
        ("06 read-checkpoints", "Checkpoints."),
        ("07 why", "a dot product knows two lengths and that angle alone"),
    ],
    "trap: not sinusoidal addition": [("10 careful-more", "the sinusoidal encoding, moved")],
    "trap: scaling changes the model": [
        ("06 scaling", 'rescaled("linear", scale=4)'),
        ("C parameters", "change them, and you change the model"),
    ],
    "long context is version dependent": [
        ("06 documents", "Transformers 4 names the block"),
        ("13 traps-text", "YaRN is YaRN"),
    ],
    "papers for facts, blogs for pictures": [
        ("06 documents", "A blog can sharpen the picture"),
        ("rope_lessons/data/glossary.json", "papers for facts, blogs for pictures"),
    ],
}

# A page of self-checks, a walk-through and ten cards.
PRACTICE = {
    "question 1, cards 1 and 10: the shift into attention": [
        ("C shift-to-attention", "From the input into attention."),
        ("C aim", "Nearer need not score higher"),
    ],
    "“closer must be more similar”": [("10 one-page-said", "RoPE leaves it to q and k")],
    "question 2, card 2: T5": [
        ("C t5-bias", "adds a learned number to the score"),
        ("G T5 bias", "The claim is made without evidence."),
    ],
    "question 2, card 3: ALiBi": [
        ("C alibi", "slope × distance"),
        ("G ALiBi", "BLOOM, MPT and Falcon-RW"),
        ("10 careful-more", "ALiBi never caught on."),
    ],
    "T5 and ALiBi lie between sinusoidal and RoPE": [("G T5 bias", "ALiBi of August 2021")],
    "question 3, card 4: RoPE in a paragraph, in a sentence": [
        ("G RoPE", "turns both before they meet"),
        ("C one-sentence", "so that their dot product sees distance"),
    ],
    "“the same property sinusoids had”": [
        ("03 limits", "its products depend on $m - n$ alone"),
        ("G Sinusoidal", "spoil that"),
    ],
    "question 4, card 7: why RoPE won": [
        ("C why-rope-won", "Not for quality"),
        ("10 careful", "RoPE won, so it is best."),
    ],
    "“a decay”": [
        ("09 why", "If the key is random, the crests meet nowhere."),
        ("C does-it-decay", "with ripples"),
    ],
    "“a bound on the weight”": [("G Attention score", "A bound on scores bounds the weights.")],
    "“two multiplications”": [
        ("C rotation-cost", "Not “two multiplications a token”."),
        ("05 slips-read", "a rotation costs two multiplications"),
    ],
    "“any length”": [("G RoPE", "It works for any length.")],
    "question 5, card 8: the mix-up": [("C sinusoidal-mix-up", "added to the input, once")],
    "card 5: the matrix": [("C rotation-2d", "R(a) = [[cos a, −sin a], [sin a, cos a]]")],
    "card 6: more than two, “384 blocks”": [
        ("C more-than-two", "head by head"),
        ("08 careful", "A 768-wide model has 384 speeds?"),
        ("G Pair", "A vector of 768 has 384 angles."),
    ],
    "the exponent over “d_model”": [
        ("G Frequency and wavelength", "The exponent runs over the model's width.")
    ],
    "card 9: learnable parameters": [("C parameters", "Angles follow from position, base")],
    "walk-through, part one: positions 1, 2, 4": [
        ("05 by-hand", "Each position turns the arrow by 45°, and $q = (1, 0)$"),
        ("C by-hand", "(0, 1); (−1, 0)"),
    ],
    "walk-through, part two: four pairs of positions": [
        ("07 by-hand", "| 10 | 11 |"),
        ("C same-angle", "(1, 2), (3, 4) and (10, 11)"),
    ],
    "“further apart, lower similarity”": [
        ("10 by-hand-said", "the second rises, up to distance 2, while the first falls")
    ],
    "turn a card": [("15 turn", "flashcards.show()")],
    "print the cards, one a page": [("15 away", "one card on each A6 page")],
}

# An entry of a glossary.
GLOSSARY = {
    "no order without positions": [("01 recall", "attention by itself does not see order")],
    "early fixes": [
        ("G Absolute position", "counted from the start of the text"),
        ("G Learned", "a row for each position"),
    ],
    "wheels and their phase gap, and where the likeness stops": [
        ("G RoPE", "the angle between them stays"),
        ("07 why", "the dial, with both arrows painted on it"),
    ],
    "R(n − m)": [
        ("C same-angle", "R(a)ᵀR(b) = R(b − a)"),
        ("07 numbers-read", "only $m - n$ can change it, and its sign counts."),
    ],
    "lengths are kept": [("06 why", "The length stays")],
    "a caption 800 tokens from its figure": [("G RoPE", "A figure's caption")],
    "a variable far from its definition": [("G RoPE", "A variable used far from its definition")],
    "a footnote and its table": [("G RoPE", "A footnote and its table")],
    "at a glance": [("16 side-by-side", "when the whole text shifts")],
    "who uses it": [("10 count-text", "list of models"), ("13 scene-text", "All three “use RoPE”")],
    "a shift taken for length": [
        ("G Extrapolation", "Shift invariance means length generalisation."),
        ("C invariance-is-not-length", "Invariance under a shift says nothing"),
    ],
    "oscillations": [("G RoPE", "looks like an oscillation"), ("C does-it-decay", "ripples")],
    "myth: it adds a vector": [("G RoPE", "RoPE adds a position vector to the embedding.")],
    "myth: values, too": [("G RoPE", "Values have to turn too.")],
    "myth: absolute positions": [("G RoPE", "It encodes absolute positions.")],
    "heard: on q and k only": [("G RoPE", "on Q and K only.")],
    "heard: a failure at 20k": [("G RoPE", "The failure at 20k tokens")],
    "heard: 200 tokens in the header": [("G RoPE", "Two hundred tokens more in the header")],
    "heard: an ablation": [("G RoPE", "same long documents, same seed")],
    "heard: log the histograms": [("G RoPE", "log the attention histograms")],
    "difficulty": [("16 schemes", "Difficulty ●●○")],
    "references": [("G RoPE", "su2021")],
}

ROWS = [
    pytest.param(place, words, id=f"{item}: {place}")
    for document in (PATH, LAB, PRACTICE, GLOSSARY)
    for item, places in document.items()
    for place, words in places
]


def data(name):
    return json.loads((ROOT / "rope_lessons" / "data" / name).read_text(encoding="utf-8"))


def leaves(value):
    """Every text in something read from JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)


def said_at(place):
    """All that stands at a place, as the table names it."""
    kind, _, name = place.partition(" ")
    if kind.isdecimal():
        (path,) = (ROOT / "notebooks").glob(f"{kind}_*.ipynb")
        (cell,) = (cell for cell in build.read(path).cells if cell.id == name)
        return cell.source
    if kind == "C":
        (found,) = (card for card in data("cards.json")["cards"] if card["key"] == name)
    elif kind == "G":
        glossary = data("glossary.json")
        entries = {entry["term"]: entry for entry in glossary["entries"]}
        found = glossary["questions"] if name == "?" else entries[name]
    else:
        return (ROOT / place).read_text(encoding="utf-8")
    return "\n".join(leaves(found))


def plain(text):
    return re.sub(r"\s+", " ", text.replace("**", ""))


@pytest.mark.parametrize(("place", "words"), ROWS)
def test_it_stands_where_the_table_says(place, words):
    assert words in plain(said_at(place))


def test_what_is_said_aloud_names_the_object_the_axis_and_the_trade_off():
    """As the lab asks for, of every lesson."""
    assert set(SPOKEN) == {entry.number for entry in course.LESSONS}
    for spoken in SPOKEN.values():
        assert spoken.object and spoken.axis and spoken.trade_off
