"""Does what the course puts on a page break a rule of axe-core?

Judged are outputs, widgets and rendered Markdown, all that a notebook shows beside its code; the
frame around it (menus, toolbars, prompts, the editor) is JupyterLab's. Contrast counts as judged
only for text inside the window, so make it as tall as the notebook first
(:func:`lab_page.show_all`). Names and contrast inside pictures are not seen by axe.
"""

from axe_playwright_python.sync_playwright import Axe

OURS = [".jp-NotebookPanel .jp-OutputArea-output", ".jp-NotebookPanel .jp-MarkdownOutput"]

# What is let pass: (rule, at which elements): why.
LET_PASS = {
    (
        "aria-input-field-name",
        ".noUi-handle",
    ): "ipywidgets gives a slider's handle a role and no name, and none of its traits reaches it; "
    "its label stands right before it, and each move is told by a status line",
    (
        "link-in-text-block",
        ".jp-RenderedMarkdown a",
    ): "JupyterLab draws links in Markdown without a line under them, and Markdown cannot style "
    "them; those in widgets are underlined",
    (
        "empty-table-header",
        ".jp-RenderedMarkdown th:first-child",
    ): "the corner above a column of names: Markdown has no other cell for it",
    (
        "empty-table-header",
        ".jp-RenderedMarkdown th:has(math)",
    ): "its formula is there to be read out as MathML, which axe does not count as text",
    (
        "color-contrast",
        ".rope svg text",
    ): "axe leaves text in SVG undecided; tests/page/test_live_figures.py measures the colours",
    (
        "heading-order",
        ".jp-OutputArea-output h3",
    ): "a glossary entry looked up in a cell has the level that it has in the glossary",
}

_RUN = """async ([scope, let_pass]) => {
    // JupyterLab's body has no height, all in it is placed absolutely, and it hides what overflows:
    // to axe every text is then invisible, and no contrast is judged.
    const style = document.head.appendChild(document.createElement('style'));
    style.textContent = 'html, body { height: 100% }';
    const there = scope.filter(selector => document.querySelector(selector));
    const results = await axe.run({include: there}, {elementRef: true, preload: false});
    style.remove();
    const told = {broken: [], passed: {}, contrasts: 0};
    for (const rule of results.passes)
        if (rule.id === 'color-contrast') told.contrasts = rule.nodes.length;
    for (const rule of [...results.violations, ...results.incomplete])
        for (const node of rule.nodes) {
            const known = let_pass.find(
                ([id, selector]) => id === rule.id && node.element.matches(selector));
            if (known) told.passed[rule.id] = (told.passed[rule.id] ?? 0) + 1;
            else told.broken.push(`${rule.id}: ${node.failureSummary ?? rule.help} ${node.html}`);
        }
    return told;
}"""


def judge(page):
    """What axe finds on the page as it stands.

    Returns
    -------
    dict
        ``broken``: a line for each rule broken, or in doubt, at an element; ``passed``: how often a
        rule of ``LET_PASS`` was let pass; ``contrasts``: how many texts have enough contrast.
    """
    page.evaluate(Axe().axe_script)
    return page.evaluate(_RUN, [OURS, list(LET_PASS)])
