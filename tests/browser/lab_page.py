"""What a learner does in JupyterLab: open a notebook, run it, press a button, move a slider."""

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
OUTPUT = f"{NOTEBOOK} .jp-OutputArea-output"
FAILED = f"{OUTPUT}[data-mime-type*=error], {OUTPUT}[data-mime-type*=stderr]"
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
WIDTH, HEIGHT = 1366, 768  # a laptop's window

# Every cell has its number, or one has failed: those after it never get one.
_NUMBERED = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
        .filter(cell => cell.cell_type === 'code' && cell.source.trim());
    const failed = document.querySelector('.jp-OutputArea-output[data-mime-type*=error]');
    return failed || cells.length && cells.every(cell => cell.execution_count);
}"""
_DRAWN = """selector => [...document.querySelectorAll(selector)].every(output =>
    !output.textContent.startsWith('Loading widget')
    && [...output.querySelectorAll('img')].every(image => image.complete && image.naturalWidth))"""
_SWITCH = """async path => {
    const app = window.jupyterapp;
    for (const widget of [...app.shell.widgets('main')]) widget.dispose();
    await app.serviceManager.sessions.shutdownAll();
    const opened = await app.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await opened.context.ready;
    await opened.sessionContext.ready;
}"""
_TWO_FRAMES = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"


def open_notebook(page, lab, path):
    """Open a notebook by its address and wait for its kernel: until then the page is drawn anew."""
    page.goto(lab.url(path))
    page.wait_for_selector(f"{NOTEBOOK} .jp-Cell")
    page.get_by_text("| Idle").first.wait_for(timeout=90_000)
    hide_file_browser(page)


def switch_to(page, path):
    """Close every notebook with its kernel and open another in the JupyterLab that is there.

    Takes half the time of :func:`open_notebook`, and memory does not grow with the notebooks.
    """
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.evaluate(_SWITCH, path)
    page.wait_for_selector(f"{NOTEBOOK} .jp-Cell")


def hide_file_browser(page):
    if page.locator("#jp-left-stack:visible").count():
        page.keyboard.press("Control+b")


def run_all(page):
    """Clear all outputs and run all cells, until each has its number and its widgets are drawn.

    Cleared first, because a committed notebook has a number at every cell before it is run.
    """
    menu(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function("selector => !document.querySelector(selector)", arg=OUTPUT)
    menu(page, "Run", "Run All Cells")
    page.wait_for_function(_NUMBERED, timeout=120_000)
    page.wait_for_selector(f"{NOTEBOOK} .jp-Notebook-ExecutionIndicator[data-status=idle]")
    page.wait_for_function(_DRAWN, arg=OUTPUT)


def menu(page, name, item):
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def use_theme(page, theme):
    """Switch JupyterLab to another theme, as its Settings menu does.

    While it does, its logo lies over the page, and axe can judge no contrast.
    """
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def unfold(page):
    """Show what stands under folded headings, by their buttons, one after the other."""
    folded = f"{NOTEBOOK} .jp-showHiddenCellsButton"
    fewer = "([selector, left]) => document.querySelectorAll(selector).length < left"
    while left := page.locator(folded).count():
        press(page.locator(folded).first)
        page.wait_for_function(fewer, arg=[folded, left])


def show_all(page):
    """Unfold every answer and make the window as tall as the notebook."""
    height = """selector => {
        const notebook = document.querySelector(selector);
        notebook.querySelectorAll('details').forEach(folded => folded.open = true);
        const pane = notebook.querySelector('.jp-WindowedPanel-outer');
        pane.scrollTop = 0;
        const end = [...pane.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect().bottom;
        return Math.ceil(innerHeight - pane.getBoundingClientRect().bottom + end);
    }"""
    before, tall = 0, HEIGHT
    while tall > before:  # a page that has more room may have more to show
        before = tall
        page.set_viewport_size({"width": WIDTH, "height": tall})
        settle(page)
        tall = page.evaluate(height, NOTEBOOK)


def settle(page):
    """Wait until what has changed is drawn."""
    page.evaluate(_TWO_FRAMES)


def press(button, key="Enter"):
    button.focus()
    button.page.keyboard.press(key)


def cell(page, containing):
    return page.locator(f"{NOTEBOOK} .jp-Cell", has_text=containing).first


def source_of(picture):
    return picture.evaluate("image => image.currentSrc")
