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
    names |= _holder(plan)
    places = [f"params[{index}]" for index in range(len(returned))] if len(returned) > 1 else ["params"]
    return names | {name.lower(): place for name, place in zip(returned, places, strict=False) if name}


def _holder(plan: Plan) -> dict[str, str]:
    """The attribute in which an object keeps all its parameters, for methods that are given them: `predict(params, x)`."""
    tensors = [tensor for slot in plan.slots for tensor in (slot.weights, slot.bias) if tensor is not None]
    held = {found[1] if (found := re.match(r"model\.(\w+)[\[.]", tensor.template)) else "" for tensor in tensors}
    is_plain = plan.root == "model" and all(tensor.leaf.kind not in ("torch", "keras") for tensor in tensors)
    name = held.pop() if len(held) == 1 and is_plain else ""
    return dict.fromkeys((name.lower().strip("_"), "params", "parameters"), f"model.{name}") if name else {}
