"""Run a notebook's code cells in this process, without a kernel, and look at what they give.

A warning that a learner would see stops them.
"""

import ast
import warnings

from rope_lessons.authoring import build

# What Python shows by itself; it keeps what libraries say to other libraries' authors to itself.
SHOWN = (RuntimeWarning, UserWarning, FutureWarning, SyntaxWarning)


def values(path):
    """The value of the last expression of every code cell: {cell id: value}, in order."""
    namespace, found = {"__name__": "__main__"}, {}
    for cell in build.read(path).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with warnings.catch_warnings():
            for kind in SHOWN:
                warnings.simplefilter("error", kind)
            warnings.simplefilter("ignore", DeprecationWarning)  # some are user warnings, too
            exec(compile(tree, f"{path.name}:{cell.id}", "exec"), namespace)
            if last:
                code = compile(ast.Expression(last.value), f"{path.name}:{cell.id}", "eval")
                found[cell.id] = eval(code, namespace)
    return found


def figures(path, kind):
    """The notebook's figures of a kind, Explore or Live: {cell id: figure}."""
    if path.parent.name != "notebooks":
        return {}
    return {cell: value for cell, value in values(path).items() if isinstance(value, kind)}
