"""Submissions that are after the grader, not after the exercise: none earns a pass or costs one.

Those of the first part meet what always holds. Those of the second change what grading rests on,
in a copy of the course, and void the run. Those of the third know where everything lies, and meet
the wall of ``--isolate``, where the system allows one.
"""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import make_submissions
import pytest
from copies import ROOT, copy_course
from make_submissions import ALSO_RIGHT, BOTH, CORE, RIGHT, STEM, STRETCH, ZERO, Case

from rope_lessons import cli
from rope_lessons.classroom import grade_isolate, grade_process, grade_seal

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are watched and walled in on Linux alone"
)

# What an attack finds at hand. The C library does what Python's own functions are refused.
TOOLS = """
import ctypes, json, os, pathlib, sys, time
course = pathlib.Path("COURSE")  # as if it were known
libc = ctypes.CDLL(None)
package = pathlib.Path(sys.modules["rope_lessons"].__file__).parent

def parent(process):
    return int(pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])

def shell(command):
    libc.system(command.encode())

def everywhere(message):
    for handle in range(3, 99):
        try:
            os.write(handle, b"\\n" + json.dumps(message).encode() + b"\\n")
        except OSError:
            pass

def use(text):
    from rope_lessons import rotary
    function = text[text.index("def score_at"):].split("\\n\\n\\n")[0]
    exec(function, vars(rotary) | {"rotary": rotary}, globals())
"""


def steals(what):
    """An answer that is wrong unless the attack finds the reference."""
    body = "".join(f"    {line}\n" for line in what.strip().splitlines())
    return f"{ZERO}\n{TOOLS}\ntry:\n{body}except Exception:\n    pass\n"


def also(what):
    """A right answer, and the attack beside it."""
    return f"{RIGHT}\n{TOOLS}\n{what.strip()}\n"


NOT_YET = BOTH | {CORE: ("failed", "the same answer comes back at every call")}
ENDED = dict.fromkeys((CORE, STRETCH), ("problem", "ended by SIGKILL, in the cell score-at"))
PRINTED = (
    "import inspect, rope_lessons.exercises.lesson_07 as lesson; "
    "print(inspect.getsource(lesson.score_at))"
)
THEFTS = {
    "opens the reference by handles": (
        """
folder = os.open(package, os.O_RDONLY)
inside = os.open("exercises", os.O_RDONLY, dir_fd=folder)
use(os.fdopen(os.open("lesson_07.py", os.O_RDONLY, dir_fd=inside)).read())
""",
        "",
    ),
    "gives the reference another name": (
        """
os.link(package / "exercises" / "lesson_07.py", "mine")
use(open("mine").read())
""",
        "",
    ),
    "asks a child process": (
        f"""
import subprocess
asked = [sys.executable, "-c", {PRINTED!r}]
use(subprocess.run(asked, capture_output=True, text=True).stdout)
""",
        "other processes (subprocess.Popen)",
    ),
    "asks a child process past Python": (
        f"""
shell(f"'{{sys.executable}}' -c '{PRINTED}' > said")
use(open("said").read())
""",
        "",
    ),
    "looks through all that it was given": (
        """
import gc
given = [*sys.path, *os.environ.get("PYTHONPATH", "").split(":"), os.getcwd(), *sys.argv]
for thing in gc.get_objects():
    if isinstance(thing, (list, tuple, dict)):
        inside = thing.values() if isinstance(thing, dict) else thing
        given += [word for word in inside if isinstance(word, str) and len(word) < 200]
places = [pathlib.Path(word) for word in set(given) if word.startswith("/")]
found = next(path for path in places if (path / "solutions").is_dir())
handle = os.open(found / "rope_lessons", os.O_RDONLY)
use(os.fdopen(os.open("exercises/lesson_07.py", os.O_RDONLY, dir_fd=handle)).read())
""",
        "",
    ),
}
# {name: (the core answer, what is due, a word of a note)}
OTHERS = {
    "kills its parent": (
        also("import signal\nos.kill(os.getppid(), signal.SIGKILL)"),
        BOTH,
        "other processes (os.kill)",
    ),
    "kills its parent past Python": (also("libc.kill(os.getppid(), 9); time.sleep(5)"), ENDED, ""),
    "kills its process group": (also("libc.kill(0, 9)"), ENDED, ""),
    "names a function in its reply": (
        also(
            """
reply = {"call": "score_from_distance", "changed": [""] * 6, "problem": ""}
everywhere(reply | {"answers": [{"function": ["rope_lessons.page.capstone", "predict"]}] * 6})
os._exit(0)
"""
        ),
        dict.fromkeys((CORE, STRETCH), ("problem", "exit status 0")),
        "",
    ),
    "replaces what calls it": (
        f"{ZERO}\n"
        + TOOLS
        + """
import dataclasses, gc, types

def replaced(run):
    def other(*arguments):
        given = run(*arguments)
        return dataclasses.replace(given, answers=[1.0] * len(given.answers))
    return other

for module in gc.get_objects():
    if isinstance(module, types.ModuleType) and module.__name__ == "rope_lessons.exercises.checks":
        module.run = replaced(module.run)
""",
        dict.fromkeys((CORE, STRETCH), ("failed", "the same answer comes back at every call")),
        "",
    ),
    "says that it reaches for everything": (
        also("for number in range(5000):\n    everywhere({'reached': f'{number} ' * 50})"),
        BOTH,
        "the code reaches for 0 0",
    ),
    "writes on the instructor's pages": (
        "raise ValueError('</p><script>alert(1)</script>\\n=cmd|A1')",
        BOTH | {CORE: ("problem", "<script>")},
        "",
    ),
    "rewrites the marks when they appear": (
        also(
            """
wait = "while sleep 0.02; do if [ -e MARKS ]; then echo mine > MARKS; fi; done"
shell(f"setsid sh -c '{wait}' < /dev/null > /dev/null 2>&1 &")
"""
        ),
        BOTH,
        "",
    ),
}
# {name: (how the file comes to be, words of the line)}
FILES = {
    "a link to another's": (lambda to, ada: to.symlink_to(ada), "is a link"),
    "a link to the solution": (
        lambda to, ada: to.symlink_to(ROOT / "solutions" / f"solution_{to.name}"),
        "is a link",
    ),
    "a link to nothing": (lambda to, ada: to.symlink_to("nowhere"), "is a link"),
    "another name of another's": (lambda to, ada: os.link(ada, to), "a hard link"),
    "too large": (lambda to, ada: (to.touch(), os.truncate(to, 17 * 2**20)), "larger than 16 MiB"),
    "too deep": (lambda to, ada: to.write_text('{"cells": [' + "[" * 10**5), "not JSON"),
    "deep, and whole": (
        lambda to, ada: to.write_text('{"cells": [{"id": ' + "[" * 700 + "]" * 700 + "}]}"),
        "is missing",
    ),
}


def graded(folder, *options):
    """The exit status, and the rows of the CSV file as dictionaries; none if it was not written."""
    file = folder.parent / "marks.csv"
    file.unlink(missing_ok=True)
    status = cli.main(["grade", str(folder), "--csv", str(file), "--seed", "7", *options])
    return status, rows_of(file)


def rows_of(file):
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def hold(rows, name, expected, note=""):
    theirs = [row for row in rows if row["learner"] == name]
    assert not make_submissions.disagreements({"expected": expected, "note": note}, theirs)


def write_thefts(folder):
    for name, (what, note) in THEFTS.items():
        answers = steals(what), ALSO_RIGHT
        Case(name, "forged", NOT_YET, answers, note=note).write(folder / name)


@pytest.fixture(scope="module")
def always(tmp_path_factory):
    folder = tmp_path_factory.mktemp("always") / "class"
    for name in ("ada", "zoe"):
        Case(name, "right", BOTH).write(folder / name)
    write_thefts(folder)
    for name, (core, due, note) in OTHERS.items():
        core = core.replace("MARKS", str(folder.parent / "marks.csv"))
        Case(name, "forged", due, (core, ALSO_RIGHT), note=note).write(folder / name)
    original = folder.parent / f"{STEM}.ipynb"
    shutil.copy(folder / "ada" / original.name, original)
    for name, (make, _) in FILES.items():
        (folder / name).mkdir()
        make(folder / name / original.name, original)
    (folder / "a folder of another's").symlink_to(folder / "ada")
    (folder / "a linked exercises").mkdir()
    (folder / "a linked exercises" / "exercises").symlink_to(folder / "zoe")
    (folder / "a pipe").mkdir()
    os.mkfifo(folder / "a pipe" / original.name)
    status, rows = graded(folder, "--pages", str(folder.parent / "pages"))
    assert status == 1, "nothing of this voids the run"
    return folder.parent, rows


@pytest.mark.parametrize("name", THEFTS)
def test_the_reference_is_not_in_reach(always, name):
    hold(always[1], name, NOT_YET, THEFTS[name][1])


def test_that_these_thefts_would_succeed(tmp_path, monkeypatch):
    """With the references left in the copy, as they were once."""

    @contextlib.contextmanager
    def whole():
        yield copy_course(tmp_path / "copy", ("rope_lessons", "solutions"))

    monkeypatch.setattr(grade_process, "stripped", whole)
    monkeypatch.setenv("PYTHONPATH", "")
    write_thefts(tmp_path / "class")
    _, rows = graded(tmp_path / "class")
    passed = {
        row["learner"] for row in rows if row["verdict"] == "passed" and row["exercise"] == CORE
    }
    assert passed == set(THEFTS) - {"asks a child process"}, "which is refused besides"


@pytest.mark.parametrize("name", OTHERS)
def test_what_an_answer_does_beside_is_told_or_in_vain(always, name):
    _, due, note = OTHERS[name]
    hold(always[1], name, due, note)


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_not_read(always, name):
    hold(always[1], name, dict.fromkeys((CORE, STRETCH), ("problem", FILES[name][1])))


def test_linked_folders_and_pipes(always):
    linked = dict.fromkeys((CORE, STRETCH), ("problem", "is a link"))
    hold(always[1], "a folder of another's", linked)
    hold(always[1], "a linked exercises", linked)
    hold(always[1], "a pipe", dict.fromkeys((CORE, STRETCH), ("open", "not handed in.")))


@pytest.mark.parametrize("name", ["ada", "zoe"])
def test_the_others_go_on(always, name):
    hold(always[1], name, BOTH)


def test_nothing_goes_on_in_a_session_of_its_own(always):
    """No shell is left that waits for the marks, so they are what was written."""
    folder, rows = always
    waits = str(folder / "marks.csv").encode()
    assert not [line for line in command_lines() if waits in line]
    assert rows_of(folder / "marks.csv") == rows


def command_lines():
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield (entry / "cmdline").read_bytes()


def test_pages_and_tables_hold_nothing_that_runs(always):
    folder, rows = always
    page = (folder / "pages" / "writes on the instructor's pages.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@")]


def test_memory_and_files_of_the_grader_are_closed_to_the_user():
    code = "import ctypes; from rope_lessons.classroom import grade_watch as watch; "
    code += "watch.unreadable(); print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert asked.stdout == "0\n", asked.stderr


# What each does beside a right answer to the copy of the course in COURSE, and what is said of it.
CHANGES = {
    "appends to the package": (
        "with open(course / 'rope_lessons/exercises/answers.py', 'a') as file:\n"
        "    file.write('# mine')",
        "course/rope_lessons/exercises/answers.py was changed",
    ),
    "takes an exercise away": (
        "(course / 'rope_lessons/exercises/lesson_03.py').rename(course / 'away')",
        "course/rope_lessons/exercises/lesson_03.py was changed",
    ),
    "adds an exercise": (
        "shell(f'echo \"EXERCISES = ()\" > {course}/rope_lessons/exercises/lesson_99.py')",
        "course/rope_lessons/exercises/lesson_99.py was changed",
    ),
    "changes the solution": (
        f"shell(f'echo > {{course}}/solutions/solution_{STEM}.ipynb')",
        f"course/solutions/solution_{STEM}.ipynb was changed",
    ),
    "changes the copy that the others run on": (
        "with open(package / 'page/say.py', 'a') as file:\n    file.write('# mine')",
        "/rope_lessons/page/say.py was changed",
    ),
    "rewrites another's answers": (
        f"(course.parent / 'class/zoe/{STEM}.ipynb').write_text('')",
        f"class/zoe/{STEM}.ipynb was changed",
    ),
    "ends what watches it": (
        "libc.kill(parent(os.getppid()), 9)",
        "ends what watches it's code ended the process that watches it, and may go on.",
    ),
    "leaves what looks compiled": (
        "(course / 'rope_lessons/__pycache__').mkdir(exist_ok=True)\n"
        "(course / 'rope_lessons/__pycache__/napkin.cpython-399.pyc').write_text('')",
        "",
    ),
}


def grade_apart(course, *options, **environment):
    """Grade class/ beside that course, from the command line in the course's own folder."""
    command = [sys.executable, "-m", "rope_lessons.cli", "grade", *options]
    given = {**os.environ, "PYTHONPATH": str(course), **environment}
    return subprocess.run(command, cwd=course, env=given, capture_output=True, text=True)


def small_course(folder):
    """A copy of the course with one solution, in a folder called course."""
    course = copy_course(folder / "course", ("rope_lessons", "solutions"))
    for other in (course / "solutions").glob("*.ipynb"):
        if other.stem != f"solution_{STEM}":
            other.unlink()
    (course / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "00_start_here.ipynb", course / "notebooks")
    return course


@pytest.fixture(scope="module")
def void(tmp_path_factory):
    folder = tmp_path_factory.mktemp("void")
    course = small_course(folder)
    Case("zoe", "right", BOTH).write(folder / "class" / "zoe")
    for name, (what, _) in CHANGES.items():
        core = also(what).replace("COURSE", str(course))
        Case(name, "forged", BOTH, (core, ALSO_RIGHT)).write(folder / "class" / name)
    return folder, grade_apart(course, "../class", "--csv", "../marks.csv", "--jobs", "2")


@pytest.mark.parametrize("name", [name for name, (_, says) in CHANGES.items() if says])
def test_a_change_voids_the_run_and_is_named(void, name):
    folder, run = void
    assert run.returncode == 3, run.stderr
    first, *rest = run.stdout.splitlines()
    assert first == "VOID: no verdict of this run counts, and nothing is written."
    assert CHANGES[name][1] in "\n".join(rest)
    assert not (folder / "marks.csv").exists()


def test_what_was_read_before_counts_and_what_looks_compiled_is_taken_away(void):
    folder, run = void
    assert "zoe                                      07 score_at             ✓" in run.stdout
    assert not list(folder.glob("course/rope_lessons/__pycache__/*399*"))


def test_nothing_changed_and_nothing_said(tmp_path):
    before = grade_seal.take([tmp_path])
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "a.ipynb").touch()
    assert grade_seal.changed(before, [tmp_path]) == []


def test_who_ends_the_grader_leaves_no_marks(tmp_path):
    """What nothing but the wall prevents, and what it comes to: a failure that nobody overlooks."""
    course = small_course(tmp_path)
    ends = also("libc.kill(parent(parent(os.getppid())), 9)")
    Case("eve", "forged", BOTH, (ends, ALSO_RIGHT)).write(tmp_path / "class" / "eve")
    run = grade_apart(course, "../class", "--csv", "../marks.csv")
    assert run.returncode == -signal.SIGKILL
    assert run.stdout == ""
    assert not (tmp_path / "marks.csv").exists()


WALL = grade_isolate.refusal() if sys.platform == "linux" else "no Linux"
walled = pytest.mark.skipif(bool(WALL), reason=WALL)
BEHIND = {
    "reads the reference where it knows it": steals(
        """
shell(f"cat {course}/rope_lessons/exercises/lesson_07.py > said")
use(open("said").read())
"""
    ),
    "asks a child process for the installed package": steals(
        f"""
shell(f"PYTHONPATH={{course}} '{{sys.executable}}' -c '{PRINTED}' > said")
use(open("said").read())
"""
    ),
    "reads another's answers": steals(
        f"""
shell(f"cp {{course.parent}}/class/zoe/{STEM}.ipynb said")
use("".join(next(cell["source"] for cell in json.load(open("said"))["cells"]
                 if cell["id"] == "score-at")))
"""
    ),
    "reads a secret in the environment": steals("use(os.environ['KNOWN_TO_THE_GRADER'])"),
    "reads a secret of the grader's": steals(
        """
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        said = (process / "environ").read_text()
        use(said.split("KNOWN_TO_THE_GRADER=")[1].split("\\0")[0])
    except Exception:
        pass
"""
    ),
    "asks over the network": steals(
        """
import socket
with socket.create_connection(("127.0.0.1", PORT), timeout=5) as asked:
    use(asked.makefile().read())
"""
    ),
}
SPOILS = {
    "appends to the package": also("shell(f'echo >> {course}/rope_lessons/exercises/answers.py')"),
    "appends to the copy": also("shell(f'echo >> {package}/answers.py')"),
    "writes where all may": also(
        """
for folder in ("/", "/dev", "/dev/shm", "/tmp", "/usr", sys.prefix, package):
    shell(f"echo > {folder}/attack.MARK")
    assert not pathlib.Path(folder, "attack.MARK").exists(), folder
"""
    ),
    "ends the grader": also(
        """
assert os.getuid() == 65534, "in earnest behind the wall alone"
lower = os.getppid()
for process in {lower, parent(lower), parent(parent(lower))} - {0}:
    libc.kill(process, 9)
time.sleep(5)
"""
    ),
    "ends all": also(
        """
assert os.getuid() == 65534, "in earnest behind the wall alone"
libc.kill(-1, 9)
"""
    ),
    "goes on by itself": also("shell('setsid sleep 600.08 < /dev/null > /dev/null 2>&1 &')"),
}


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """A course; a class/ that knows where everything is, and one that spoils/ whatever it can."""
    folder = tmp_path_factory.mktemp("strangers")
    course = small_course(folder)
    Case("zoe", "right", BOTH).write(folder / "class" / "zoe")
    with socket.create_server(("127.0.0.1", 0)) as server:
        places = {"COURSE": str(course), "PORT": str(server.getsockname()[1])}
        places["MARK"] = f"by.{os.getpid()}"
        for kind, attacks in (("class", BEHIND), ("spoils", SPOILS)):
            for name, core in attacks.items():
                for place, known in places.items():
                    core = core.replace(place, known)
                Case(name, "forged", BOTH, (core, ALSO_RIGHT)).write(folder / kind / name)
        threading.Thread(target=tell, args=[server], daemon=True).start()
        yield course


def tell(server):
    """A right answer to everyone who asks."""
    with contextlib.suppress(OSError):
        while True:
            with server.accept()[0] as asking:
                asking.sendall(RIGHT.encode())


def test_that_without_the_wall_these_thefts_succeed(strangers):
    """Which solutions/README.md says; what the grader's memory holds, only root sees."""
    grade_apart(strangers, "../class", "--csv", "../marks.csv", KNOWN_TO_THE_GRADER=RIGHT)
    rows = rows_of(strangers.parent / "marks.csv")
    failed = {row["learner"] for row in rows if row["verdict"] != "passed"}
    assert failed <= {"reads a secret of the grader's"}
    assert {row["learner"] for row in rows} == {*BEHIND, "zoe"}


@pytest.fixture(scope="module")
def isolated(strangers):
    options = ("../class", "../spoils", "--isolate", "--csv", "../marks.csv")
    run = grade_apart(strangers, *options, KNOWN_TO_THE_GRADER=RIGHT)
    assert run.returncode == 1, run.stdout + run.stderr
    return rows_of(strangers.parent / "marks.csv")


@walled
@pytest.mark.parametrize("name", BEHIND)
def test_nothing_is_seen_through_the_wall(isolated, name):
    hold(isolated, name, NOT_YET)


@walled
@pytest.mark.parametrize("name", SPOILS)
def test_nothing_is_spoilt_behind_the_wall(isolated, name):
    hold(isolated, name, ENDED if name.startswith("ends") else BOTH)


@walled
def test_nothing_is_left_behind_the_wall(isolated):
    hold(isolated, "zoe", BOTH)
    assert not [line for line in command_lines() if line.endswith(b"sleep\x00600.08\x00")]


@walled
def test_the_course_itself_passes_behind_the_wall(tmp_path):
    plots = next(case for case in make_submissions.CASES if case.name == "magics and pictures")
    plots.write(tmp_path / "class" / "ada")
    status, rows = graded(tmp_path / "class", "--isolate")
    assert status == 0, rows
    assert not any(row["notes"] for row in rows)


@pytest.fixture
def course_beside_python(tmp_path, monkeypatch):
    course = tmp_path / "lib" / "course"
    for folder in ("rope_lessons/exercises", "solutions", "notebooks"):
        (course / folder).mkdir(parents=True)
        (course / folder / "file").write_text(folder)
    monkeypatch.setattr(grade_isolate.course, "__file__", str(course / "rope_lessons/course.py"))
    monkeypatch.setattr(grade_isolate.course, "root", lambda: course)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "lib"))
    return course


@walled
def test_the_wall_shows_no_reference_that_lies_where_python_does(course_beside_python):
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as copy:
        seen = subprocess.run(
            [*grade_isolate.wall(empty, copy), "find", course_beside_python, "-type", "f"],
            capture_output=True,
            text=True,
        )
    assert seen.stdout == f"{course_beside_python}/notebooks/file\n", seen.stderr


def test_what_is_asked_of_bubblewrap(course_beside_python, tmp_path, monkeypatch):
    course = course_beside_python
    monkeypatch.setenv("PYTHONPATH", f"{course}{os.pathsep}{tmp_path}")
    words = grade_isolate.wall("/tmp/empty", "/tmp/copy")
    hidden = [words[i + 1] for i, word in enumerate(words) if word == "--tmpfs"]
    assert hidden == [str(course / "rope_lessons/exercises"), str(course / "solutions")]
    bound = [words[i + 1] for i, word in enumerate(words) if word == "--ro-bind"]
    assert str(tmp_path) in bound
    assert str(course) not in bound
    assert [words[i + 1] for i, word in enumerate(words) if word == "--bind"] == ["/tmp/empty"]
    assert {"--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"} <= set(words)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (None, "--isolate needs bubblewrap"),
        ("echo 'bwrap: No permissions to create new namespace' >&2\nexit 1", "No permissions to"),
        ("exit 3", "exit status 3"),
    ],
)
def test_where_there_is_no_wall_isolation_is_refused(tmp_path, monkeypatch, capsys, program, says):
    (tmp_path / "bin").mkdir()
    if program:
        (tmp_path / "bin" / "bwrap").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "bin" / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    Case("ada", "right", BOTH).write(tmp_path / "class" / "ada")
    status, rows = graded(tmp_path / "class", "--isolate")
    assert (status, rows) == (2, [])
    assert says in capsys.readouterr().err
