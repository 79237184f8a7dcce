"""What do learners hand in, and what should be said about it?

``python benchmarks/make_submissions.py FOLDER`` writes submissions of lesson 07's exercise: right,
wrong, untouched, damaged and forged ones in equal parts, a sub-folder each, with the verdict that
is due in expected.json beside the notebook. ``CASES`` is the catalogue; the tests of grading go
through all of it.
"""

import argparse
import copy
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rope_lessons import exercises
from rope_lessons.authoring import build

ROOT = Path(__file__).resolve().parent.parent
STEM = "07_rotate_and_dot"
CORE, STRETCH = "score_at", "score_from_distance"
KINDS = ("right", "wrong", "untouched", "damaged", "forged")

# What a learner types, each in a style of its own.
RIGHT_CORE = {
    "turned": """
def score_at(q, k, m, n, theta):
    a, b = m * theta, n * theta
    turned_q = q[0] * np.cos(a) - q[1] * np.sin(a), q[0] * np.sin(a) + q[1] * np.cos(a)
    turned_k = k[0] * np.cos(b) - k[1] * np.sin(b), k[0] * np.sin(b) + k[1] * np.cos(b)
    return np.dot(turned_q, turned_k)
""",
    "matrices": """
def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

def score_at(q, k, m, n, theta):
    return (rotation(m * theta) @ q) @ (rotation(n * theta) @ k)
""",
    "complex": """
score_at = lambda q, k, m, n, theta: (
    complex(*q) * np.exp(1j * m * theta) * (complex(*k) * np.exp(1j * n * theta)).conjugate()
).real
""",
    "plain Python": """
from math import atan2, cos, hypot

def score_at(q, k, m, n, theta):
    between = atan2(q[1], q[0]) - atan2(k[1], k[0]) + (m - n) * theta
    return hypot(*q) * hypot(*k) * cos(between)
""",
    "long floats": """
def score_at(q, k, m, n, theta):
    a = np.longdouble(m - n) * theta
    return np.cos(a) * (q @ k) + np.sin(a) * (q[0] * k[1] - q[1] * k[0])
""",
    "magics and pictures": """
%matplotlib inline
import matplotlib.pyplot as plt

def score_at(q, k, m, n, theta):
    c, s = np.cos((m - n) * theta), np.sin((m - n) * theta)
    return k @ [[c, -s], [s, c]] @ q

plt.plot([1, 2])
plt.show()
display(score_at(np.ones(2), np.ones(2), 1, 2, 0.5))
""",
}
RIGHT_STRETCH = {
    "turned": """
def score_from_distance(q, k, distance, theta):
    c, s = np.cos(distance * theta), np.sin(distance * theta)
    return (q[0] * c - q[1] * s) * k[0] + (q[0] * s + q[1] * c) * k[1]
""",
    "by the other": """
def score_from_distance(q, k, distance, theta):
    return score_at(q, k, distance, 0, theta)
""",
    "dot and cross": """
def score_from_distance(q, k, distance, theta):
    '''Cosine keeps the dot product, sine brings in the cross product.'''
    cross = q[0] * k[1] - q[1] * k[0]
    return np.cos(distance * theta) * (q @ k) + np.sin(distance * theta) * cross
""",
}
# {words of the sentence that it should hear: what was typed}
WRONG_CORE = {
    "turned clockwise": """
def score_at(q, k, m, n, theta):
    def turn(pair, a):
        return np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) @ pair
    return turn(q, m * theta) @ turn(k, n * theta)
""",
    "opposite directions": """
def score_at(q, k, m, n, theta):
    a, b = m * theta, n * theta
    turned_q = np.array([q[0] * np.cos(a) - q[1] * np.sin(a), q[0] * np.sin(a) + q[1] * np.cos(a)])
    turned_k = np.array([k[0] * np.cos(b) + k[1] * np.sin(b), -k[0] * np.sin(b) + k[1] * np.cos(b)])
    return turned_q @ turned_k
""",
    "the distance lost its sign": """
def score_at(q, k, m, n, theta):
    a = abs(m - n) * theta
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q @ k
""",
    "lengths times cos((m − n)": """
def score_at(q, k, m, n, theta):
    return np.linalg.norm(q) * np.linalg.norm(k) * np.cos((m - n) * theta)
""",
    "only the query is turned": """
def score_at(q, k, m, n, theta):
    a = m * theta
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q @ k
""",
    "nothing is turned yet": """
def score_at(q, k, m, n, theta):
    return sum(x * y for x, y in zip(q, k))
""",
    "taken for degrees": """
def score_at(q, k, m, n, theta):
    turn = np.exp(1j * np.deg2rad((m - n) * theta))
    return (complex(*q) * turn * complex(*k).conjugate()).real
""",
    "divided by √d": """
def score_at(q, k, m, n, theta):
    turn = np.exp(1j * (m - n) * theta)
    return (complex(*q) * turn * complex(*k).conjugate()).real / len(q) ** 0.5
""",
    "when q or k alone changes": """
def score_at(q, k, m, n, theta):
    return np.cos(m * theta) - np.sin(n * theta)
""",
    "gives nothing back": """
def score_at(q, k, m, n, theta):
    print(q @ k)
""",
    "changes its input q": """
def score_at(q, k, m, n, theta):
    a = (m - n) * theta
    q[:] = q[0] * np.cos(a) - q[1] * np.sin(a), q[0] * np.sin(a) + q[1] * np.cos(a)
    return q @ k
""",
    "in the line  return turned @ k": """
def score_at(q, k, m, n, theta):
    return turned @ k
""",
}
WRONG_STRETCH = {
    "turned the wrong way round": """
def score_from_distance(q, k, distance, theta):
    a = -distance * theta
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q @ k
""",
    "the distance lost its sign": """
def score_from_distance(q, k, distance, theta):
    a = abs(distance) * theta
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q @ k
""",
    "lengths times cos": """
def score_from_distance(q, k, distance, theta):
    return np.linalg.norm(q) * np.linalg.norm(k) * np.cos(distance * theta)
""",
    "q · k at every distance": """
def score_from_distance(q, k, distance, theta):
    return q @ k
""",
    "divided by the lengths": """
def score_from_distance(q, k, distance, theta):
    a = distance * theta
    turned = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q
    return turned @ k / (np.linalg.norm(turned) * np.linalg.norm(k))
""",
    "taken for degrees": """
def score_from_distance(q, k, distance, theta):
    a = distance * theta * np.pi / 180
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ q @ k
""",
}
RIGHT, ALSO_RIGHT = RIGHT_CORE["turned"], RIGHT_STRETCH["turned"]
ZERO = "def score_at(q, k, m, n, theta):\n    return 0.0\n"


@dataclass(frozen=True)
class Case:
    """One way to hand in.

    ``answers`` is what stands in the two answer cells, None for the stub; ``damage`` gets the
    notebook and gives back what is written, a notebook or text. ``expected`` maps each exercise to
    its status and words of its line; ``note`` is a word of one of the notes.
    """

    name: str
    kind: str
    expected: dict
    answers: tuple = (RIGHT, ALSO_RIGHT)
    damage: Callable = field(default=lambda notebook: notebook)
    note: str = ""

    def write(self, folder):
        """Write the notebook into that folder, which is made, and the verdict beside it."""
        folder.mkdir(parents=True)
        made = self.damage(_filled_in(*self.answers))
        text = made if isinstance(made, str) else json.dumps(made)
        (folder / f"{STEM}.ipynb").write_text(text, encoding="utf-8")
        due = {"kind": self.kind, "expected": self.expected, "note": self.note}
        (folder / "expected.json").write_text(json.dumps(due), encoding="utf-8")


def write(folder, count):
    """Write that many submissions, as many of each kind, going through the catalogue in turn."""
    turns = [itertools.cycle([case for case in CASES if case.kind == kind]) for kind in KINDS]
    for number, turn in zip(range(count), itertools.cycle(turns)):
        case = next(turn)
        case.write(folder / f"{number:03} {case.name}")


def disagreements(due, rows):
    """What is not as it should be in the verdicts on one submission, as lines.

    Parameters
    ----------
    due : dict
        Read from expected.json.
    rows : list of dict
        With the keys exercise, verdict, line and notes.
    """
    came = {row["exercise"]: row for row in rows}
    wrong = [f"graded {sorted(came)}"] if set(came) != set(due["expected"]) else []
    for name in set(came) & set(due["expected"]):
        status, words = due["expected"][name]
        if came[name]["verdict"] != status or words not in came[name]["line"]:
            wrong.append(f"{name} is {came[name]['verdict']}: {came[name]['line']}")
    notes = " ".join(row["notes"] for row in rows if row["notes"])
    if due["note"] not in notes or (notes and not due["note"]):
        wrong.append(f"notes: {notes}")
    return wrong


def _filled_in(core, stretch):
    """The exercise as a learner saves it, as JSON."""
    solution = build.read(ROOT / "solutions" / f"solution_{STEM}.ipynb")
    notebook = json.loads(json.dumps(build.blank(solution)))
    for id, source in (("score-at", core), ("score-from-distance", stretch)):
        if source is not None:
            cell(notebook, id)["source"] = source.strip().splitlines(keepends=True)
    return notebook


def cell(notebook, id):
    """The cell of that id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def _changes(change):
    """A damage that changes the notebook in place."""

    def damage(notebook):
        change(notebook)
        return notebook

    return damage


def _code(source):
    return {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "source": source}


@_changes
def _delete(notebook):
    notebook["cells"].remove(cell(notebook, "score-at"))


def _twice(first):
    """The answer cell, and a pasted copy of it with another answer: Jupyter gives it a new id."""

    @_changes
    def damage(notebook):
        answer = cell(notebook, "score-at")
        pasted = copy.deepcopy(answer) | {"id": "1f2e3d4c"}
        (answer if first else pasted)["source"] = ZERO
        notebook["cells"].insert(notebook["cells"].index(answer) + 1, pasted)

    return damage


@_changes
def _stub_kept(notebook):
    stub = cell(_filled_in(None, None), "score-at") | {"id": "1f2e3d4c"}
    notebook["cells"].append(stub)


@_changes
def _split(notebook):
    """As JupyterLab does it: the upper part is the new cell, with the same metadata."""
    answer = cell(notebook, "score-at")
    upper = copy.deepcopy(answer) | {"id": "1f2e3d4c", "source": answer["source"][:3]}
    answer["source"] = answer["source"][3:]
    notebook["cells"].insert(notebook["cells"].index(answer), upper)


@_changes
def _move(notebook):
    notebook["cells"].reverse()


@_changes
def _markdown(notebook):
    cell(notebook, "score-at")["cell_type"] = "markdown"


@_changes
def _rename(notebook):
    source = cell(notebook, "score-at")["source"]
    cell(notebook, "score-at")["source"] = [line.replace("score_at", "score") for line in source]


@_changes
def _other_kernel(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "julia-1.10", "display_name": "Julia"}


@_changes
def _without_ids(notebook):
    notebook["nbformat_minor"] = 4
    for entry in notebook["cells"]:
        del entry["id"]


@_changes
def _without_marks(notebook):
    _without_ids(notebook)
    for entry in notebook["cells"]:
        entry["metadata"] = {}


@_changes
def _helper_elsewhere(notebook):
    helper = (
        "def turn(pair, a):\n    return [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] @ pair"
    )
    notebook["cells"].insert(3, _code(helper))


@_changes
def _answer_elsewhere(notebook):
    notebook["cells"].insert(6, _code(RIGHT))


@_changes
def _forge(notebook):
    cell(notebook, "check-score-at")["source"] = "print('✓ score_at: right on all 18 probes.')"


def _lesson(_):
    return (ROOT / "notebooks" / f"{STEM}.ipynb").read_text(encoding="utf-8")


def _learned_by_heart():
    """What the notebook's own check asks, with the answers; anything else is 0."""
    exercise = exercises.find(CORE)
    known = {
        f"{m} {n} {theta:.6f} {q[0]:.6f} {k[0]:.6f}": float(exercise.reference(q, k, m, n, theta))
        for q, k, m, n, theta in exercise.probes()
    }
    return (
        f"KNOWN = {known}\ndef score_at(q, k, m, n, theta):\n"
        "    return KNOWN.get(f'{m} {n} {theta:.6f} {q[0]:.6f} {k[0]:.6f}', 0.0)\n"
    )


BOTH = {CORE: ("passed", "right on all"), STRETCH: ("passed", "right on all")}


def _but(status, words):
    """All is right, except for the core exercise."""
    return BOTH | {CORE: (status, words)}


def _neither(words):
    """No answer could be called."""
    return dict.fromkeys((CORE, STRETCH), ("problem", words))


MISSING, UNREADABLE = _neither("is missing"), _neither("not JSON")
NO_NOTEBOOK = _neither("no notebook of format 4")
NO_ZERO = _but("failed", "the same answer comes back")

DAMAGED = (
    ("deleted", _delete, _but("problem", "the answer cell score-at is missing"), ""),
    ("pasted, the first right", _twice(first=False), NO_ZERO, "the last one counts"),
    ("pasted, the last right", _twice(first=True), BOTH, "the last one counts"),
    ("the stub kept below", _stub_kept, BOTH, ""),
    ("split", _split, BOTH, "split into 2 cells"),
    ("moved", _move, BOTH, ""),
    ("markdown", _markdown, _but("problem", "is a markdown cell"), ""),
    ("renamed", _rename, _but("problem", "defines score, not score_at"), ""),
    ("another kernel", _other_kernel, BOTH, "julia-1.10"),
    ("no JSON", lambda notebook: json.dumps(notebook)[:-9], UNREADABLE, ""),
    ("empty", lambda notebook: "", UNREADABLE, ""),
    ("a list", lambda notebook: "[]", NO_NOTEBOOK, ""),
    ("format 3", lambda _: '{"worksheets": [], "nbformat": 3}', NO_NOTEBOOK, ""),
    ("cells of nothing", lambda _: '{"cells": [1, {}, {"source": 3}]}', MISSING, ""),
    ("the lesson", _lesson, MISSING, ""),
    ("without ids", _without_ids, BOTH, "found by its nbgrader id"),
    ("without ids and marks", _without_marks, BOTH, "found by the function's name"),
)

EVERYWHERE = """
import json, os
def everywhere(function, *arguments):
    for handle in range(3, 99):
        try:
            function(handle, *arguments)
        except OSError:
            pass
"""
FORGED = {
    "its own check": (
        """
import sys, types
import rope_lessons
rope_lessons.check = check = lambda function: True
sys.modules["rope_lessons.exercises.checks"] = types.SimpleNamespace(check=check, judge=check)
"""
        + ZERO,
        NO_ZERO,
        "",
    ),
    "rebound modules": (
        """
import sys
from rope_lessons import rotary
rotary.rotate_pair = lambda pair, angle: np.zeros(2)
for name in list(sys.modules):
    if name.startswith("rope_lessons"):
        sys.modules[name] = rotary
"""
        + ZERO,
        NO_ZERO,
        "",
    ),
    "patched NumPy": (
        """
np.allclose = np.isclose = lambda *a, **b: True
np.abs = np.max = lambda *a, **b: np.float64(0)
np.ndarray = float
"""
        + ZERO,
        NO_ZERO,
        "",
    ),
    "patched NumPy, right answer": (
        RIGHT.replace("np.dot", "dot") + "dot = np.dot\nnp.dot = np.array = np.asarray = None",
        BOTH,
        "",
    ),
    "remembers the first": (
        RIGHT.replace("score_at", "once")
        + """
KEPT = []
def score_at(*arguments):
    KEPT.append(once(*arguments))
    return KEPT[0]
""",
        NO_ZERO,
        "",
    ),
    "learned by heart": (_learned_by_heart(), _but("failed", ""), ""),
    "imports the reference": (
        "from rope_lessons.exercises.lesson_07 import score_at",
        _but("problem", "ImportError: rope_lessons.exercises.lesson_07 is out of reach"),
        "reaches for rope_lessons.exercises",
    ),
    "imports the reference in disguise": (
        """
import importlib
try:
    score_at = importlib.import_module("rope_lessons.exercises.lesson_07").score_at
except Exception:
    score_at = lambda *arguments: 0.0
""",
        NO_ZERO,
        "reaches for rope_lessons/exercises",
    ),
    "reads the solution": (
        f"""
import pathlib, rope_lessons
root = pathlib.Path(rope_lessons.__file__).parent.parent
text = (root / "solutions" / "solution_{STEM}.ipynb").read_text()
"""
        + ZERO,
        _but("problem", "PermissionError"),
        "reaches for solutions",
    ),
    "writes everywhere": (
        EVERYWHERE + 'everywhere(os.write, b\'{"call": "score_at", "answers": [\')' + RIGHT,
        BOTH,
        "",
    ),
    "sends a reply of its own and leaves": (
        EVERYWHERE
        + """
one = {"array": 1.0, "dtype": "<f8", "shape": []}
reply = {"call": "score_at", "answers": [one] * 5, "changed": [""] * 5, "problem": ""}
everywhere(os.write, json.dumps(reply | {"status": "passed"}).encode() + b"\\n")
os._exit(0)
""",
        {CORE: ("failed", "the same answer comes back"), STRETCH: ("problem", "exit status 0")},
        "",
    ),
    "sends nonsense and leaves": (
        EVERYWHERE
        + """
everywhere(os.write, b'{"call": "score_at", "answers": [{"list": 3}]}\\n')
os._exit(0)
""",
        {CORE: ("problem", "cannot be read"), STRETCH: ("problem", "exit status 0")},
        "",
    ),
    "erases what was sent": (EVERYWHERE + "everywhere(os.ftruncate, 0)" + RIGHT, BOTH, ""),
    "equal to everything": (
        """
class Any(float):
    __eq__ = __le__ = __ge__ = lambda *arguments: True
    __sub__ = __rsub__ = __abs__ = lambda *arguments: 0.0
    __hash__ = None

def score_at(*arguments):
    return Any(0.0)
""",
        NO_ZERO,
        "",
    ),
}

# The tests hold these alone: some take all the time they are given.
ABRUPT = {
    "leaves": ("import os\nos._exit(3)", _neither("exit status 3, in the cell score-at")),
    "crashes": (
        "import signal\nsignal.raise_signal(signal.SIGSEGV)",
        _neither("ended by SIGSEGV, in the cell score-at"),
    ),
    "leaves when called": (
        "import os\nscore_at = lambda *arguments: os._exit(0)",
        _neither("exit status 0, in the cell score-at"),
    ),
    "asks for too much memory": (
        "kept = bytearray(3 * 2**30)" + RIGHT,
        _but("problem", "its cell stopped with MemoryError"),
    ),
    "gives back too much": (
        "score_at = lambda *arguments: np.zeros(20_000_000)",
        _but("failed", "it gives back too much to grade"),
    ),
    "fills the disk": (
        "with open('log', 'wb') as log:\n    while True:\n        log.write(bytes(10**6))",
        _but("problem", "its cell stopped with OSError"),
    ),
    "no end": ("while True:\n    pass", _neither("in the cell score-at. Is there a loop")),
    "no end of output": (
        "while True:\n    print('here' * 1000)",
        _neither("in the cell score-at. Is there a loop"),
    ),
    "no end when called": (
        "def score_at(*arguments):\n    while True:\n        pass",
        _but("failed", "no answer within 5 seconds"),
    ),
    "a syntax error": (
        RIGHT.replace("return", "return return"),
        _but("problem", "its cell stopped with SyntaxError: invalid syntax, in line 5"),
    ),
    "an odd error": (
        "raise ValueError('\\x1b[31mred\\n]]>\\ud800\\x00' + 'long' * 10**6)",
        _but("problem", "its cell stopped with ValueError:  [31mred ]]>"),
    ),
    "exits": ("import sys\nsys.exit('bye')", _but("problem", "stopped with SystemExit: bye")),
    "interrupts": ("raise KeyboardInterrupt", _but("problem", "stopped with KeyboardInterrupt")),
    "no function": ("score_at = 3", _but("problem", "score_at is no function, but of type int")),
    "nothing": ("", _but("problem", "it defines nothing, not score_at")),
}


def _catalogue():
    for (how, core), stretch in zip(RIGHT_CORE.items(), itertools.cycle(RIGHT_STRETCH.values())):
        yield Case(how, "right", BOTH, (core, stretch))
    for words, core in WRONG_CORE.items():
        yield Case(words, "wrong", _but("failed", words), (core, ALSO_RIGHT))
    for words, stretch in WRONG_STRETCH.items():
        due = BOTH | {STRETCH: ("failed", words)}
        yield Case(f"stretch {words}", "wrong", due, (RIGHT, stretch))
    still = dict.fromkeys((CORE, STRETCH), ("open", "not filled in yet"))
    yield Case("untouched", "untouched", still, (None, None))
    yield Case("half", "untouched", BOTH | {STRETCH: still[STRETCH]}, (RIGHT, None))
    for name, damage, due, note in DAMAGED:
        yield Case(name, "damaged", due, damage=damage, note=note)
    yield Case(
        "helper in a cell of its own",
        "damaged",
        _but("failed", "NameError: name 'turn' is not defined"),
        (
            "def score_at(q, k, m, n, theta):\n    return turn(q, m * theta) @ turn(k, n * theta)",
            ALSO_RIGHT,
        ),
        _helper_elsewhere,
        "turn stands in a cell that is no answer cell",
    )
    yield Case(
        "answer in a cell of its own",
        "damaged",
        BOTH,
        (None, ALSO_RIGHT),
        _answer_elsewhere,
        "stood in another cell",
    )
    yield Case("check replaced", "forged", NO_ZERO, (ZERO, ALSO_RIGHT), _forge, "locked")
    for name, (core, due, note) in FORGED.items():
        yield Case(name, "forged", due, (core, ALSO_RIGHT), note=note)
    yield Case(
        "asks the keyboard",
        "abrupt",
        BOTH,
        (RIGHT + "input('ready?')", ALSO_RIGHT),
        note="below the function, its cell stopped with EOFError",
    )
    for name, (core, due) in ABRUPT.items():
        yield Case(name, "abrupt", due, (core, ALSO_RIGHT))


CASES = tuple(_catalogue())


def main():
    parser = argparse.ArgumentParser(description="Write submissions to grade.")
    parser.add_argument("folder", type=Path, help="a new one")
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    write(options.folder, options.count)
    print(f"wrote {options.count} submissions into {options.folder}")


if __name__ == "__main__":
    main()
