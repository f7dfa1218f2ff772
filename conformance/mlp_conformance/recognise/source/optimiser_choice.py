"""Programs that let their user choose among optimisers by a word: plain gradient descent is chosen where it can be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlp_conformance.recognise.source.signatures import defaults_in

#: What an argument is called that chooses, and the words for plain gradient descent and for other methods.
_CHOOSES = re.compile(r"(opt(im(i[sz]er)?)?|solver|method|update_?rule|algorithm)(_?(name|type|kind|method))?", re.I)
_PLAIN = re.compile(r"((mini_?)?batch_?|stochastic_?)?(sgd|gd|gradient_?descent)|vanilla|plain", re.I)
_OTHER = re.compile(r"n?adam(ax|w)?|rms_?prop|ada_?grad|ada_?delta|momentum|nesterov|nag", re.I)


def plain_choices(tree: ast.AST) -> dict[str, str]:
    """The constants, as "optimizer=" with "sgd", that have arguments choose plain gradient descent which by default do not.

    There are none where a program has no word for it, nor anything else than what it compares with the other words.
    """
    chosen = {given.arg for given, default in _defaults(tree) if _CHOOSES.fullmatch(given.arg) and _is(default, _OTHER)}
    words = (node for node in ast.walk(tree) if isinstance(node, ast.expr) and _is(node, _PLAIN))
    word = next((node.value for node in words if isinstance(node, ast.Constant)), "sgd" if _has_another(tree) else None)
    return {f"{name}=": str(word) for name in sorted(chosen)} if word else {}


def choose(node: ast.arguments, constants: dict[str, str]) -> None:
    """Give the arguments of a function such defaults."""
    for given, default in _defaults(node):
        if f"{given.arg}=" in constants and _is(default, _OTHER) and isinstance(default, ast.Constant):
            default.value = constants[f"{given.arg}="]


def _defaults(tree: ast.AST) -> Iterator[tuple[ast.arg, ast.expr]]:
    """The arguments of functions that have defaults, with these."""
    for node in ast.walk(tree):
        yield from defaults_in(node) if isinstance(node, ast.arguments) else ()


def _is(node: ast.expr, words: re.Pattern[str]) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(words.fullmatch(node.value))


def _has_another(tree: ast.AST) -> bool:
    """Whether something is done where what is chosen is not another method: `Adam(lr) if name == "adam" else SGD(lr)`."""
    branches = (node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp) and node.orelse)
    return any(
        isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.Eq) and _is(node.test.comparators[0], _OTHER)
        for node in branches
        if not (isinstance(node, ast.If) and isinstance(node.orelse[0], ast.If | ast.Raise))
    )
