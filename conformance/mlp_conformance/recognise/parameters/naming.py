"""What functions call the parameters of a network, and the objects that it is made of: expressions by lower-case name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlp_conformance.recognise.plan import Plan


#: What weights and biases are called before their number.
_WEIGHTS = ("w", "w_", "weights", "theta", "weights_")
_BIASES = ("b", "b_", "bias", "biases", "bias_")


def names_of(plan: Plan, returned: Sequence[str]) -> dict[str, str]:
    """Expressions for what a function's arguments of these names are given; returned: the names of what made the network."""
    names = {name.lower(): f"program.{name}" for name in re.findall(r"^program\.(\w+) = program\.", "\n".join(plan.make), re.M)}
    for k, slot in enumerate(plan.slots if plan.root == "params" else (), 1):
        for words, tensor in ((_WEIGHTS, slot.weights), (_BIASES, slot.bias)):
            if tensor is not None and not tensor.counts:
                path = tensor.template.replace("{{", "{").replace("}}", "}")
                own = re.findall(r'^params\["(\w+)"\]$', path.lower())
                names |= dict.fromkeys([*own, *(f"{word}{k}" for word in words)], path)
    places = [f"params[{index}]" for index in range(len(returned))] if len(returned) > 1 else ["params"]
    return names | {name.lower(): place for name, place in zip(returned, places, strict=False) if name}
