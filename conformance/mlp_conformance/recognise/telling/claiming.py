"""The claims that a settled reading amounts to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.recognise.numbers.kinks import slope_at_zero
from mlp_conformance.recognise.numbers.readings import ForwardReading, losses_for
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.settle import Settled


def conventions_of(settled: Settled) -> dict[str, Any]:
    """The claims that the reading amounts to."""
    reading, step = settled.forward.reading, settled.step
    loss, reduction = settled.plan.claims.pop("loss", (None, None))
    if step is not None and step.reading is not None:
        loss, reduction = step.reading.loss, step.reading.reduction
    elif loss is None and step is not None and step.meant is not None:
        loss, reduction = step.meant
    if loss is None:
        loss = losses_for(reading.output, settled.search.families)[0]
        reduction = "sum"
    claims: dict[str, Any] = {
        "name": settled.plan.name,
        **_activations(reading),
        "losses": {loss},
        "reductions": {reduction},
    }
    claims |= settled.plan.claims.pop("constants", {})
    if slope := slope_at_zero(settled):
        claims["relu_at_zero"] = slope
    dtypes = {slot.weights.leaf.dtype for slot in settled.plan.slots}
    if dtypes == {"float32"}:
        claims["dtype"] = "float32"
    if settled.plan.single_step or (step is not None and step.alone):
        claims["max_batch"] = 1
    if not settled.search.has_biases:
        claims["biases"] = False
    if settled.plan.sizes is not None:
        claims["sizes"] = settled.plan.sizes
    if settled.forward.layout.labels:
        claims["one_hot"] = True
        if _counts_classes(settled):
            claims["every_class"] = True
    if settled.search.asked.sizes[-1] == 1 and settled.plan.sizes is None:
        claims["max_outputs"] = 1
    if settled.plan.rate is not None:
        claims["learning_rate"] = settled.plan.rate
    if settled.plan.layers is not None and settled.plan.sizes is None and isinstance(reading.hidden, str):
        claims["max_hidden_layers"] = claims["min_hidden_layers"] = settled.plan.layers - 1
    return claims


def restrictions(plan: Plan) -> list[str]:
    """In which sizes alone a network is judged, as a report says it: the claims that leave others out."""
    claims, found = plan.claims, []
    if (layers := claims.get("max_hidden_layers")) and layers == claims.get("min_hidden_layers"):
        found.append("judged with one hidden layer" if layers == 1 else f"judged with {layers} hidden layers")
    if plan.equal:
        found.append("its hidden layers as wide as one another")
    if claims.get("max_outputs") == 1:
        found.append("judged with one output")
    return found


def _activations(reading: ForwardReading) -> dict[str, Any]:
    if not isinstance(reading.hidden, str):
        return {"layer_activations": (*reading.hidden, reading.output)}
    hidden = {"activations": {reading.hidden}}
    return hidden if reading.output == reading.hidden else hidden | {"output_activations": {reading.output}}


def _counts_classes(settled: Settled) -> bool:
    """Whether the program takes its number of classes from the targets that it sees."""
    search, plan = settled.search, settled.plan
    if not settled.forward.layout.labels or settled.forward.layout.single:
        return False
    if any(word in search.program.source for word in ("unique(", ".max()", "max(y", "set(y", "get_dummies", "LabelBinarizer")):
        return True
    first = np.zeros_like(search.asked.targets)
    first[:, 0] = 1
    space = replace(search, asked=replace(search.asked, targets=first)).space()
    return space is None or not space.run(plan.step or plan.gradient)
