"""The published tables hold what the papers print, copied here by hand a second time."""

import pytest

from rope_lessons.settings import published

# name, row, column, value: read in the papers, not in published.json.
PRINTED = [
    ("alibi", "sinusoidal", 512, 20.05),
    ("alibi", "sinusoidal", 712, 24.86),
    ("alibi", "sinusoidal", 1012, 43.54),
    ("alibi", "sinusoidal", 1512, 76.23),
    ("alibi", "sinusoidal", 2512, 132.41),
    ("alibi", "sinusoidal", 15512, 406.01),
    ("alibi", "rotary", 512, 20.07),
    ("alibi", "rotary", 712, 19.79),
    ("alibi", "rotary", 1012, 21.37),
    ("alibi", "rotary", 1512, 25.99),
    ("alibi", "rotary", 2512, 31.58),
    ("alibi", "rotary", 15512, 79.25),
    ("alibi", "T5 bias", 512, 19.65),
    ("alibi", "T5 bias", 712, 19.1),
    ("alibi", "T5 bias", 1012, 18.79),
    ("alibi", "T5 bias", 1512, 18.91),
    ("alibi", "T5 bias", 2512, 20.41),
    ("alibi", "T5 bias", 15512, "out of memory"),
    ("alibi", "ALiBi", 512, 19.73),
    ("alibi", "ALiBi", 712, 19.14),
    ("alibi", "ALiBi", 1012, 18.73),
    ("alibi", "ALiBi", 1512, 18.52),
    ("alibi", "ALiBi", 2512, 18.41),
    ("alibi", "ALiBi", 15512, 18.31),
    ("alibi-sliding", "sinusoidal", 512, 18.35),
    ("alibi-sliding", "sinusoidal", 1024, 204.42),
    ("alibi-sliding", "sinusoidal", 1536, None),
    ("alibi-sliding", "sinusoidal", 3072, 360.12),
    ("alibi-sliding", "T5 bias", 512, 17.92),
    ("alibi-sliding", "T5 bias", 1024, 18.51),
    ("alibi-sliding", "T5 bias", 1536, None),
    ("alibi-sliding", "T5 bias", 3072, 30.77),
    ("alibi-sliding", "ALiBi", 512, 17.98),
    ("alibi-sliding", "ALiBi", 1024, 17.92),
    ("alibi-sliding", "ALiBi", 1536, 18.2),
    ("alibi-sliding", "ALiBi", 3072, 18.3),
    ("pi-pg19", "as it is", 2048, 7.2),
    ("pi-pg19", "as it is", 4096, "over 1000"),
    ("pi-pg19", "as it is", 8192, "over 1000"),
    ("pi-pg19", "as it is", 16384, None),
    ("pi-pg19", "as it is", 32768, None),
    ("pi-pg19", "tuned at 8192", 2048, 7.21),
    ("pi-pg19", "tuned at 8192", 4096, 7.34),
    ("pi-pg19", "tuned at 8192", 8192, 7.69),
    ("pi-pg19", "tuned at 8192", 16384, None),
    ("pi-pg19", "tuned at 8192", 32768, None),
    ("pi-pg19", "PI to 8192, tuned", 2048, 7.13),
    ("pi-pg19", "PI to 8192, tuned", 4096, 6.96),
    ("pi-pg19", "PI to 8192, tuned", 8192, 6.95),
    ("pi-pg19", "PI to 8192, tuned", 16384, None),
    ("pi-pg19", "PI to 8192, tuned", 32768, None),
    ("pi-pg19", "PI to 16384, tuned", 2048, 7.11),
    ("pi-pg19", "PI to 16384, tuned", 4096, 6.93),
    ("pi-pg19", "PI to 16384, tuned", 8192, 6.82),
    ("pi-pg19", "PI to 16384, tuned", 16384, 6.83),
    ("pi-pg19", "PI to 16384, tuned", 32768, None),
    ("pi-pg19", "PI to 32768, tuned", 2048, 7.23),
    ("pi-pg19", "PI to 32768, tuned", 4096, 7.04),
    ("pi-pg19", "PI to 32768, tuned", 8192, 6.91),
    ("pi-pg19", "PI to 32768, tuned", 16384, 6.8),
    ("pi-pg19", "PI to 32768, tuned", 32768, 6.77),
    ("pi-steps", "PI to 8192", 0, 16.1),
    ("pi-steps", "PI to 8192", 200, 7.12),
    ("pi-steps", "PI to 8192", 400, 7.1),
    ("pi-steps", "PI to 8192", 600, 7.02),
    ("pi-steps", "PI to 8192", 800, 6.99),
    ("pi-steps", "PI to 8192", 1000, 6.95),
    ("pi-steps", "PI to 16384", 0, 112.13),
    ("pi-steps", "PI to 16384", 200, 7.05),
    ("pi-steps", "PI to 16384", 400, 6.93),
    ("pi-steps", "PI to 16384", 600, 6.88),
    ("pi-steps", "PI to 16384", 800, 6.84),
    ("pi-steps", "PI to 16384", 1000, 6.83),
    ("yarn-8k", "PI, scale 2", 2048, 3.92),
    ("yarn-8k", "PI, scale 2", 4096, 3.51),
    ("yarn-8k", "PI, scale 2", 6144, 3.51),
    ("yarn-8k", "PI, scale 2", 8192, 3.34),
    ("yarn-8k", "PI, scale 2", 10240, 8.07),
    ("yarn-8k", "NTK-aware, base 20,000", 2048, 4.2),
    ("yarn-8k", "NTK-aware, base 20,000", 4096, 3.75),
    ("yarn-8k", "NTK-aware, base 20,000", 6144, 3.74),
    ("yarn-8k", "NTK-aware, base 20,000", 8192, 3.59),
    ("yarn-8k", "NTK-aware, base 20,000", 10240, 6.24),
    ("yarn-8k", "YaRN, scale 2", 2048, 3.91),
    ("yarn-8k", "YaRN, scale 2", 4096, 3.5),
    ("yarn-8k", "YaRN, scale 2", 6144, 3.51),
    ("yarn-8k", "YaRN, scale 2", 8192, 3.35),
    ("yarn-8k", "YaRN, scale 2", 10240, 6.04),
    ("longrope-untuned", "PI", 8192, 10.65),
    ("longrope-untuned", "PI", 16384, 20.49),
    ("longrope-untuned", "dynamic NTK", 8192, 10.21),
    ("longrope-untuned", "dynamic NTK", 16384, 23.29),
    ("longrope-untuned", "YaRN", 8192, 32.64),
    ("longrope-untuned", "YaRN", 16384, 87.89),
    ("longrope-untuned", "searched factors", 8192, 9.37),
    ("longrope-untuned", "searched factors", 16384, 11.34),
    ("longrope-untuned-proofpile", "PI", 8192, 3.65),
    ("longrope-untuned-proofpile", "PI", 16384, 4.93),
    ("longrope-untuned-proofpile", "dynamic NTK", 8192, 3.5),
    ("longrope-untuned-proofpile", "dynamic NTK", 16384, 3.87),
    ("longrope-untuned-proofpile", "YaRN", 8192, 3.49),
    ("longrope-untuned-proofpile", "YaRN", 16384, 3.25),
    ("longrope-untuned-proofpile", "searched factors", 8192, 3.45),
    ("longrope-untuned-proofpile", "searched factors", 16384, 3.13),
    ("kazemnejad", "absolute", "rank", 0.22),
    ("kazemnejad", "rotary", "rank", 0.33),
    ("kazemnejad", "ALiBi", "rank", 0.5),
    ("kazemnejad", "T5 bias", "rank", 0.55),
    ("kazemnejad", "none", "rank", 0.69),
]

SOURCES = {
    "alibi": ("Press et al. 2021", "2108.12409"),
    "alibi-sliding": ("Press et al. 2021", "2108.12409"),
    "pi-pg19": ("Chen et al. 2023", "2306.15595"),
    "pi-steps": ("Chen et al. 2023", "2306.15595"),
    "yarn-8k": ("Peng et al. 2023", "2309.00071"),
    "longrope-untuned": ("Ding et al. 2024", "2402.13753"),
    "longrope-untuned-proofpile": ("Ding et al. 2024", "2402.13753"),
    "kazemnejad": ("Kazemnejad et al. 2023", "2305.19466"),
}


@pytest.mark.parametrize(("name", "row", "column", "value"), PRINTED)
def test_a_value_is_the_paper_s(name, row, column, value):
    assert published.table(name).value(row, column) == value


def test_no_value_stands_there_unchecked():
    held = {(name, row, column) for name, row, column, _ in PRINTED}
    stored = {
        (name, row, column)
        for name in published.names()
        for row in published.table(name).rows
        for column in published.table(name).columns
    }
    assert stored == held


@pytest.mark.parametrize("name", SOURCES)
def test_a_table_names_its_source_and_which_way_is_better(name):
    author, number = SOURCES[name]
    table = published.table(name)
    assert author in table.source
    assert number in table.source
    assert "lower is better" in table.measure or "higher is better" in table.measure


@pytest.mark.parametrize("name", SOURCES)
def test_every_row_has_a_value_for_every_column(name):
    table = published.table(name)
    assert {len(values) for values in table.rows.values()} == {len(table.columns)}


def test_what_was_not_measured_is_printed_as_a_dash_and_text_as_text(capsys):
    published.table("pi-pg19").print(2048, 4096, 16384)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["2048", "4096", "16384"]
    assert lines[3].split() == ["as", "it", "is", "7.20", "over", "1000", "–"]
    assert lines[-1] == "Source: Chen et al. 2023, arXiv 2306.15595, table 1"


def test_names_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"name must be 'alibi' or .* got 'rope'"):
        published.table("rope")
    with pytest.raises(ValueError, match=r"row must be .* got 'xPos'"):
        published.table("alibi").value("xPos", 512)
    with pytest.raises(ValueError, match=r"column must be 512 or .* got 513"):
        published.table("alibi").print(513)


def test_a_page_shows_a_table_with_its_title_in_two_lines_and_numbers_in_columns(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    published.table("alibi").print(512, 15512)
    page = shown[0]._repr_html_()
    assert page.count("<table>") == 1
    assert "512 tokens<br>perplexity, lower is better" in page
    assert '<td style="text-align: left">T5 bias</td>' in page
    assert '<th style="text-align: right">15512</th>' in page
    assert '<td style="text-align: right">out of memory</td>' in page
    assert '<td style="text-align: right">18.31</td>' in page
    assert "<b>" not in page
