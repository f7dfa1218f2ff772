"""Which of a program's own calls do some work, and which only make what keeps what it is given."""

from __future__ import annotations

import ast


def working(tree: ast.Module) -> set[str]:
    """The names of the program's functions, and of its classes that do more when one is made than keep what they are given."""
    found: set[str] = set()
    keeping: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _only_keeps(node, keeping):
            keeping.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def _only_keeps(node: ast.ClassDef, keeping: set[str]) -> bool:
    """Whether one is made without any work: a dataclass or a named tuple, or what stores its arguments, if it has any.

    keeping: the classes before it that do. What has no constructor and no arguments may be a network that is filled later.
    """
    said = " ".join(map(ast.unparse, [*node.decorator_list, *node.bases]))
    if "dataclass" in said or "NamedTuple" in said:
        return True
    if node.decorator_list or node.keywords or not {ast.unparse(base) for base in node.bases} <= {"object", *keeping}:
        return False
    made = [inner for inner in node.body if isinstance(inner, ast.FunctionDef) and inner.name in ("__init__", "__new__")]
    return len(made) == 1 and made[0].name == "__init__" and bool(made[0].args.args[1:]) and all(map(_is_kept, made[0].body))


def _is_kept(statement: ast.stmt) -> bool:
    """Whether a statement stores arguments, or plain constants, as they are."""
    if isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    values = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
    return all(isinstance(value, ast.Name | ast.Constant) for value in values)
