"""Run a notebook's code cells in this process, without a kernel, and look at what they give."""

import ast

from rope_lessons import build, explore


def values(path):
    """The value of the last expression of every code cell: {cell id: value}, in order."""
    namespace, found = {"__name__": "__main__"}, {}
    for cell in build.read(path).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"{path.name}:{cell.id}", "exec"), namespace)
        if last:
            code = compile(ast.Expression(last.value), f"{path.name}:{cell.id}", "eval")
            found[cell.id] = eval(code, namespace)
    return found


def explored(path):
    """The notebook's figures with sliders: {cell id: Explore}."""
    if path.parent.name != "notebooks":
        return {}
    return {cell: v for cell, v in values(path).items() if isinstance(v, explore.Explore)}
