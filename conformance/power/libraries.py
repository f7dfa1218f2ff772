"""Other implementations under names that a campaign can be given: `power.libraries:jax_deep` and the others.

JAX compiles for each shape, activation, loss and divisor, half a second each, where the judging takes milliseconds. So it is
asked in a few shapes, each with a part of what it claims; together they have everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mlp_reference.network import HIDDEN_ACTIVATIONS

#: Of each shape: units of every layer, activations of hidden layers, reductions. All output activations and losses in each.
SHAPES: dict[str, tuple[tuple[int, ...], frozenset[str], frozenset[str]]] = {
    "jax_without_hidden_layers": ((5, 3), frozenset(HIDDEN_ACTIVATIONS), frozenset({"sum", "mean_samples", "mean_elements"})),
    "jax_one_hidden_layer": ((4, 6, 2), frozenset(HIDDEN_ACTIVATIONS), frozenset({"mean_samples"})),
    "jax_wide": ((12, 16, 7), frozenset({"sigmoid"}), frozenset({"sum"})),
    "jax_two_hidden_layers": ((3, 8, 8, 4), frozenset({"tanh"}), frozenset({"mean_elements"})),
    "jax_deep": ((2, 4, 4, 4, 4, 3), frozenset({"relu"}), frozenset({"sum"})),
}
#: Samples of a batch, at most: each number of them is another shape.
_BATCH = 2


def _in_one_shape(sizes: tuple[int, ...], hidden: frozenset[str], reductions: frozenset[str]) -> Callable[[], Any]:
    def adapter() -> Any:
        from mlp_conformance.adapters.jax import JaxAdapter

        found = JaxAdapter()
        found.claims = replace(found.claims, sizes=sizes, activations=hidden, reductions=reductions, max_batch=_BATCH)
        return found

    return adapter


globals().update({name: _in_one_shape(*shape) for name, shape in SHAPES.items()})
