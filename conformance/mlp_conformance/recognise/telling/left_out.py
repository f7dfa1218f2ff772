"""What a program has beside what is judged: functions with a penalty, a dropout or a momentum that nothing calls then."""

from __future__ import annotations

import ast
import re

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.turned_off import kind
from mlp_conformance.recognise.plan import Plan

#: What a function may do that matters to training.
_OF_TRAINING = (roles.TRAIN, roles.BACKWARD, roles.UPDATE, roles.FORWARD, roles.LOSS)
_KINDS = ("penalty", "momentum", "dropout", "noise")
#: Settings of torch's optimisers, where they stand in a call that the program makes of one.
_OPTIMISERS = re.compile(r"(^|\.)(SGD|Adam|AdamW|RMSprop)$")


def left_out(plan: Plan, tree: ast.AST) -> str:
    """The sentence about functions with what is left out, which are called by nothing that is judged; or nothing."""
    reached = _reached(plan, tree)
    found = []
    for function in _functions(tree):
        arguments = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        off = [name for name in arguments if roles.argument(name, arguments) in ("off", "keep") and kind(name) in _KINDS]
        trains = any(roles.rank(function.name, names) < len(names) for names in _OF_TRAINING)
        if off and trains and function.name not in reached and not function.name.startswith("__"):
            found.append(f"`{function.name}`, with the {kind(off[0])} `{off[0]}`")
    found += _optimisers(tree) if "torch.optim.SGD(" in " ".join([*plan.make, *plan.step]) else []
    return f"Not judged, since what is judged does not call it: {'; '.join(dict.fromkeys(found))}." if found else ""


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _reached(plan: Plan, tree: ast.AST) -> set[str]:
    """The names that occur in what drives a program, in the functions of those names, and so on."""
    text = " ".join([*plan.make, *plan.forward, plan.output, *plan.step, *plan.gradient, *plan.loss])
    reached = {*re.findall(r"\w+", text), "__init__", "__call__"}
    bodies: dict[str, set[str]] = {}
    for function in _functions(tree):
        bodies.setdefault(function.name, set()).update(_names(function))
    pending = list(reached)
    while pending:
        for name in bodies.get(pending.pop(), set()) - reached:
            reached.add(name)
            pending.append(name)
    return reached


def _names(node: ast.AST) -> set[str]:
    return {str(getattr(inner, "id", "") or getattr(inner, "attr", "")) for inner in ast.walk(node)}


def _optimisers(tree: ast.AST) -> list[str]:
    """The settings that a program gives to an optimiser of its own, in whose place a plain one is used."""
    return [
        f"its `{ast.unparse(node.func)}` with the {kind(given.arg)} `{given.arg}`"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _OPTIMISERS.search(ast.unparse(node.func))
        for given in node.keywords
        if given.arg and roles.argument(given.arg) == "off"
    ]
