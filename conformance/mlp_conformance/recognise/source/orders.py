"""Programs that draw the order of their samples, with the order in which these are given."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

import numpy as np

_Tree = TypeVar("_Tree", bound=ast.AST)


def in_order(tree: _Tree) -> _Tree:
    """A copy in which permutations are identities, shuffling does nothing, and what draws samples takes the first."""
    return ast.fix_missing_locations(_InOrder().visit(copy.deepcopy(tree)))


@contextmanager
def unshuffled() -> Iterator[None]:
    """The same for what functions draw from NumPy and from Python themselves, as long as it lasts."""

    def left(_: Any) -> None:
        return None

    def same(of: Any) -> Any:
        return np.arange(of) if isinstance(of, int | np.integer) else np.array(of)

    def first(of: Any, k: int) -> list[Any]:
        return list(of)[:k]

    with (
        mock.patch.multiple(np.random, shuffle=left, permutation=same),
        mock.patch.multiple(random, shuffle=left, sample=first),
    ):
        yield


class _InOrder(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """`rng.shuffle(order)`: in place."""
        is_shuffle = isinstance(node.value, ast.Call) and _name(node.value) == "shuffle"
        return ast.copy_location(ast.Pass(), node) if is_shuffle else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match _name(node), [*node.args, *_sizes(node)]:
            case "shuffle", [one]:
                return one
            case "shuffle", [_, *_]:
                return ast.Tuple(node.args, ast.Load())
            case "permutation", [one, *_]:
                return _called("lambda of: of if hasattr(of, '__len__') else __import__('numpy').arange(of)", one)
            case "randperm", [one, *_]:
                return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), "arange", ast.Load()), [one], [])
            case (("choice" | "sample" | "choices"), [of, size, *_]):
                return _called(
                    "lambda of, n: __import__('numpy').asarray(range(of) if isinstance(of, int) else of)[:n]", of, size
                )
            case _ if _is_of_integers(node):
                return _called("lambda n: __import__('numpy').arange(n)", [*node.args, *_sizes(node)][-1])
        return node


def draws_again(tree: ast.AST) -> bool:
    """Whether samples are drawn so that some come twice."""
    return any(
        _is_of_integers(node)
        or _name(node) in ("randint", "randrange", "choices")
        or (_name(node) == "choice" and "replace=False" not in ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def _is_of_integers(call: ast.Call) -> bool:
    """`randint(0, n, size)`: several at once."""
    return _name(call) in ("randint", "integers") and (len(call.args) > 2 or bool(_sizes(call)))


def _sizes(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg in ("size", "k")]


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _called(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.parse(function, mode="eval").body, list(arguments), [])
