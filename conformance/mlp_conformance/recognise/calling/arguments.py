"""Functions that take a network's parameters one by one, as in `forward(X, W1, b1, W2, b2)` or `forward(x, alpha, beta)`.

They tell no shapes: every form of the biases and both orientations are tried, and kept if the output is a reading's.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.signatures import required, signature

#: Arguments of a forward pass that are none of the parameters: not its rate, as `alpha` may be a matrix there.
_OTHERS = {"inputs", "targets", "data", "off", "keep", "seed"}
#: Forms of biases: a vector, a row, a column.
_FORMS = ((1, 7), (7,), (7, 1))


def argument_plans(program: Program, functions: dict[str, Any]) -> Iterator[Plan]:
    """Plans for functions that take all parameters, by their numbers or, if they have none, by their order."""
    numbered = list(_by_number(functions))
    for names in numbered or _by_order(functions):
        for slots in _slots(names):
            yield Plan(str(program.path), program.path.stem, ["params = {}"], "params", slots, len(slots))


def _by_number(functions: dict[str, Any]) -> Iterator[list[tuple[str, str | None]]]:
    """Each layer's names of weights and biases, for names that count."""
    named = [p.name for call in functions.values() for p in signature(call) or [] if roles.parameter_number(p.name)]
    by_role = {roles.parameter_number(name): name for name in named}
    for depth in (2, 3):
        names = [(by_role.get(("weights", k)), by_role.get(("biases", k))) for k in range(1, depth + 1)]
        if not by_role.get(("weights", depth + 1)) and all(w is not None for w, _ in names):
            yield [(w, b) for w, b in names if w is not None]


def _by_order(functions: dict[str, Any]) -> Iterator[list[tuple[str, str | None]]]:
    """The same for functions that run forward and take two, four or six things beside the inputs, layer by layer."""
    found = [(roles.rank(name, roles.FORWARD), name) for name in functions]
    for _, name in sorted(entry for entry in found if entry[0] < len(roles.FORWARD)):
        needed = required(signature(functions[name]) or [])
        rest = [p.name for p in needed if roles.argument(p.name) not in _OTHERS]
        if len(needed) != len(rest) + 1 or len(rest) not in (2, 4, 6):
            continue
        if len(rest) == 2:
            yield [(name, None) for name in rest]
        else:
            half = len(rest) // 2
            yield list(zip(rest[::2], rest[1::2], strict=True))
            yield list(zip(rest[:half], rest[half:], strict=True))


def _slots(names: list[tuple[str, str | None]]) -> Iterator[list[Slot]]:
    """Where the parameters are then: in a dictionary by these names, in every form that they may have."""
    has_biases = any(b for _, b in names)
    for by_output, form in product((False, True), _FORMS if has_biases else _FORMS[:1]):
        yield [Slot(_stand_in(w, (7, 7)), by_output, _stand_in(b, form) if b else None) for w, b in names]
        for end in () if has_biases else ("first", "last"):
            yield [Slot(_stand_in(w, (7, 7)), by_output, None, end) for w, _ in names]


def _stand_in(name: str, shape: tuple[int, ...]) -> Tensor:
    return Tensor(f'params["{name}"]', (), Leaf(f'params["{name}"]', "new", shape, "float64"))
