"""The package imports lightly, its examples hold, and the set-up files agree with each other."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib

import pytest

import rope_lessons
from rope_lessons import course

ROOT = course.root()
MODULES = [
    module.name
    for module in pkgutil.walk_packages(rope_lessons.__path__, "rope_lessons.")
    if not module.ispkg
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module)
    assert failed == 0
    assert module.__doc__, "one question a module, asked at its top"


@pytest.mark.parametrize("name", ["arcs", "rotary", "scaling", "schemes", "specimens.attention"])
def test_the_mathematics_has_an_example_for_every_function(name):
    module = importlib.import_module(f"rope_lessons.{name}")
    public = [
        function
        for key, function in vars(module).items()
        if inspect.isfunction(function) and key[0] != "_" and function.__module__ == module.__name__
    ]
    assert public
    for function in public:
        assert ">>> " in function.__doc__, function.__name__
        assert "Raises" in module.__doc__ + function.__doc__, function.__name__


def public_functions(body):
    for step in body:
        if isinstance(step, ast.ClassDef) and step.name[0] != "_":
            yield from public_functions(step.body)
        elif isinstance(step, ast.FunctionDef) and (step.name == "__init__" or step.name[0] != "_"):
            yield step


def test_public_functions_say_what_they_take_and_give():
    """ruff's rule for arguments would ask it of private functions, too.

    An exercise's reference is left as the learner writes it.
    """
    found, unsaid = 0, []
    for path in (ROOT / "rope_lessons").rglob("*.py"):
        if re.match(r"_[a-z]|lesson_", path.name):
            continue
        for function in public_functions(ast.parse(path.read_text(encoding="utf-8")).body):
            given = [each for each in ast.walk(function.args) if isinstance(each, ast.arg)]
            said = [each.annotation for each in given if each.arg != "self"] + [function.returns]
            found += 1
            unsaid += [f"{path.name}: {function.name}"] * (None in said)
    assert found > 300
    assert not unsaid


def test_importing_the_package_is_light():
    code = "import sys, rope_lessons; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "rope_lessons" in loaded
    assert not {"matplotlib", "ipywidgets", "numpy"} & set(loaded)


def test_modules_and_functions_come_on_first_use():
    from rope_lessons import check, glossary, hint, rotary

    assert rotary.__name__ == "rope_lessons.rotary"
    assert callable(check)
    assert callable(hint)
    assert callable(glossary)
    assert set(rope_lessons.__all__) <= set(dir(rope_lessons))
    with pytest.raises(AttributeError, match="no attribute 'rotery'"):
        _ = rope_lessons.rotery


def test_the_course_has_fourteen_lessons_in_four_phases():
    assert [entry.number for entry in course.LESSONS] == list(range(1, 15))
    assert [entry.phase for entry in course.LESSONS] == sorted(e.phase for e in course.LESSONS)
    assert {entry.phase for entry in course.LESSONS} == set(course.PHASES)
    assert all(entry.playing < entry.minutes for entry in course.LESSONS)
    with pytest.raises(ValueError, match="1 to 14"):
        course.lesson(15)


def test_outside_any_course_the_installed_one_is_taken(tmp_path):
    assert course.root(tmp_path) == ROOT
    assert course.root(ROOT / "notebooks") == ROOT


PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "benchmarks/class.md",
    "solutions/README.md",
    "training/README.md",
)


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_pages_land(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


NAMED = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
BOUNDS = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", named).groups() for named in NAMED)


def pins(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index|--find-links", text)
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M))


def test_the_pins_cover_what_the_project_names_and_hold_no_address():
    pinned = pins("requirements.txt")
    for name, lowest in BOUNDS.items():
        newest = tuple(int(part) for part in re.findall(r"\d+", pinned[name]))
        assert newest >= tuple(int(part) for part in lowest.split(".")), name


def test_the_oldest_versions_are_the_lower_bounds():
    """CI runs on them, so a bound that no longer works turns it red; `make pins` renews both."""
    oldest = pins("tests/lowest.txt")
    assert {name: oldest.get(name) for name in BOUNDS} == BOUNDS


def test_conda_installs_the_same_pins():
    yaml = pytest.importorskip("yaml", reason="comes with JupyterLab")
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == ["python=3.12", "pip"]
    assert pip == {"pip": ["-r requirements.txt", "-e ."]}


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")))
def test_workflows_follow_their_schema(path):
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.github-workflows", str(path)),
        ],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_pull_request_is_tried_once_and_installs_from_a_cache():
    yaml = pytest.importorskip("yaml", reason="comes with JupyterLab")
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    triggers = workflow[True]  # YAML reads the key "on" so
    assert triggers["push"] == {"branches": ["main"]}
    assert "pull_request" in triggers
    assert workflow["concurrency"]["cancel-in-progress"] is True
    for name, job in workflow["jobs"].items():
        given = [step.get("with", {}) for step in job["steps"]]
        used = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
        cached = any(each.get("enable-cache") or "cache" in each for each in given)
        assert cached or "actions/cache" in used, name
