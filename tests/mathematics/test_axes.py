"""Which pairs turn by which axis, and how fast, is as in Transformers; the rest is refused.

``tests/reference/make_axes.py`` wrote what Transformers' own code does to every unit vector.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from rope_lessons import axes, cli
from rope_lessons.axes import Axis
from rope_lessons.settings import models
from rope_lessons.settings.axes_reader import LAYOUTS, vision_types

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "axes.npz", allow_pickle=False)
COMPARED = sorted(key.partition("/")[2] for key in REFERENCE if key.startswith("speed/"))
DINO = {
    "model_type": "dinov3_vit",
    **{"hidden_size": 768, "num_attention_heads": 12, "rope_theta": 100.0},
    **{"image_size": 224, "patch_size": 16},
}
QWEN = {
    "model_type": "qwen2_vl",
    **{"hidden_size": 8192, "num_attention_heads": 64, "max_position_embeddings": 32768},
    **{"rope_theta": 1e6, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}},
    "vision_config": {"embed_dim": 1280, "hidden_size": 8192, "num_heads": 16, "patch_size": 14},
}


def read(name):
    """The file of a compared type, as small as its defaults allow."""
    part, kind = name.split("/")
    if part == "text":
        return models.read_config(json.loads(str(REFERENCE[f"fields/{name}"])))
    text = {"rope_theta": 1e4, "head_dim": 8}
    return models.read_config(text | {"vision_config": {"model_type": kind}}).vision


# What Transformers does


def test_enough_is_compared():
    assert {name.split("/")[1] for name in COMPARED if "vision" in name} >= set(vision_types())
    assert len(COMPARED) == 38
    assert {line.split()[0] for line in REFERENCE["versions"]} == {"transformers", "torch", "numpy"}


@pytest.mark.parametrize("name", COMPARED)
def test_pairs_and_speeds_are_those_of_transformers(name):
    speed, partner = REFERENCE[f"speed/{name}"], REFERENCE[f"partner/{name}"]
    order = ("time", "height", "width")[-len(speed) :]
    ours, pairs = np.zeros(speed.shape), np.full(len(partner), -1)
    for axis in read(name).axes:
        row = order.index(axis.name)
        assert (ours[:, axis.entries] == 0).all(), "no entry belongs to two axes"
        per_step = axis.inv_freq * (2 / axis.length if axis.normalised else 1)
        ours[row, axis.entries] = per_step[:, None]
        pairs[axis.entries] = axis.entries[:, ::-1]
    np.testing.assert_allclose(ours, speed, rtol=2e-5, atol=2e-6)
    np.testing.assert_array_equal(pairs, partner)


# What a file says


def test_an_encoder_of_images_has_two_axes():
    settings = models.read_config(DINO)
    assert [axis.name for axis in settings.axes] == ["height", "width"]
    assert [axis.length for axis in settings.axes] == [14, 14]
    assert settings.axes[0].entries.tolist() == [[j, j + 32] for j in range(16)]
    report = models.report(settings)
    assert "height       16 pairs: entries 0–15 with 32–47" in report
    assert "14 patches (image_size / patch_size)" in report
    assert "positions" not in report
    assert "defaults" not in report


def test_sides_of_an_image_may_differ():
    settings = models.read_config(DINO | {"image_size": [224, 448], "patch_size": 16})
    assert [axis.length for axis in settings.axes] == [14, 28]


def test_what_is_not_in_the_file_is_said():
    settings = models.read_config({"model_type": "dinov3_vit"})
    assert "rope_theta = 100.0, image_size = 224, patch_size = 16" in settings.warnings[0]
    assert settings.axes[0].length_from == "image_size / patch_size, by default"


def test_a_model_of_text_stays_one_and_has_its_axes_beside():
    settings = models.read_config(QWEN)
    assert (settings.encoding, settings.train_length) == ("rope", 32768)
    assert models.foretell(settings, 65536).axis == "distance"
    assert {axis.name: len(axis.entries) for axis in settings.axes} == {
        **{"time": 16, "height": 24, "width": 24}
    }
    assert settings.axes[1].entries[0].tolist() == [16, 80]
    assert [axis.entries.shape for axis in settings.vision.axes] == [(20, 2), (20, 2)]
    report = models.report(settings)
    assert report.index("at 65,536") < report.index("axes (in text") < report.index("images")
    assert report.count("predicted    nothing: the file does not say") == 2


def test_a_thinker_in_the_middle():
    config = {
        "model_type": "qwen2_5_omni",
        "thinker_config": {
            "model_type": "qwen2_5_omni_thinker",
            "text_config": QWEN | {"model_type": "qwen2_5_omni_text", "vision_config": None},
            "vision_config": {
                "model_type": "qwen2_5_omni_vision_encoder",
                **{"hidden_size": 1280, "num_heads": 16},
            },
        },
    }
    settings = models.read_config(config)
    assert [len(axis.entries) for axis in settings.axes] == [16, 24, 24]
    assert settings.vision.head_dim == 80


def test_sections_interleaved_by_the_files_own_word():
    block = {"mrope_section": [24, 20, 20], "mrope_interleaved": True, "rope_theta": 5e6}
    settings = models.read_config({"head_dim": 128, "rope_parameters": block}, train_length=8)
    assert settings.axes[1].entries[:3, 0].tolist() == [1, 4, 7]


@pytest.mark.parametrize(
    "kind, says",
    [
        ("unheard_of", "is not known here. In text all axes agree"),
        ("hunyuan_vl", "from different axes"),
    ],
)
def test_sections_that_say_too_little_give_no_axes(kind, says):
    block = {"mrope_section": [16, 24, 24], "rope_theta": 1e6}
    settings = models.read_config({"model_type": kind, "head_dim": 128, "rope_parameters": block})
    assert settings.axes == ()
    assert any(says in warning for warning in settings.warnings)


def test_a_diffusion_model_names_its_axes_by_their_sizes():
    flux = {"_class_name": "FluxTransformer2DModel", "axes_dims_rope": [16, 56, 56]}
    settings = models.read_config(flux | {"attention_head_dim": 128})
    # As get_1d_rotary_pos_embed of diffusers: neighbours, each axis from 1 downwards.
    assert [axis.entries[0].tolist() for axis in settings.axes] == [[0, 1], [16, 17], [72, 73]]
    for axis, size in zip(settings.axes, (16, 56, 56), strict=True):
        np.testing.assert_allclose(axis.inv_freq, 1e4 ** -(np.arange(0, size, 2) / size))
    numbered = models.read_config({"axes_dims_rope": [32] * 4, "theta": 2000})
    assert [axis.name for axis in numbered.axes] == [f"axis {i}" for i in range(4)]
    assert numbered.base == 2000


def test_an_encoder_of_images_that_is_not_known_is_named():
    text = {"model_type": "llama", "head_dim": 8, "rope_theta": 1e4}
    for vision, named in (({"rope_theta": 1e4}, True), ({"model_type": "clip"}, False)):
        config = {"model_type": "llava", "text_config": text, "vision_config": vision}
        warnings = models.read_config(config).warnings
        assert any("vision_config" in warning for warning in warnings) == named


@pytest.mark.parametrize(
    "config, says",
    [
        ({"model_type": "vjepa2"}, "different angles, which is no RoPE"),
        (DINO | {"num_attention_heads": 7}, "hidden_size = 768 does not divide into 7 heads"),
        (DINO | {"hidden_size": 24}, "a head of 2 entries does not divide into pairs for 2 axes"),
        (DINO | {"rope_theta": 1}, "rope_theta must be above 1 and at most 1e.15, got 1"),
        (DINO | {"image_size": "224"}, "image_size must be a whole number"),
        ({"axes_dims_rope": 64}, "axes_dims_rope must be a list"),
        ({"axes_dims_rope": [16, 7]}, "must be even"),
        ({"axes_dims_rope": [16, 16], "attention_head_dim": 64}, "adds up to 32"),
        ({"axes_dims_rope": [16, 16], "theta": 0.5}, "theta must be above 1"),
        (QWEN | {"rope_scaling": {"type": "mrope", "mrope_section": 64}}, "must be a list"),
        (
            QWEN | {"rope_scaling": {"type": "mrope", "mrope_section": [8] * 3}},
            "share out the 64 pairs",
        ),
        (QWEN | {"vision_config": {"num_heads": 0}}, "vision_config.num_heads must be at least 1"),
    ],
)
def test_bad_fields_are_told_what_is_wrong(config, says):
    with pytest.raises((TypeError, ValueError), match=says):
        models.read_config(config)


# What it foretells


def test_one_pair_by_hand():
    """Half a turn is 20 steps: both signs of 10 meet half the circle, of 20 all of it."""
    axis = Axis("width", np.array([[0, 2]]), np.array([np.pi / 20]), "patch", length=11)
    assert axes.foretell(axis, 11).first_unseen is None
    foretold = axes.foretell(axis, 21)
    assert foretold.unfinished.tolist() == [True]
    assert np.degrees(foretold.unseen_arc[0]) == pytest.approx(180)
    assert foretold.first_unseen == 11
    assert axes.foretell(axis, 99).unseen_arc[0] == pytest.approx(np.pi), "no more than a turn"


def test_a_pair_that_meets_the_whole_circle_has_nothing_new():
    axis = Axis("width", np.array([[0, 2]]), np.array([np.pi / 20]), "patch", length=22)
    foretold = axes.foretell(axis, 1000)
    assert foretold.first_unseen is None
    assert not foretold.unfinished.any(), "half a turn to either side is all of it"


def test_normalised_coordinates_hardly_grow():
    height = models.read_config(DINO).axes[0]
    foretold = axes.foretell(height, 28)
    # From 13/14 of an image to 27/28, so at the last distance alone.
    assert foretold.first_unseen == 27
    slowest = 2 * (2 * 27 / 28 - 2 * 13 / 14) * height.inv_freq
    np.testing.assert_allclose(foretold.unseen_arc[-1], slowest[-1])


def test_an_axis_of_unknown_length_is_refused():
    axis = models.read_config(QWEN).vision.axes[0]
    with pytest.raises(ValueError, match="how many patches"):
        axes.foretell(axis, 10)
    with pytest.raises(TypeError, match="must be one of a model's axes"):
        axes.foretell("height", 10)


def test_text_is_not_foretold_for_images():
    with pytest.raises(ValueError, match=r"more axes than one; ask axes\.foretell"):
        models.foretell(models.read_config(DINO), 100)


def test_the_command_line_prints_them(tmp_path, capsys):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(DINO), encoding="utf-8")
    assert cli.main(["config", str(path), "--length", "28"]) == 0
    told = capsys.readouterr().out
    assert "at 28, angles never met from distance 27 on" in told
    assert cli.main(["config", str(path)]) == 0, "twice its own 14 patches, where not told"
    assert capsys.readouterr().out == told


def test_other_orders_are_only_those_of_known_types():
    assert set(LAYOUTS) <= set(vision_types())
