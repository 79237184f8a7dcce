"""The doctor names what is broken and its mend, and nothing else."""

import os
import shutil

import pytest
from environments import Environment

from rope_lessons import doctor

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need an administrator there")


@pytest.fixture
def environment(tmp_path):
    return Environment(tmp_path)


def cut(path):
    """Leave the first half of a file, and of a link's target a copy cut so."""
    content = path.read_bytes()
    if path.is_symlink():
        path.unlink()
    path.write_bytes(content[: len(content) // 2])


def numpy_is_gone(env):
    (env.site / "numpy").unlink()
    return "numpy 2", "ModuleNotFoundError", "install --force-reinstall --no-deps numpy=="


def ipykernel_is_gone(env):
    for path in env.site.glob("ipykernel*"):
        path.unlink()
    return "ipykernel is missing", "pip install ipykernel"


def ipywidgets_is_gone(env):
    (env.site / "ipywidgets").unlink()
    return "ipywidgets 8", "does not load", "--no-deps ipywidgets=="


def jupyterlab_is_old(env):
    (info,) = env.site.glob("jupyterlab-4*.dist-info")
    metadata = env.own(info.name) / "METADATA"
    text = metadata.read_text(encoding="utf-8")
    metadata.unlink()
    metadata.write_text(text.replace("\nVersion: 4", "\nVersion: 3", 1), encoding="utf-8")
    return "jupyterlab 3", "is too old", 'install "jupyterlab>=4.2.0"'


def matplotlib_has_lost_its_compiled_part(env):
    for path in env.own("matplotlib").glob("ft2font.*"):
        path.unlink()
    return "matplotlib 3", "does not load", "--no-deps matplotlib=="


def a_lesson_is_missing(env):
    (env.course / "notebooks" / "05_rotation_is_two_numbers.ipynb").unlink()
    return "notebooks/05_rotation_is_two_numbers.ipynb is missing", "rope-lessons update PATH"


def an_exercise_is_missing(env):
    (env.course / "exercises" / "exercise_07_rotate_and_dot.ipynb").unlink()
    return "exercises/exercise_07_rotate_and_dot.ipynb is missing", "rope-lessons reset 07"


def a_solution_is_cut(env):
    cut(env.course / "solutions" / "solution_09_distance_curves.ipynb")
    return "solutions/solution_09_distance_curves.ipynb is damaged", "rope-lessons update PATH"


def a_file_hides_a_module(env):
    (env.course / "notebooks" / "random.py").touch()
    return "notebooks/random.py hides the module random", "another name"


def answers_cannot_be_saved(env):
    env.home.touch()
    return "your answers cannot be saved", "ROPE_LESSONS_HOME"


def the_browsers_side_is_gone(env):
    shutil.rmtree(env.share / "labextensions" / "@jupyter-widgets")
    return "JupyterLab cannot show sliders", "--no-deps jupyterlab_widgets=="


def the_browsers_side_has_lost_its_script(env):
    folder = env.own("labextensions/@jupyter-widgets/jupyterlab-manager/static", env.share)
    for path in folder.glob("remoteEntry*"):
        path.unlink()
    return "JupyterLab cannot show sliders", "--no-deps jupyterlab_widgets=="


def the_browsers_side_is_switched_off(env):
    config = env.root / "etc" / "jupyter" / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text(
        '{"disabledExtensions": {"@jupyter-widgets/jupyterlab-manager": true}}', encoding="utf-8"
    )
    return "is switched off", "labextension enable @jupyter-widgets/jupyterlab-manager"


def jupyterlabs_pages_are_gone(env):
    (env.share / "lab").unlink()
    return "JupyterLab's pages are gone", "--no-deps jupyterlab=="


def a_lessons_exercises_are_gone(env):
    (env.course / "rope_lessons" / "exercises" / "lesson_03.py").unlink()
    return "exercises or the questions of lesson 03 are missing", "rope-lessons update PATH"


def data_are_cut(env):
    cut(env.course / "rope_lessons" / "data" / "cards.json")
    return "data of rope_lessons.study.flashcards cannot be read", "rope-lessons update PATH"


def weights_are_cut(env):
    cut(env.course / "rope_lessons" / "data" / "weights" / "t5.0.npz")
    return "the weights of t5, seed 0, are missing or not those", "rope-lessons update PATH"


def another_kernel_is_in_front(env):
    spec = env.own("kernels/python3", env.share) / "kernel.json"
    text = spec.read_text(encoding="utf-8")
    spec.unlink()
    spec.write_text(text.replace('"python"', '"/elsewhere/python"', 1), encoding="utf-8")
    return "notebooks run in /elsewhere/python", "kernelspec remove python3"


def the_kernel_dies(env):
    spec = env.own("kernels/python3", env.share) / "kernel.json"
    text = spec.read_text(encoding="utf-8")
    spec.unlink()
    spec.write_text(text.replace("ipykernel_launcher", "gone"), encoding="utf-8")
    return "a notebook's kernel does not answer", "--no-deps ipykernel=="


# Independent of one another, so that one run must name them all and nothing else.
TOGETHER = {
    "nothing": (),
    "packages-and-files": (
        numpy_is_gone,
        ipykernel_is_gone,
        ipywidgets_is_gone,
        jupyterlab_is_old,
        a_lesson_is_missing,
        an_exercise_is_missing,
        a_solution_is_cut,
        a_file_hides_a_module,
        answers_cannot_be_saved,
    ),
    "matplotlib": (matplotlib_has_lost_its_compiled_part,),
    "gone": (
        the_browsers_side_is_gone,
        jupyterlabs_pages_are_gone,
        data_are_cut,
        another_kernel_is_in_front,
    ),
    "off": (the_browsers_side_is_switched_off, a_lessons_exercises_are_gone, weights_are_cut),
    "kernel": (the_kernel_dies, the_browsers_side_has_lost_its_script),
}


@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
def test_what_is_broken_is_named_with_its_mend_and_nothing_else(environment, faults):
    expected = [fault(environment) for fault in faults]
    answer = environment.run("doctor")
    found = [line for line in answer.stdout.splitlines() if line.startswith("[fix] ")]
    assert len(found) == len(expected), answer.stdout + answer.stderr
    for parts in expected:
        assert any(all(part in line for part in parts) for line in found), (parts, found)
    assert answer.returncode == bool(faults)
    assert "Traceback" not in answer.stdout + answer.stderr
    last = "All is well: rope-lessons lab opens the course." if not faults else "to mend."
    assert answer.stdout.rstrip().endswith(last)


def test_a_module_that_the_lessons_import_is_missed(monkeypatch):
    monkeypatch.setattr(
        doctor.rope_lessons,
        "_MODULES",
        {"rotary": "rope_lessons.rotary", "gone": "rope_lessons.gone"},
    )
    ((healthy, said),) = doctor._own(None)
    assert not healthy
    assert "do not load (ModuleNotFoundError: No module named 'rope_lessons.gone')" in said
    assert "install --force-reinstall --no-deps COURSE" in said


def test_a_folder_without_code_is_no_package(tmp_path, monkeypatch):
    (tmp_path / "hollow").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert "no code is left" in doctor._import_error("hollow")


def test_a_package_from_another_copy_is_noticed(tmp_path):
    healthy, said = doctor._place(tmp_path)
    assert not healthy
    assert "but the package comes from" in said
    assert "install --no-deps -e ." in said
