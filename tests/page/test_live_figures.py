"""Figures under the hand: what a cell stores, traits both ways, and a page without a kernel."""

import base64
import html
import json
import re

import pytest
import traitlets

from rope_lessons.page import explore, figures, live, saved
from rope_lessons.page.live import base

FIGURES = ("two_arrows", "dials", "planes", "one_turn", "peak", "arcs", "rescue")


@pytest.fixture(params=FIGURES)
def figure(request):
    return getattr(live, request.param)()


def test_every_script_has_its_figure_and_all_together_stay_small():
    assert set(base.sources()) == {*FIGURES, "alone", "lib", "stub"}
    assert sum(len(text.encode()) for text in base.sources().values()) < 60_000


def test_the_bundle_carries_view_still_state_and_sentence(figure):
    bundle, metadata = figure._repr_mimebundle_()
    assert set(bundle) == {saved.VIEW, "image/png", base.MIME, "text/plain"}
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == figure.sentence()
    assert bundle["text/plain"] in metadata["image/png"]["alt"]
    assert set(bundle[base.MIME]["state"]) == set(figure.state)
    json.dumps(bundle[base.MIME])


def test_what_a_cell_stores_does_not_depend_on_the_hand(figure):
    before = figure._repr_mimebundle_()
    figure.done, figure.shown, figure.bet = True, True, 0.5
    assert figure._repr_mimebundle_() == before


def test_words_say_what_it_is_and_what_to_do(figure):
    assert min(map(len, (figure.alt, figure.caption, figure.to_do))) > 40


def test_what_has_no_script_shows_the_still_and_its_words(figure):
    """The stylesheet that comes with the script takes them away."""
    live_view, still = figure.box.children
    picture, words = still.children
    assert live_view is figure
    assert isinstance(picture, explore.Picture)
    assert html.escape(figure.opening) in words.value
    assert "rope-still" in still._dom_classes
    assert ".rope-still { display: none; }" in base.sources()["lib"]


def test_traits_take_what_fits_and_refuse_the_rest():
    figure = live.two_arrows()
    figure.k = (1, 0.5)
    assert figure.k == [1.0, 0.5]
    assert "k to" in figure.sentence() != figure.opening
    with pytest.raises(traitlets.TraitError):
        figure.k = [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: live.two_arrows(theta="fast"), "inv_freq must hold real"),
        (lambda: live.dials(head_dim=7), "head_dim must be even"),
        (lambda: live.planes([1.0, 2.0]), "eight numbers"),
        (lambda: live.arcs(length=600), "from train_length to 512"),
        (lambda: live.rescue(scale=0.5), "from 1 to 8"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_a_page_without_a_kernel_holds_the_scripts_once_and_asks_nobody():
    bundles = [getattr(live, name)()._repr_mimebundle_()[0] for name in FIGURES]
    page = live.standalone(bundles)
    assert page.count("<script") == 1
    assert page.count("export function render(figure") == 1
    assert page.count("<img src='data:image/png;base64,") == len(FIGURES)
    addresses = set(re.findall(r"https?://[\w./-]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, never fetched
    for bundle in bundles:
        assert html.escape(bundle["text/plain"]) in page


def test_every_colour_of_text_can_be_read_light_and_dark():
    light, dark = re.findall(r"\.rope \{( --q:.*?)\}", base.sources()["lib"], re.S)
    grounds = {"white": light, "#111": dark}
    for ground, style in grounds.items():
        colours = dict(re.findall(r"--([\w-]+): (#\w+)", style))
        texts = {"ink", "quiet", *(name for name in colours if name.endswith("-text"))}
        assert len(texts) == 8
        for name in texts:
            assert figures.drawing.contrast(colours[name], ground) >= 4.5, (name, ground)
