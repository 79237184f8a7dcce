"""The shipped settings files by name, what they say of position, and what they foretell."""

import pytest

from rope_lessons.settings import settings_files


def test_every_file_is_read():
    assert len(settings_files.names()) >= 20
    assert all(isinstance(settings_files.read(name), dict) for name in settings_files.names())


def test_what_a_file_says_of_position_is_all_of_it_and_nothing_else():
    rows = settings_files.about_position("llama-3.1-8b-instruct", "gpt-j-6b").rows
    fields = [row[:2] for row in rows]
    assert fields == [
        ["llama-3.1-8b-instruct", "max_position_embeddings"],
        ["llama-3.1-8b-instruct", "rope_scaling"],
        ["llama-3.1-8b-instruct", "rope_theta"],
        ["gpt-j-6b", "n_positions"],
        ["gpt-j-6b", "rotary"],
        ["gpt-j-6b", "rotary_dim"],
    ]
    assert '"factor": 8.0' in rows[1][2]


def test_what_is_allowed_is_not_called_trained_and_further_training_counts():
    row = settings_files.foretold("llama-3.1-8b-instruct", "phi-1", length=262_144).rows
    llama = ["131,072", "8,192", "29 of 64", "65,536", "131,072", "131,072"]
    assert row[0][1:] == llama
    assert row[1][1:3] == ["2,048", "not told"]
    assert row[1][5:] == ["–", "–"]


def test_a_file_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ValueError, match=r"no settings of 'llama-9'.*gpt-2"):
        settings_files.path("llama-9")
