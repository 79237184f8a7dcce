"""What was measured is told beside what was foretold, whole or cut short."""

import json
import re

import numpy as np
import pytest

from rope_lessons import arcs, course
from rope_lessons.own_model import foretold, measured, report, rescues
from rope_lessons.own_model.plan import AS_IT_IS
from rope_lessons.settings import models

WHOLE = measured.load()
RESCUED = [name for name in WHOLE.readings if name != AS_IT_IS]


def part(wanted):
    """As after an interrupt: only the jobs that are wanted."""
    return measured.Measured(WHOLE.about, {j: v for j, v in WHOLE.found.items() if wanted(j)})


def test_the_text_has_the_bet_the_measurement_and_the_record():
    said = report.text(WHOLE)
    assert "Foretold: far retrieval falls below half between distance 122 and distance 140" in said
    assert "Measured: it falls below half between 96 and 112." in said
    assert foretold.RECORD in said
    assert all(name in said for name in WHOLE.readings)
    assert len(RESCUED) == 4


def test_the_record_is_that_of_the_study():
    page = (course.root() / "training" / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| strangeness, 42.5° as told \| (.*)$", page, re.M)
    orders, errs = (cell.split()[0] for cell in row.split("|")[:2])
    assert f"correlation {orders})" in foretold.RECORD
    assert f"factor of {errs} in the median" in foretold.RECORD


def test_the_page_is_one_file_with_four_figures_and_words_for_each(tmp_path):
    report.write(WHOLE, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == page.count("<figure>") == 4
    assert page.count('alt="') == 4 > page.count('alt=""')
    assert not re.findall(r'(?:src|href)="(?!data:)', page)  # it asks nobody for anything
    again = measured.load(tmp_path / "report.json")
    assert again.found == WHOLE.found
    assert report.text(again) == report.text(WHOLE)
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (kept["bet"], kept["half_at"]) == ([122, 140], [96, 112])


@pytest.mark.parametrize(
    "wanted",
    [
        lambda job: False,
        lambda job: job.reading == AS_IT_IS,
        lambda job: job.reading == AS_IT_IS and job.distance in (8, 16),
        lambda job: job.reading == AS_IT_IS and job.distance == 119,
        lambda job: not job.distance,
        lambda job: job.reading == "PI × 4",
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_run_that_was_stopped_is_told_as_far_as_it_went(wanted, tmp_path):
    short = part(wanted)
    report.write(short, tmp_path)
    assert f"{len(short.found)} of {WHOLE.about['jobs']}" in report.text(short)
    assert measured.load(tmp_path / "report.json").found == short.found


def test_an_empty_run_says_so():
    assert part(lambda job: False).verdict().endswith("Not measured yet.")


def test_standard_errors_are_those_of_the_texts():
    share, error = WHOLE.share(AS_IT_IS, 137, 128)
    assert error == pytest.approx(np.sqrt(share * (1 - share) / 32), rel=0.15)
    assert WHOLE.share(AS_IT_IS, 64, 32)[1] > 0.01  # 32 of 32 is not certainty
    assert WHOLE.share(AS_IT_IS, 64, 33) is None
    losses = WHOLE.loss()[:, 32:64].mean(axis=1)
    cell = WHOLE.compare().rows[0][5]
    assert cell == f"{losses.mean():.2f} ± {losses.std(ddof=1) / 4:.2f}"


def test_the_table_parts_inside_from_past():
    header, untouched = WHOLE.compare().header, WHOLE.compare().rows[0]
    shares = {
        name: [s for d, s in WHOLE.retrieval().items() if (d < 64) == (name == "inside")]
        for name in ("inside", "past")
    }
    for name, known in shares.items():
        cell = untouched[header.index(f"{name} right")]
        assert cell.startswith(f"{np.mean(known):.2f} ± ")


def test_the_bet_is_where_strangeness_passes_40_and_45():
    curve = arcs.strangeness(WHOLE.settings.unscaled, 64, np.arange(256))
    first, last = foretold.bet(WHOLE.settings, 256)
    assert curve[first - 1] <= 40 < curve[first]
    assert curve[last - 1] <= 45 < curve[last]
    assert foretold.bet(WHOLE.settings, 64) == (None, None)
    assert foretold.bet(WHOLE.settings, 130) == (122, None)


@pytest.mark.parametrize("name", ["laguna-xs.2", "gpt-oss-20b", "gpt-j-6b", "llama-4-scout"])
def test_layers_of_every_kind_are_foretold(name):
    folder = measured.resources.files("rope_lessons") / "settings" / "data" / "configs"
    settings = models.read_config(str(folder / f"{name}.json"))
    rows = foretold.by_layer(settings, 65_536).rows
    assert len(rows) == max(1, len(settings.layers))
    if settings.layers:
        assert foretold.far_reaching(settings).window is None


def test_rescues_are_foretold_and_worded_for_transformers():
    llama = models.get("LLaMA-1 7B")
    plain = {"rope_type": "default", "rope_theta": 10000.0}
    names = rescues.readings(llama, 8192)
    assert list(names) == [AS_IT_IS, "PI × 4", "NTK-aware × 4", "dynamic NTK", "YaRN × 4"]
    for kind, scale in names.values():
        put_in = rescues.rope_parameters(plain, llama, kind, scale)
        config = {"model_type": "llama", "head_dim": 128, "max_position_embeddings": 2048}
        read = models.read_config(config | {"rope_parameters": put_in}, train_length=2048)
        ours = rescues.rescued(llama, kind, scale)
        assert read.frequencies(8192).inv_freq == pytest.approx(ours.frequencies(8192).inv_freq)
    assert plain == {"rope_type": "default", "rope_theta": 10000.0}


def test_a_scaled_model_is_read_as_it_is():
    assert list(rescues.readings(models.get("Llama-3.1 8B/70B/405B"), 500_000)) == [AS_IT_IS]
    assert list(rescues.readings(models.get("LLaMA-1 7B"), 2048)) == [AS_IT_IS]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"found": []}', '{"found": [[1]]}', None])
def test_a_file_that_is_no_report_is_refused(content, tmp_path):
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="report"):
        measured.load(path)
    with pytest.raises(TypeError, match="report"):
        measured.load(3)


def test_shares_past_training_come_with_their_errors_and_only_where_measured():
    distances = [row[0] for row in WHOLE.shares_past().rows]
    assert distances == ["80", "96", "112", "128", "160", "192", "247"]
    assert WHOLE.shares_past().rows[2] == ["112", "0.41", "0.08"]  # 13 of 32
    assert part(lambda job: job.distance == 112).shares_past().rows == [["112", "0.41", "0.08"]]
    assert part(lambda job: False).shares_past().rows == []
