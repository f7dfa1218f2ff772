"""Activations that the specification does not have and a program means: by a name, a comment, a library's layer or a formula.

A function called relu or tanh that computes one of them is a mistake and stays one: its formula does not say that it is meant.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

#: Names of the activations that the specification has: a formula in a function of such a name is meant to be this one.
_PLAIN = re.compile(r"relu|sigm|logistic|tanh|softmax|linear|identity", re.I)


@dataclass(frozen=True)
class Other:
    """An activation: what it is called in a sentence and in a program's text, the faults that compute it, and its formula."""

    what: str
    named: str
    faults: tuple[str, ...]
    formula: Callable[[ast.AST], bool] = lambda node: False


def _name(node: ast.AST) -> str:
    """The last name of what is called, or of a variable."""
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _number(node: ast.AST) -> float | None:
    """The number that an expression is, if it is one that is written down."""
    try:
        return float(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _is_scalar(node: ast.AST, of: ast.AST) -> bool:
    """Whether an expression may be a number by which another is multiplied: written down, a name of its own, or a quotient."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _is_scalar(node.left, of) and _is_scalar(node.right, of)
    number = _number(node)
    named = isinstance(node, ast.Name | ast.Attribute) and ast.dump(node) != ast.dump(of)
    return number not in (0.0, None) or named


def _is_multiple(node: ast.AST, of: ast.AST) -> bool:
    """Whether an expression is a number times another."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
        return False
    sides = ((node.left, node.right), (node.right, node.left))
    return any(ast.dump(one) == ast.dump(of) and _is_scalar(other, of) for one, other in sides)


def _branches(node: ast.AST) -> tuple[ast.AST, ast.AST, ast.AST] | None:
    """What is compared with 0, and what is taken above and below it, for `where(z > 0, a, b)` and `a if z > 0 else b`."""
    if isinstance(node, ast.Call) and _name(node) in ("where", "select") and len(node.args) == 3:
        test, above, below = node.args
    elif isinstance(node, ast.IfExp):
        test, above, below = node.test, node.body, node.orelse
    else:
        return None
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and _number(test.comparators[0]) == 0):
        return None
    if isinstance(test.ops[0], ast.Lt | ast.LtE):
        above, below = below, above
    return test.left, above, below


def _is_leaky(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and _name(node) in ("maximum", "max", "fmax") and len(node.args) == 2:
        one, other = node.args
        return _is_multiple(one, other) or _is_multiple(other, one)
    found = _branches(node)
    return found is not None and ast.dump(found[0]) == ast.dump(found[1]) and _is_multiple(found[2], found[0])


def _is_elu(node: ast.AST) -> bool:
    found = _branches(node)
    if found is None:
        return False
    of, above, below = found
    names = {_name(inner) for inner in ast.walk(below) if isinstance(inner, ast.Call)}
    return (ast.dump(of) == ast.dump(above) or _is_multiple(above, of)) and bool(names & {"exp", "expm1"})


def _is_scaled_tanh(node: ast.AST) -> bool:
    """A number times the tanh of a number times something."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
        return False
    for scale, call in ((node.left, node.right), (node.right, node.left)):
        if isinstance(call, ast.Call) and _name(call) == "tanh" and len(call.args) == 1 and _is_scalar(scale, call):
            inner = call.args[0]
            parts = (inner.left, inner.right) if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult) else ()
            if any(_is_scalar(part, inner) for part in parts) and _number(scale) not in (0.5, 1.0):
                return True
    return False


def _has_number(*wanted: float) -> Callable[[ast.AST], bool]:
    def has(node: ast.AST) -> bool:
        return isinstance(node, ast.Constant) and type(node.value) is float and any(abs(node.value - x) < 1e-3 for x in wanted)

    return has


def _is_gelu(node: ast.AST) -> bool:
    constant = isinstance(node, ast.Constant) and node.value in (0.044715, 1.702)
    return constant or (isinstance(node, ast.Call) and _name(node) == "erf")


def _is_swish(node: ast.AST) -> bool:
    """A number times its own sigmoid."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
        return False
    sides = ((node.left, node.right), (node.right, node.left))
    return any(
        isinstance(call, ast.Call)
        and re.search("sigm|logistic|expit", _name(call), re.I) is not None
        and [ast.dump(argument) for argument in call.args] == [ast.dump(other)]
        for call, other in sides
    )


def _is_softsign(node: ast.AST) -> bool:
    """z / (1 + |z|)."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.BinOp)):
        return False
    calls = [
        inner for inner in ast.walk(node.right) if isinstance(inner, ast.Call) and _name(inner) in ("abs", "absolute", "fabs")
    ]
    return any([ast.dump(a) for a in call.args] == [ast.dump(node.left)] for call in calls)


def _is_softplus(node: ast.AST) -> bool:
    """log(1 + exp(z))."""
    if not isinstance(node, ast.Call) or _name(node) not in ("log", "log1p", "logaddexp") or not node.args:
        return False
    if _name(node) == "logaddexp":
        return any(_number(argument) == 0 for argument in node.args)
    inner = node.args[0]
    if _name(node) == "log" and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add):
        inner = inner.right if _number(inner.left) == 1 else inner.left if _number(inner.right) == 1 else inner
    return isinstance(inner, ast.Call) and _name(inner) == "exp"


def _is_clipped(low: float, high: float) -> Callable[[ast.AST], bool]:
    def is_clipped(node: ast.AST) -> bool:
        given = node.args if isinstance(node, ast.Call) and _name(node) in ("clip", "clamp") else []
        return len(given) >= 2 and [_number(argument) for argument in given[-2:]] == [low, high]

    return is_clipped


#: What a program may mean; a name that another contains stands before it.
OTHERS = (
    Other("a leaky ReLU", r"leaky|lrelu|prelu", ("leaky-relu", "relu-inverted"), _is_leaky),
    Other("a SELU", r"(^|_)selu|selu(_|$)", ("selu-for-relu",), _has_number(1.0507, 1.6733)),
    Other("a GELU", r"gelu", ("gelu-for-relu", "exact-gelu-for-relu"), _is_gelu),
    Other("an ELU", r"(^|_)elu(_|$|prime|deriv|grad)|exponential_linear", ("elu-for-relu",), _is_elu),
    Other("a Mish", r"(^|_)mish(_|$)", ("mish-for-relu",)),
    Other("a hard swish", r"hard_?(swish|silu)", ("hard-swish-for-relu",)),
    Other("a swish", r"swish|silu", ("silu-for-relu",), _is_swish),
    Other("a softplus", r"soft_?plus", ("softplus-for-relu",), _is_softplus),
    Other("a softsign", r"soft_?sign", ("softsign-for-tanh",), _is_softsign),
    Other("a hard sigmoid", r"hard_?sigmoid", ("hard-sigmoid", "hard-sigmoid-by-six")),
    Other("a hard tanh", r"hard_?tanh", ("hard-tanh",), _is_clipped(-1, 1)),
    Other("a ReLU that is capped", r"relu_?6|capped_?relu", ("relu-capped",)),
    Other("a scaled tanh", r"scaled_?tanh|le_?cun_?tanh|(^|_)stanh", ("tanh-scaled",), _is_scaled_tanh),
    Other("a sine", r"(^|_)(sin|sine|siren)_?act|^siren|act\w*_sine?$", ()),
)
#: Those whose formulas stand for other things as often: in losses, and where gradients are clipped.
_ELSEWHERE_TOO = ("a softplus", "a hard tanh")
#: Faults that are what a program means where its text says so.
MEANT = {fault for other in OTHERS for fault in other.faults}


def is_other(text: str) -> bool:
    """Whether a name, or an expression, has a word in it that is an activation which the specification does not have."""
    words = re.findall(r"\w+", text.lower())
    return any(re.search(other.named, word) for other in OTHERS for word in words)


def meant(fault: str, tree: ast.Module, source: str, names: list[tuple[str, int]]) -> tuple[str, int] | None:
    """The activation that a fault computes and a program's text has, with the line; None where nothing says that it is meant.

    names: the program's identifiers and short strings, with their lines.
    """
    other = next(other for other in OTHERS if fault in other.faults)
    return _named(other, names) or _named(other, list(_comments(source))) or _written(other, tree)


def written(tree: ast.Module) -> tuple[str, int] | None:
    """The first activation whose formula stands in a program, with the line, where the program's numbers are no reading's."""
    inside = ast.Module([node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign)], [])
    telling = (other for other in OTHERS if other.what not in _ELSEWHERE_TOO)
    return next((found for other in telling if (found := _written(other, inside)) is not None), None)


def _named(other: Other, names: list[tuple[str, int]]) -> tuple[str, int] | None:
    return next(((other.what, line) for name, line in names if re.search(other.named, name.lower())), None)


@cache
def _comments(source: str) -> tuple[tuple[str, int], ...]:
    """The words of a program's comments and longer strings, with their lines."""
    found: list[tuple[str, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and " " in token.string):
                text = token.string.lower().replace("-", "_")
                words = re.findall(r"\w+", text)
                found += [(f"{one}_{other}", token.start[0]) for one, other in pairwise(words)]
                found += [(word, token.start[0]) for word in words]
    except (tokenize.TokenError, SyntaxError):
        pass
    return tuple(found)


def _written(other: Other, tree: ast.Module) -> tuple[str, int] | None:
    """Where the formula of an activation stands, but in functions that are called what the specification has."""
    for node in _outside_plain(tree):
        if other.formula(node):
            return other.what, getattr(node, "lineno", 1)
    return None


def _outside_plain(node: ast.AST) -> Iterator[ast.AST]:
    """All of a tree but functions and variables with the names of plain activations."""
    yield node
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and _PLAIN.search(inner.name):
            continue
        if (
            isinstance(inner, ast.Assign)
            and isinstance(inner.value, ast.Lambda)
            and any(_PLAIN.search(_name(t)) for t in inner.targets)
        ):
            continue
        yield from _outside_plain(inner)
