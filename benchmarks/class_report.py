"""What does a class's measurement say, and what does a larger class need by it?"""

import os
import statistics
from importlib.metadata import version

LARGE, CORES = 200, 16  # learners of the class to estimate for, and the cores it gets
DRAGGING = 1.0  # minutes a lesson in which a learner drags a slider, supposed

ROWS = (  # of the table: what, unit, divided by, decimals
    ("server", "memory of the server", "MB", 1e6, 0),
    ("kernel", "memory of a kernel", "MB", 1e6, 0),
    ("memory", "memory, lesson and exercise open", "MB", 1e6, 0),
    ("alone", "the same if nothing were shared (RSS)", "MB", 1e6, 0),
    ("disk", "disk", "MB", 1e6, 1),
    ("start", "processor time until the server is ready", "s", 1, 1),
    ("work", "processor time, all of it", "s", 1, 1),
    ("until_server", "time until the server is ready", "s", 1, 1),
    ("until_done", "time until everything has run", "s", 1, 1),
    ("move", "time from a slider's move to its picture", "s", 1, 2),
)


def table(figures):
    """Lines with median and most of each figure.

    Parameters
    ----------
    figures : dict
        Lists by the names in ``ROWS``: bytes and seconds, a number a learner (a number a kernel for
        "kernel", a number a move for "move").
    """
    yield f"{'of one learner':42} {'median':>8} {'most':>8}"
    for name, what, unit, divisor, decimals in ROWS:
        values = [value / divisor for value in figures[name]]
        middle, most = statistics.median(values), max(values)
        yield f"{what:42} {middle:8.{decimals}f} {most:8.{decimals}f} {unit}"


def estimate(figures, once, learners=LARGE, cores=CORES):
    """Lines that say what a larger class needs, each with its arithmetic.

    Parameters
    ----------
    figures : dict
        As for :func:`table`, with "minutes" planned for a lesson and its exercise.
    once : dict
        For all together: "memory" of hub and proxy and "disk" of the environment in bytes; and
        "hub", the hub's processor seconds for this class.
    learners, cores : int
    """
    memory, disk, start, work, minutes = (
        statistics.mean(figures[name]) for name in ("memory", "disk", "start", "work", "minutes")
    )
    hub = once["hub"] / len(figures["memory"])
    yield f"{learners} learners, by arithmetic from the means:"
    yield (
        f"memory   {learners} × {memory / 1e6:.0f} MB + {once['memory'] / 1e6:.0f} MB = "
        f"{(learners * memory + once['memory']) / 1e9:.0f} GB"
    )
    yield (
        f"disk     {learners} × {disk / 1e6:.1f} MB + {once['disk'] / 1e6:.0f} MB = "
        f"{(learners * disk + once['disk']) / 1e9:.1f} GB"
    )
    yield (
        f"cells    {learners} × {work:.1f} s in {minutes:.0f} min = "
        f"{learners * work / (60 * minutes):.1f} cores busy on average"
    )
    yield (
        f"sliders  {learners} × {DRAGGING:.0f} min of dragging in {minutes:.0f} min = at most "
        f"{learners * DRAGGING / minutes:.1f} cores busy on average"
    )
    yield (
        f"servers  {learners} × {start:.1f} s on {cores} cores = {learners * start / cores:.0f} s "
        f"if all start at once; the hub, one process, {learners} × {hub:.2f} s = "
        f"{learners * hub:.0f} s"
    )


def report(learners, memory, processor, disk, once):
    """Lines with everything.

    Parameters
    ----------
    learners : list of class_at_once.Learner
    memory, processor : dict
        What :func:`class_at_once.watch` saw and the processor seconds, by learner and kind.
    disk : list of int
        Bytes a learner.
    once : dict
        "disk" of the environment in bytes, and "seconds" until all were done.
    """

    def of(source, kind):
        return [source[learner.name, kind] for learner in learners]

    server, kernels = [sum(each) for each in of(memory, "server")], of(memory, "kernel")
    figures = {
        "server": server,
        "kernel": [one for each in kernels for one in each],
        "memory": [mine + sum(each) for mine, each in zip(server, kernels, strict=True)],
        "alone": [sum(each) for each in of(memory, "alone")],
        "disk": disk,
        "start": [learner.start for learner in learners],
        "work": [
            sum(processor[one.name, kind] for kind in ("server", "kernel")) for one in learners
        ],
        "until_server": [learner.until_server for learner in learners],
        "until_done": [learner.until_done for learner in learners],
        "move": [move for learner in learners for move in learner.moves],
        "minutes": [one.lesson.minutes + one.lesson.exercise_minutes for one in learners],
    }
    yield (
        f"{len(learners)} learners, {sum(learner.cells for learner in learners)} cells, "
        f"{len(figures['move'])} moves of a slider; "
        f"JupyterHub {version('jupyterhub')}, {os.cpu_count()} cores\n"
    )
    yield from table(figures)
    hub, proxy = (sum(memory["", kind]) for kind in ("hub", "proxy"))
    yield (
        f"\nhub {hub / 1e6:.0f} MB, proxy {proxy / 1e6:.0f} MB, all together "
        f"{sum(memory['', 'all']) / 1e9:.1f} GB at most; done after {once['seconds']:.0f} s\n"
    )
    once = {**once, "memory": hub + proxy, "hub": processor["", "hub"]}
    yield from estimate(figures, once)
