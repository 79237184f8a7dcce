"""What a learner did is kept, whoever else writes at the same time and whoever is killed."""

import random
import subprocess
import sys
import threading
import time

import pytest

from rope_lessons import learner_files
from rope_lessons.page import capstone

# Says each answer aloud once it is kept, so that the test knows what must not be lost.
WRITER = """
import sys
from rope_lessons import learner_files
who = sys.argv[1]
for number in range(int(sys.argv[2])):
    with learner_files.changing("predictions") as kept:
        kept[f"{who}-{number}"] = number
    print(f"{who}-{number}", flush=True)
"""


def start(who, times):
    command = [sys.executable, "-c", WRITER, who, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def said(writers):
    return {line for writer in writers for line in writer.communicate()[0].split()}


def leftovers(folder):
    return [path for path in folder.iterdir() if path.name[0] == "." and path.name != ".lock"]


def test_four_writers_keep_each_others_answers(empty_home):
    said_aloud = said([start(who, 30) for who in "abcd"])
    assert len(said_aloud) == 120
    assert set(learner_files.read("predictions")) == said_aloud


def test_killed_writers_lose_nothing_and_leave_nothing_behind(empty_home):
    draw = random.Random(4)
    steady, killed, heard = start("steady", 60), [], set()
    for number in range(6):
        killed.append(start(f"killed{number}", 10_000))
        heard.add(killed[-1].stdout.readline().strip())
        time.sleep(draw.uniform(0, 0.02))
        killed[-1].kill()
    heard |= said([steady, *killed])
    assert all(writer.returncode != 0 for writer in killed)
    assert len(heard) > 66
    assert heard <= set(learner_files.read("predictions"))
    with learner_files.changing("predictions"):
        pass
    assert leftovers(empty_home) == []


def test_what_a_writer_left_is_gone_after_the_next_one(empty_home):
    learner_files.write("predictions", {"01": 1})
    for name in (".predictions.json.x7", ".flashcards.json.y8"):
        (empty_home / name).write_text("{", encoding="utf-8")
    with learner_files.changing("predictions") as kept:
        kept["02"] = 2
    assert learner_files.read("predictions") == {"01": 1, "02": 2}
    assert leftovers(empty_home) == []


def test_other_files_keep_no_abandoned_parts_either(tmp_path):
    part, living = tmp_path / ".page.html.abc", tmp_path / ".page.html.def"
    for path in (part, living):
        path.touch()
    long_ago = time.time() - 2 * learner_files.ABANDONED
    learner_files.os.utime(part, (long_ago, long_ago))
    learner_files.write_whole(tmp_path / "page.html", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [living.name, "page.html"]


def test_threads_of_one_process_wait_for_one_another(empty_home):
    def count():
        for _ in range(20):
            with learner_files.changing("predictions") as kept:
                kept["n"] = kept.get("n", 0) + 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert learner_files.read("predictions") == {"n": 80}


def test_where_the_change_fails_nothing_is_written(empty_home):
    learner_files.write("predictions", {"01": 1})
    with pytest.raises(ZeroDivisionError), learner_files.changing("predictions") as kept:
        kept["02"] = 1 / 0
    assert learner_files.read("predictions") == {"01": 1}


def test_what_cannot_be_read_is_set_aside_before_a_change(empty_home):
    empty_home.mkdir()
    (empty_home / "predictions.json").write_text("{", encoding="utf-8")
    with learner_files.changing("predictions") as kept:
        kept["01"] = 1
    (aside,) = empty_home.glob("predictions.unreadable-*.json")
    assert aside.read_text(encoding="utf-8") == "{"
    assert learner_files.read("predictions") == {"01": 1}


def test_a_folder_without_locks_is_written_all_the_same(empty_home, monkeypatch):
    def none_here(*_):
        raise OSError("no locks available")

    if learner_files.fcntl:
        monkeypatch.setattr(learner_files.fcntl, "flock", none_here)
    else:
        monkeypatch.setattr(learner_files.msvcrt, "locking", none_here)
    with learner_files.changing("predictions") as kept:
        kept["01"] = 1
    assert learner_files.read("predictions") == {"01": 1}


def test_the_same_sheet_open_twice_keeps_both_answers(empty_home):
    first, second = capstone.ask("ishmael"), capstone.ask("ishmael")
    first.controls["axis"].value = "distance"
    second.controls["pair"].value = "6"
    assert learner_files.read("capstone")["ishmael"] == {"axis": "distance", "pair": "6"}
