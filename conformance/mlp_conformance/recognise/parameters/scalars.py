"""Networks in which every weight has a name of its own, as in `self.w1 ... self.w6, self.b1 ... self.b3`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor

_WEIGHT = re.compile(r"^_*(w|v|u|theta|weight|syn)", re.I)
#: Networks so small that people name their weights one by one.
_SIZES = tuple(product((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3)))


def scalar_networks(found: list[Leaf]) -> Iterator[tuple[tuple[int, int, int], list[Slot]]]:
    """Sizes, and the ways in which the plain numbers of an object may be the weights and biases of a network."""
    numbers = [
        leaf.path
        for leaf in found
        if leaf.kind == "number" and leaf.dtype.startswith("float") and re.fullmatch(r'\w+(\.\w+|\["\w+"\])', leaf.path)
    ]
    numbers = [path for path in numbers if roles.argument(_name(path)) not in ("rate", "epochs", "off")]
    weights = [path for path in numbers if _WEIGHT.match(_name(path))]
    biases = [path for path in numbers if path not in weights]
    for n_in, n_hidden, n_out in _SIZES:
        if len(weights) != n_in * n_hidden + n_hidden * n_out or len(biases) != n_hidden + n_out:
            continue
        for named, by_output, last_by_output in product((weights, sorted(weights)), (True, False), (True, False)):
            first, last = named[: n_in * n_hidden], named[n_in * n_hidden :]
            hidden = Slot(_matrix(first, n_in, n_hidden, by_output), False, _vector(biases[:n_hidden]))
            output = Slot(_matrix(last, n_hidden, n_out, last_by_output), False, _vector(biases[n_hidden:]))
            yield (n_in, n_hidden, n_out), [hidden, output]


def _name(path: str) -> str:
    return re.findall(r"\w+", path)[-1]


def _matrix(names: list[str], n_in: int, n_out: int, by_output: bool) -> Tensor:
    rows = [[names[j * n_in + i] if by_output else names[i * n_out + j] for j in range(n_out)] for i in range(n_in)]
    text = f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"
    return Tensor(text, (), Leaf(text, "scalars", (n_in, n_out), "float64"))


def _vector(names: list[str]) -> Tensor:
    text = f"[{', '.join(names)}]"
    return Tensor(text, (), Leaf(text, "scalars", (len(names),), "float64"))
