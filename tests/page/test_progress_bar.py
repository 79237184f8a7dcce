"""Long work is shown while it runs, can be stopped, and stores the same whatever happened."""

import signal
import threading
import time
from textwrap import dedent
from types import SimpleNamespace

import pytest
from jupyter_client.manager import start_new_kernel

from rope_lessons.authoring import build
from rope_lessons.page import progress_bar
from rope_lessons.trained import heads


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook gives: a kernel, and a display that keeps the bundles."""
    shown = []
    monkeypatch.setattr(progress_bar, "get_ipython", lambda: SimpleNamespace(kernel=True))
    monkeypatch.setattr(progress_bar, "display", lambda it: shown.append(it._repr_mimebundle_()))
    return shown


def test_outside_a_notebook_it_only_hands_the_items_on(capsys):
    watching = progress_bar.Watch("counting")
    before = signal.getsignal(signal.SIGINT)
    for number, item in enumerate(watching(iter("abc"), [])):
        assert item == "abc"[number]
        assert signal.getsignal(signal.SIGINT) is before
    assert not watching.stopped
    assert capsys.readouterr().out == ""


def test_a_bar_is_shown_once_and_filled(notebook):
    watching = progress_bar.Watch("a < b")
    assert list(watching("abc")) == list("abc")
    assert len(notebook) == 1
    assert (watching.bar.value, watching.bar.max) == (3, 3)
    assert "<b>a &lt; b</b>: done, 3 of 3." in watching.note.value
    assert "role='status'" in watching.note.value


def test_losses_are_drawn_and_told(notebook):
    watching, losses = progress_bar.Watch("training"), []
    pictures = []
    for step in watching(range(4), losses):
        pictures.append(bytes(watching.image.value))
        losses.append(4.0 - step)
        watching.updated = 0.0  # as if time had passed
    assert watching.image in watching.box.children
    assert len({*pictures[1:], bytes(watching.image.value)}) == 4
    assert list(watching.curve.get_ydata()) == losses
    assert "done, 4 of 4, loss 1.000 nats" in watching.note.value
    assert "training" in watching.image.tooltip


def test_updates_are_few_however_fast_the_work(notebook, monkeypatch):
    watching, drawn = progress_bar.Watch("training"), []
    monkeypatch.setattr(watching, "_draw", lambda: drawn.append(time.monotonic()))
    list(watching(range(10_000), []))
    assert len(drawn) <= 2 + (drawn[-1] - drawn[0]) / progress_bar.SECONDS


def test_what_a_cell_stores_depends_on_the_label_alone(notebook):
    list(progress_bar.Watch("training")(range(3), [1.0]))
    for _ in progress_bar.Watch("training")(range(5), []):
        break
    list(progress_bar.progress([], "training"))
    for bundle in notebook:
        assert set(bundle) == {build.WIDGET_VIEW, "text/plain"}
        assert bundle["text/plain"] == "training (a progress bar while it runs)"


def test_the_first_interrupt_stops_kindly_and_the_second_at_once(notebook):
    before = signal.getsignal(signal.SIGINT)
    watching, done = progress_bar.Watch("training"), []
    for item in watching(range(10)):
        if item == 2:
            signal.raise_signal(signal.SIGINT)
        done.append(item)
    assert done == [0, 1, 2]
    assert watching.stopped
    assert "stopped after 3 of 10. What is there is kept." in watching.note.value
    assert signal.getsignal(signal.SIGINT) is before

    with pytest.raises(KeyboardInterrupt):
        for _ in progress_bar.progress(range(10), "training"):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_loop_left_early_says_so_and_lets_go_of_the_interrupt(notebook):
    before = signal.getsignal(signal.SIGINT)
    watching = progress_bar.Watch("searching")
    for item in watching(range(10)):
        if item == 4:
            break
    assert "stopped after 4 of 10" in watching.note.value
    assert signal.getsignal(signal.SIGINT) is before


def test_a_loop_closed_late_leaves_other_listeners_alone(notebook):
    before = signal.getsignal(signal.SIGINT)
    forgotten = progress_bar.progress(range(10), "forgotten")
    next(forgotten)
    signal.signal(signal.SIGINT, before)  # as ipykernel does when a cell ends
    with pytest.raises(StopIteration):
        current = progress_bar.progress(range(10), "current")
        next(current)
        forgotten.close()
        signal.raise_signal(signal.SIGINT)
        next(current)
    assert signal.getsignal(signal.SIGINT) is before


def test_it_works_in_another_thread(notebook):
    done = []
    thread = threading.Thread(target=lambda: done.extend(progress_bar.progress(range(3), "aside")))
    thread.start()
    thread.join()
    assert done == [0, 1, 2]


def test_a_watched_head_is_the_same_head(notebook):
    watching = progress_bar.Watch("RoPE")
    head = heads.three_back(watch=watching)
    assert head.losses == heads.three_back().losses
    assert watching.bar.value == len(head.losses)


def test_interrupting_a_real_kernel_ends_the_cell_normally():
    code = """
        import time
        from rope_lessons import progress_bar
        done = []
        for item in progress_bar.progress(range(1000), "waiting"):
            print("started" * (item == 0), end="", flush=True)
            time.sleep(0.05)
            done.append(item)
        print(" kept", 0 < len(done) < 1000)
    """
    manager, client = start_new_kernel()
    said, shown = [], []

    def listen(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            said.append(content["text"])
            if "started" in content["text"]:
                manager.interrupt_kernel()
        elif message["msg_type"] == "display_data":
            shown.append(content["data"]["text/plain"])

    try:
        reply = client.execute_interactive(dedent(code), output_hook=listen, timeout=50)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok"
    assert "".join(said) == "started kept True\n"
    assert shown == ["waiting (a progress bar while it runs)"]
