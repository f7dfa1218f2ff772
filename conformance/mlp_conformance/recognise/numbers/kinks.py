"""The derivative of ReLU at exactly 0, which may be 0, a half or 1: what a program takes is its convention."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise.numbers.readings import Parameters, agrees, in_layers
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Conventions

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: What it may be; the first is what is claimed where nothing tells.
_SLOPES = (0.0, 1.0, 0.5)


def slope_at_zero(settled: Settled) -> float:
    """What a program takes for ReLU's derivative at 0: that whose numbers are its own where pre-activations are all 0."""
    reading, step = settled.forward.reading, settled.step
    named = in_layers(reading.hidden, reading.output, len(settled.search.asked.parameters))
    if "relu" not in named or step is None or step.reading is None or step.reading.fault is not None:
        return _SLOPES[0]
    search, plan = settled.search, settled.plan
    parameters = [(w.copy(), b.copy()) for w, b in search.asked.parameters]
    layer = named.index("relu")
    parameters[layer][0][:, 0] = 0
    parameters[layer][1][0] = 0
    other = replace(search, asked=replace(search.asked, parameters=parameters))
    batch = 1 if settled.forward.layout.single else None
    rate = step.reading.rate or other.asked.learning_rate
    if plan.gradients:
        space = other.space(batch)
        if space is None or not space.run(plan.gradient):
            return _SLOPES[0]
        found: Parameters | None = [(w, b) for w, b in space.parameters(plan.gradients) if w is not None and b is not None]
        rate = 1.0
    else:
        taken = other.taken(plan.step, batch)
        found = taken[1] if taken is not None else None
    if found is None or len(found) != len(parameters):
        return _SLOPES[0]
    asked = other.answered(batch)
    for slope in _SLOPES:
        network = asked.network(reading.hidden, reading.output, step.reading.loss, step.reading.reduction)
        network = replace(network, conventions=Conventions(relu_at_zero=slope))
        gradients = Algorithm().gradients(network, asked.inputs, asked.targets)
        if all(
            agrees(w, rate * u) and (not search.has_biases or agrees(b, rate * v))
            for (w, b), (u, v) in zip(found, gradients, strict=True)
        ):
            return slope
    return _SLOPES[0]
