"""The course becomes new and every answer stays, wherever the update comes from or breaks off."""

import shutil
import subprocess
import zipfile

import nbformat
import pytest
from copies import ROOT, copy_course

from rope_lessons import cli, course, exercises, learner_files
from rope_lessons.authoring import build
from rope_lessons.classroom import update
from rope_lessons.study import progress

STEM = "07_rotate_and_dot"
STEMS = (STEM, "02_pairs_as_planes", course.START)
EXERCISE = f"exercises/exercise_{STEM}.ipynb"
ANSWER = "def score_at(q, k, m, n, theta):\n    return 0.25"
NOTE = "my_own = 'a note'"


def git(folder, *words):
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    answer = subprocess.run(["git", "-C", folder, *named, *words], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def change(path, edit):
    notebook = build.read(path)
    edit(notebook, {cell.id: cell for cell in notebook.cells})
    nbformat.write(notebook, path)


def commit(folder, said):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", said)


@pytest.fixture
def published(tmp_path):
    """A small course under git, as it is published, with the next version not yet made."""
    folder = copy_course(tmp_path / "published")
    for path in build.notebooks(folder):
        if course.stem_of(path) not in STEMS:
            path.unlink()
    (folder / "rope_lessons").mkdir()
    (folder / "rope_lessons" / "old.py").write_text("old = 1\n", encoding="utf-8")
    for name in ("README.md", ".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "first")
    return folder


@pytest.fixture(params=["git", "zip", "folder"])
def way(request):
    return request.param


@pytest.fixture
def learner(published, tmp_path, way, monkeypatch):
    """The learner's copy of the first version; they stand in its folder."""
    folder = tmp_path / "learner"
    if way == "git":
        git(tmp_path, "clone", "--quiet", str(published), str(folder))
    else:
        shutil.copytree(published, folder, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(folder / ".rope-lessons"))
    monkeypatch.chdir(folder)
    return folder


def renew(published):
    """The next version: another sentence, another exercise text, a module for another, a file."""
    for folder in ("exercises", "solutions"):
        change(published / course.path(folder, STEM), lambda notebook, cells: retell(cells))
    (published / "rope_lessons" / "old.py").unlink()
    (published / "rope_lessons" / "new.py").write_text("new = 2\n", encoding="utf-8")
    (published / "README.md").write_text("# The new one\n", encoding="utf-8")
    commit(published, "second")


def retell(cells):
    cells["header"].source = "# Told anew"


def fetch(published, way, tmp_path):
    """The words of the command that brings the newest version this way."""
    if way == "git":
        return ["update"]
    if way == "folder":
        return ["update", str(published)]
    archive = tmp_path / "new.zip"
    git(
        published, "archive", "--format=zip", "--prefix=course-main/", f"--output={archive}", "main"
    )
    return ["update", str(archive)]


def work(folder, name=EXERCISE):
    """Answer one exercise, pass its check, add a cell, save as JupyterLab does."""

    def answer(notebook, cells):
        cells["score-at"].source = ANSWER
        check = cells["check-score-at"]
        check.execution_count = 9
        verdict = {progress.VERDICT: {"exercise": "score_at", "status": "passed"}}
        check.outputs = [nbformat.v4.new_output("display_data", verdict)]
        place = notebook.cells.index(check)
        notebook.cells.insert(place, nbformat.v4.new_code_cell(NOTE))
        notebook.metadata["language_info"]["version"] = "3.99"

    change(folder / name, answer)
    return (folder / name).read_bytes()


def sources(folder, name=EXERCISE):
    return [cell.source for cell in build.read(folder / name).cells]


def kept(folder, name=EXERCISE):
    return [path.read_bytes() for path in sorted((folder / ".rope-lessons").glob(f"kept/*/{name}"))]


def everything(folder):
    """Every file of the course with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in (".git", ".rope-lessons")
    }


def test_answers_stay_and_all_else_is_new(published, learner, way, tmp_path, capsys):
    before = work(learner)
    renew(published)
    assert cli.main(fetch(published, way, tmp_path)) == 0
    said = capsys.readouterr().out
    new, mine = sources(published), sources(learner)
    assert mine[0] == "# Told anew"
    assert ANSWER in mine
    assert mine.index(NOTE) + 1 == mine.index("from rope_lessons import check\n\ncheck(score_at)")
    stub = next(s for s in new if s.startswith("def score_at"))
    assert [s for s in mine if s not in (ANSWER, NOTE)] == [s for s in new if s != stub]
    assert progress.read(learner)[6].works[0].status == "done"
    assert kept(learner) == [before]
    assert f"{EXERCISE}: new, with your score_at." in said
    assert "Reload Notebook from Disk" in said
    others = {name: text for name, text in everything(published).items() if name != EXERCISE}
    assert {n: text for n, text in everything(learner).items() if n != EXERCISE} == others


def test_twice_in_a_row_there_is_nothing_to_do(published, learner, way, tmp_path, capsys):
    work(learner)
    renew(published)
    words = fetch(published, way, tmp_path)
    cli.main(words)
    before = everything(learner)
    capsys.readouterr()
    assert cli.main(words) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert everything(learner) == before
    assert len(kept(learner)) == 1


def test_what_the_new_version_leaves_alone_is_left_alone(published, learner, way, tmp_path):
    before = work(learner)
    (published / "README.md").write_text("# The new one\n", encoding="utf-8")
    commit(published, "second")
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert (learner / EXERCISE).read_bytes() == before
    assert (learner / "README.md").read_text(encoding="utf-8") == "# The new one\n"


def test_an_update_broken_off_anywhere_is_finished_by_the_next(
    published, learner, way, tmp_path, monkeypatch
):
    work(learner)
    renew(published)
    words = fetch(published, way, tmp_path)
    start = tmp_path / "start"
    shutil.copytree(learner, start)
    cli.main(words)
    finished = everything(learner)
    whole, brake = learner_files.write_whole, {}

    def killed(path, content):
        if brake["after"] == 0:
            raise KeyboardInterrupt
        brake["after"] -= 1
        whole(path, content)

    for after in range(5):
        shutil.rmtree(learner)
        shutil.copytree(start, learner)
        monkeypatch.chdir(learner)
        brake["after"] = after
        monkeypatch.setattr(learner_files, "write_whole", killed)
        status = cli.main(words)
        monkeypatch.setattr(learner_files, "write_whole", whole)
        if status == 0:
            break
        assert status == 130
        assert ANSWER in sources(learner)
        (learner / "notebooks" / f".{STEM}.ipynb.x7").touch()  # as a killed writer leaves
        cli.main(words)
        assert everything(learner) == finished
    assert after > 2


def test_a_renamed_notebook_takes_the_answers_along(published, learner, way, tmp_path, capsys):
    before = work(learner)
    renew(published)
    for folder in ("exercises", "solutions", "notebooks"):
        (published / course.path(folder, STEM)).rename(published / course.path(folder, "07_turned"))
    commit(published, "renamed")
    assert cli.main(fetch(published, way, tmp_path)) == 0
    mine = sources(learner, "exercises/exercise_07_turned.ipynb")
    assert ANSWER in mine
    assert NOTE in mine
    assert not (learner / EXERCISE).exists()
    assert kept(learner) == [before]
    said = capsys.readouterr().out
    there = "exercises/exercise_07_turned.ipynb"
    assert f"{EXERCISE}: your answer to score_at is in {there} now." in said


def rename(published, to):
    for path in build.notebooks(published):
        path.rename(published / to(path.parent.name, course.stem_of(path)))
    commit(published, "renamed")


@pytest.fixture
def one_name(published):
    """As long as lesson, exercise and solution had the same name."""
    rename(published, "{}/{}.ipynb".format)


def test_answers_from_before_exercises_had_names_of_their_own(
    one_name, published, learner, way, tmp_path, capsys
):
    old = f"exercises/{STEM}.ipynb"
    before = work(learner, old)
    rename(published, course.path)
    words = fetch(published, way, tmp_path)
    assert cli.main(words) == 0
    assert f"{old}: your answer to score_at is in {EXERCISE} now." in capsys.readouterr().out
    assert {ANSWER, NOTE} < set(sources(learner))
    assert progress.read(learner)[6].works[0].status == "done"
    assert kept(learner, old) == [before]
    mine, new = everything(learner), everything(published)
    assert {name: text for name, text in mine.items() if name != EXERCISE} == {
        name: text for name, text in new.items() if name != EXERCISE
    }
    assert cli.main(words) == 0
    assert everything(learner) == mine


def test_an_answer_to_what_is_no_longer_asked_stays_as_a_cell(
    published, learner, way, tmp_path, capsys
):
    work(learner)

    def rename(notebook, cells):
        retell(cells)
        stub = cells["score-at"]
        stub.source = stub.source.replace("score_at", "score_when")
        stub.metadata.nbgrader.grade_id = "score_when"
        if "rope_lessons" in stub.metadata:
            stub.metadata.rope_lessons.stub = exercises.digest(stub.source)

    for folder in ("exercises", "solutions"):
        change(published / course.path(folder, STEM), rename)
    commit(published, "another name")
    words = fetch(published, way, tmp_path)
    assert cli.main(words) == 0
    assert "score_at is no longer asked; your answer stays as a cell." in capsys.readouterr().out
    found = build.read(learner / EXERCISE)
    (cell,) = (cell for cell in found.cells if cell.source == ANSWER)
    assert "nbgrader" not in cell.metadata
    assert build.answered(found) == []
    before = everything(learner)
    cli.main(words)
    assert everything(learner) == before


def test_an_exercise_that_moved_takes_its_answer_along(published, learner, way, tmp_path):
    work(learner)
    for folder in ("exercises", "solutions"):
        moved = []

        def take(notebook, cells, moved=moved):
            moved.append(cells["score-at"])
            notebook.cells.remove(cells["score-at"])

        def give(notebook, cells, moved=moved):
            notebook.cells += moved

        change(published / course.path(folder, STEM), take)
        change(published / course.path(folder, "02_pairs_as_planes"), give)
    commit(published, "moved")
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert ANSWER in sources(learner, "exercises/exercise_02_pairs_as_planes.ipynb")
    assert ANSWER not in sources(learner)
    assert NOTE in sources(learner)


def test_a_second_try_beside_the_answer_stays(published, learner, way, tmp_path):
    work(learner)

    def paste(notebook, cells):
        place = notebook.cells.index(cells["score-at"]) + 1
        pasted = nbformat.v4.new_code_cell("def score_at(*a):\n    return 1")
        pasted.metadata = cells["score-at"].metadata
        notebook.cells.insert(place, pasted)

    change(learner / EXERCISE, paste)
    renew(published)
    assert cli.main(fetch(published, way, tmp_path)) == 0
    found = build.read(learner / EXERCISE)
    assert build.answered(found) == ["score_at"]
    mine = [cell.source for cell in found.cells]
    assert mine.index("def score_at(*a):\n    return 1") == mine.index(ANSWER) + 1


def test_an_answer_to_what_is_asked_otherwise_is_to_be_checked_again(
    published, learner, way, tmp_path, capsys
):
    work(learner)

    def other(notebook, cells):
        stub = cells["score-at"]
        stub.source = stub.source.replace("theta", "angle")
        if "rope_lessons" in stub.metadata:
            stub.metadata.rope_lessons.stub = exercises.digest(stub.source)

    for folder in ("exercises", "solutions"):
        change(published / course.path(folder, STEM), other)
    commit(published, "another parameter")
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert "what is asked has changed for score_at; check again." in capsys.readouterr().out
    assert ANSWER in sources(learner)
    assert progress.read(learner)[6].works[0].status == "started"


def test_what_cannot_be_read_is_kept_as_it_was(published, learner, way, tmp_path, capsys):
    (learner / EXERCISE).write_bytes(b"<<<<<<< HEAD\n{")
    renew(published)
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert "yours could not be read" in capsys.readouterr().out
    assert kept(learner) == [b"<<<<<<< HEAD\n{"]
    assert sources(learner) == sources(published)


def test_notes_in_a_lesson_stay(published, learner, way, tmp_path):
    name = f"notebooks/{STEM}.ipynb"
    change(
        learner / name,
        lambda notebook, cells: notebook.cells.append(nbformat.v4.new_code_cell(NOTE)),
    )
    change(published / name, lambda notebook, cells: retell(cells))
    commit(published, "second")
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert sources(learner, name) == [*sources(published, name), NOTE]


def test_new_results_come_where_nobody_worked(published, learner, way, tmp_path):
    work(learner)
    lesson = f"notebooks/{STEM}.ipynb"
    for name in (lesson, EXERCISE, "exercises/exercise_02_pairs_as_planes.ipynb"):
        change(published / name, lambda notebook, cells: renumber(cells))
    commit(published, "second")
    before = (learner / EXERCISE).read_bytes()
    assert cli.main(fetch(published, way, tmp_path)) == 0
    assert (learner / EXERCISE).read_bytes() == before
    for name in (lesson, "exercises/exercise_02_pairs_as_planes.ipynb"):
        assert (learner / name).read_bytes() == (published / name).read_bytes()


def renumber(cells):
    for cell in cells.values():
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="another result")]


only_git = pytest.mark.parametrize("way", ["git"], indirect=False)


@only_git
def test_committed_answers_stay_and_so_does_their_history(published, learner, tmp_path):
    work(learner)
    commit(learner, "my answer")
    mine = git(learner, "rev-parse", "HEAD")
    change(
        learner / "exercises" / "exercise_02_pairs_as_planes.ipynb",
        lambda notebook, cells: notebook.cells.append(nbformat.v4.new_code_cell(NOTE)),
    )
    renew(published)
    assert cli.main(["update"]) == 0
    assert ANSWER in sources(learner)
    theirs = git(published, "rev-parse", "HEAD")
    assert git(learner, "log", "-1", "--format=%P").split() == [mine, theirs]
    status = git(learner, "status", "--porcelain", "--untracked-files=no")
    assert status == "M exercises/exercise_02_pairs_as_planes.ipynb"
    committed = nbformat.reads(git(learner, "show", f"HEAD:{EXERCISE}"), as_version=4)
    assert ANSWER in [cell.source for cell in committed.cells]
    assert cli.main(["update"]) == 0
    assert git(learner, "log", "-1", "--format=%P").split() == [mine, theirs]


@only_git
def test_uncommitted_answers_stay_uncommitted(published, learner):
    work(learner)
    renew(published)
    assert cli.main(["update"]) == 0
    assert git(learner, "rev-parse", "HEAD") == git(published, "rev-parse", "HEAD")
    assert git(learner, "status", "--porcelain") == f"M {EXERCISE}"


@only_git
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (["remote", "set-url", "origin", "/nowhere"], "Is there a network?"),
        (["branch", "--unset-upstream"], "follows no other"),
        (["update-ref", "MERGE_HEAD", "HEAD"], "git merge --abort"),
    ],
)
def test_what_git_cannot_do_is_said(learner, capsys, trouble, said):
    work(learner)
    before = everything(learner)
    git(learner, *trouble)
    assert cli.main(["update"]) == 1
    assert said in capsys.readouterr().err
    assert everything(learner) == before


@pytest.mark.parametrize("way", ["folder"])
def test_what_is_no_course_is_refused(learner, tmp_path, capsys, way):
    before = everything(learner)
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr(update.START, "{}")
        archive.writestr("../outside", "")
    for path, said in (
        ("half.zip", "download it again"),
        ("empty", "there is no course in"),
        ("out.zip", "outside its own folder"),
        ("nowhere", "No such file"),
    ):
        assert cli.main(["update", str(tmp_path / path)]) == 1
        assert said in capsys.readouterr().err
    assert cli.main(["update"]) == 1
    assert "update PATH" in capsys.readouterr().err
    assert everything(learner) == before
    assert not (tmp_path / "outside").exists()
