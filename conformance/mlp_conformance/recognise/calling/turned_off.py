"""What is turned off while a program is judged: where that stands in the statements that drive it, and what it is called."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.signatures import signature

if TYPE_CHECKING:
    from mlp_conformance.recognise.plan import Plan
    from mlp_conformance.recognise.space import Space

#: What a dial does, by its name; the first pattern that matches decides.
_KINDS = (
    (r"drop|^keep|^p$", "dropout"),
    (r"^(momentum|mu|mom|alpha|m|nesterov|dampening)$", "momentum"),
    (r"shuffle", "shuffling"),
    (r"noise", "noise"),
    (r"^tol|stop|patience|no_?change|check_?point|best", "stopping early"),
    (r"split|frac|ratio|share|part|size|val|hold", "validation"),
    (r"(lr|rate)_?decay|^decay", "decay of the learning rate"),
)
_PENALTY = "penalty"
#: The epochs without progress that are waited for by who never stops early.
ENDLESS = "10**9"


def kind(name: str) -> str:
    """What a dial of that name does."""
    bare = name.lower().strip("_")
    return next((what for pattern, what in _KINDS if re.search(pattern, bare)), _PENALTY)


def may_be_penalty(name: str) -> bool:
    """Whether a dial of that name can be the factor of a penalty on the weights: so can an alpha, and a decay."""
    return kind(name) == _PENALTY or bool(re.fullmatch(r"alpha|decay", name.lower().strip("_")))


@dataclass(frozen=True)
class Place:
    """Where something is turned off: its name, and the number that does it, in which line and between which columns."""

    name: str
    said: str
    line: int
    start: int
    end: int
    text: str


def places(lines: Sequence[str], space: Space | None = None) -> list[Place]:
    """Where in statements dials are set to what does nothing: by assignment, by keyword, and by position.

    space: where the functions can be looked up whose arguments are given by position.
    """
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return []
    found = [
        Place(name, said, node.lineno - 1, node.col_offset, node.end_col_offset or node.col_offset, ast.unparse(node))
        for name, said, node in _constants(tree, space)
        if roles.argument(name) in ("off", "keep", "rate") or name.lower().strip("_") in ("alpha", "m")
    ]
    return sorted(found, key=lambda place: (place.line, place.start))


def _constants(tree: ast.AST, space: Space | None) -> Iterator[tuple[str, str, ast.expr]]:
    """Names, in short and as they stand, with the constant that they are set to, where that turns something off."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_nothing(node.value):
            for target in node.targets:
                if name := _name_of(target):
                    path = ast.unparse(target)
                    yield name, name if "param_groups" in path else path.partition(".")[2] or name, node.value
        elif isinstance(node, ast.keyword) and node.arg and _is_nothing(node.value):
            yield node.arg, node.arg, node.value
        elif isinstance(node, ast.Call) and any(map(_is_nothing, node.args)):
            for name, value in zip(_positional(node, space), node.args, strict=False):
                if _is_nothing(value):
                    yield name, name, value


def _is_nothing(node: ast.expr) -> Any:
    """Whether an expression is one of the constants that turn something off; whole numbers are no such."""
    if isinstance(node, ast.BinOp):
        return ast.unparse(node) == ast.unparse(ast.parse(ENDLESS, mode="eval"))
    return isinstance(node, ast.Constant) and (node.value is False or (type(node.value) is float and node.value in (0.0, 1.0)))


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return "dropout" if target.attr == "p" else target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


def _positional(call: ast.Call, space: Space | None) -> list[str]:
    """The names of a call's positional arguments."""
    found = space.value(ast.unparse(call.func)) if space is not None else None
    parameters = signature(found) if callable(found) else None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters or [] if p.kind in kinds]


def turned_to(lines: Sequence[str], found: Sequence[Place], text: str) -> list[str]:
    """The statements with another expression at those places."""
    changed = list(lines)
    for place in sorted(found, key=lambda place: (place.line, -place.start)):
        line = changed[place.line].encode()
        changed[place.line] = (line[: place.start] + text.encode() + line[place.end :]).decode()
    return changed


def said_off(plan: Plan, space: Space | None, but: Collection[str] = ()) -> str:
    """The sentence about all that is turned off in the statements of a plan, without dials of some names; or nothing."""
    lines = [plan.make, plan.forward, plan.step, plan.gradient, plan.loss]
    found = {place.said: place for part in lines for place in places(part, space) if place.name not in but}
    said = dict.fromkeys(f"the {kind(place.name)} `{place.said}`" for place in found.values())
    options = {key[:-1]: value for key, value in plan.constants.items() if key.endswith("=")}
    said |= dict.fromkeys(f"the {kind(name)} `{name}`" for name, value in options.items() if not isinstance(value, str))
    off = [f"Judged without {', '.join(said)}."] if said else []
    return " ".join([*off, *(f'Judged with `{name}="{word}"`.' for name, word in options.items() if isinstance(word, str))])
