"""Numbers of a program's own that remember how they were computed: what is wrong with the derivatives that they hand back.

Each operation is asked by itself for the derivative of a small expression, which is compared with the slope of the
expression's own values. What a network of them answers may say no more than that something depends on chance, where what a
number was made of stands in a set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from mlp_conformance.quiet import NoAnswer, quietly
from mlp_conformance.recognise.calling.engines import ATTRIBUTES, CALLS

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Operations of one number that are asked, where it has them, and expressions of the others.
_METHODS = ("tanh", "sigmoid", "relu", "exp", "log", "sqrt", "sin", "cos", "square", "leaky_relu", "softplus", "gelu", "silu")
_OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "x + 2": lambda x: x + 2,
    "2 + x": lambda x: 2 + x,
    "x - 2": lambda x: x - 2,
    "2 - x": lambda x: 2 - x,
    "-x": lambda x: -x,
    "x * 3": lambda x: x * 3,
    "3 * x": lambda x: 3 * x,
    "x / 3": lambda x: x / 3,
    "3 / x": lambda x: 3 / x,
    "x**2": lambda x: x**2,
    "x**3": lambda x: x**3,
}
#: What uses a number twice: in one operation, and in two.
_TWICE: dict[str, Callable[[Any], Any]] = {"x + x": lambda x: x + x, "x * 2 + x * 3": lambda x: x * 2 + x * 3}
#: Where a derivative is asked, and half of the interval of a slope: there truncation and rounding are as small as one another.
_PLACES, _HALF = (0.75, -0.5), float(np.finfo(float).eps) ** (1 / 3)
#: Both are told with so many digits, in which a difference has to show.
_DIGITS = 4
_SECONDS = 1.0
#: So many wrong derivatives are told.
_TOLD = 3


def said_of_numbers(settled: Settled) -> str:
    """What is wrong with a program's own numbers, in a sentence; empty if nothing is, or if it has none."""
    space, leaf = settled.search.space(), settled.plan.slots[0].weights.leaf
    for path in (leaf.path, leaf.path.rpartition(".")[0]):
        number = _engine(space.value(path)) if space is not None and path else None
        if number is not None:
            try:
                return quietly(number.said, _SECONDS)
            except NoAnswer:
                return ""
    return ""


@dataclass(frozen=True)
class _Engine:
    """The class of such numbers, how its call is named that gives the gradients, and where they stand then."""

    kind: type
    value: str
    call: str
    gradient: str

    def said(self) -> str:
        asked = {text: self._asked(call) for text, call in self._operations().items()}
        wrong = {text: found for text, found in asked.items() if isinstance(found, tuple)}
        if not any(found is True for found in asked.values()):
            return ""  # it was not asked as it should be
        if wrong:
            told = (
                f"of `{text}` at {at:g} is {got:.{_DIGITS}g} in place of {slope:.{_DIGITS}g}"
                for text, (at, got, slope) in wrong.items()
            )
            return f"What its {self.kind.__name__} hands back is wrong: the derivative {', '.join(islice(told, _TOLD))}."
        if any(isinstance(self._asked(call), tuple) for call in _TWICE.values()):
            return (
                f"A {self.kind.__name__} that is used several times keeps a part of what it is handed back, as in `x + x` or "
                "`x * 2 + x * 3`: each operation has to add to the gradient, with += and not =."
            )
        if isinstance(self._asked(_far), tuple):
            return (
                f"A {self.kind.__name__} hands its gradient on before it is complete, as `a` does in "
                "`a = x * 2; y = a * 3 * 5 * 7 + a`: all that use a number have to come before it."
            )
        return ""

    def _operations(self) -> dict[str, Callable[[Any], Any]]:
        own = {f"x.{name}()": name for name in _METHODS if callable(getattr(self.kind, name, None))}
        return _OPERATIONS | {text: lambda x, name=name: getattr(x, name)() for text, name in own.items()}

    def _asked(self, call: Callable[[Any], Any]) -> tuple[float, float, float] | bool:
        """Where the derivative of an expression is not the slope of its values, and both; or whether it was right anywhere."""
        is_right = False
        for at in _PLACES:
            try:
                x = self.kind(at)
                y = call(x)
                getattr(y, self.call)()
                got = float(getattr(x, self.gradient))
                before, after = (float(getattr(call(self.kind(at + step)), self.value)) for step in (-_HALF, _HALF))
            except Exception:  # it is not for such numbers, or takes no others beside them
                continue
            slope = (after - before) / (2 * _HALF)
            if not abs(got - slope) <= 10.0 ** (1 - _DIGITS) * max(abs(slope), 1.0):
                return at, got, slope
            is_right = True
        return is_right


def _far(x: Any) -> Any:
    a = x * 2
    return a * 3 * 5 * 7 + a


def _engine(found: Any) -> _Engine | None:
    """The class of an object, if that remembers how it was computed and can be made of a number."""
    kind = type(found)
    call = next((name for name in CALLS if callable(getattr(kind, name, None))), "")
    gradient = next((name for name in ATTRIBUTES if hasattr(found, name)), "")
    if not call or not gradient or kind.__module__.partition(".")[0] in ("torch", "jax", "numpy"):
        return None
    try:
        made = vars(kind(0.75))
    except Exception:  # it is made of something else
        return None
    value = next((name for name, number in made.items() if type(number) is float and number == 0.75), "")
    return _Engine(kind, value, call, gradient) if value else None
