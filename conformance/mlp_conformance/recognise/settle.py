"""Settling a program's conventions by certified answers: one reading explains everything, or a known fault does, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from mlp_conformance.recognise.metrics import write_loss
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.program import trains
from mlp_conformance.recognise.readings import (
    GradientReading,
    Parameters,
    agrees,
    losses_for,
    steps,
)
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.space import Forward, Step
from mlp_conformance.recognise.stepping import alternatives, find_step, plausible
from mlp_conformance.recognise.tensors import Tensor, leaves, tensors


@dataclass
class Settled:
    """A program's conventions. forward, step: as found, or None; exact: no fault is needed to explain any number."""

    search: Search
    forward: Forward
    step: Step | None
    plan: Plan

    @property
    def exact(self) -> bool:
        return self.forward.exact and self.forward.reading.fault is None

    @property
    def score(self) -> tuple[bool, bool, bool, bool]:
        step = self.step
        explained = step is not None and step.reading is not None
        return (self.exact, explained and step.reading.fault is None, explained, step is not None)  # type: ignore[union-attr]


def settle(search: Search) -> Settled | None:
    """The reading of a network whose parameters are known; None if no way to get its output is found."""
    forward = next(iter(search.forwards(False)), None) or next(iter(search.forwards(True)), None) or search.nearest()
    if forward is None:
        return None
    plan = search.plan.but(forward=forward.lines, output=forward.output, single=forward.layout.single)
    plan.uses_torch = "torch." in "".join([*forward.lines, *plan.setting])
    search, trained, step = find_step(search, forward)
    if step is None and "double()" in "".join(plan.make) and not trains(search.program.tree):
        step = _by_autograd(plan, trained)
    plan.output = trained.output
    settled = Settled(search, trained, step, plan)
    _write_step(settled)
    if not plan.gradients and (step is None or (step.reading is None and step.closeness < 1)):
        ways = [(search, trained), *alternatives(search, forward)]
        for faulty, (other, read) in product((False, True), ways):
            if _find_gradients(settled, other, read, faulty):
                break
    write_loss(settled)
    return settled


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


def _write_step(settled: Settled) -> None:
    plan, step, forward = settled.plan, settled.step, settled.forward
    if step is None or not step.lines:
        return
    plan.step, plan.whole = step.lines, step.whole
    text = " ".join(step.lines)
    plan.single_step = forward.layout.single and ("(x" in text or " x" in text or "x[" in text or "x.tolist" in text)
    if step.reading is not None:
        plan.rate = step.reading.rate


_TORCH_LOSS = {
    "softmax": ("cross_entropy", "-(torch.tensor(targets) * torch.log({})).sum()"),
    "": ("half_squared_error", "0.5 * (({} - torch.tensor(targets)) ** 2).sum()"),
}


def _by_autograd(plan: Plan, forward: Forward) -> Step:
    """The gradients of a torch module that has no loss of its own: torch's, of a loss that goes with its output."""
    loss, formula = _TORCH_LOSS.get(forward.reading.output, _TORCH_LOSS[""])
    plan.gradient = [*forward.lines, f"loss = {formula.format(forward.raw)}", "loss.backward()"]
    plan.gradients = [(w.replace(".detach()", ".grad"), b.replace(".detach()", ".grad")) for w, b in plan.pairs]
    plan.notes.append("The program has no loss or training that was understood: the gradients are torch's own of its output.")
    return Step([], GradientReading(loss, "sum"), [], False)


def _find_gradients(settled: Settled, search: Search, forward: Forward, faulty: bool = False) -> bool:
    """Gradients that a call returns or leaves in the network: those of a reading, with a known fault if `faulty`."""
    plan = settled.plan
    batch = 1 if forward.layout.single else None
    asked = search.asked_of(batch)
    losses = losses_for(forward.reading.output, search.families)
    rate = asked.learning_rate
    readings = [
        (reading, [(w / rate, b / rate) for w, b in taken])
        for reading, taken in steps(asked, forward.reading.hidden, forward.reading.output, losses, faulty)
        if plausible(reading, forward, search)
    ]
    for lines, space in search.gradients(forward, batch):
        seen: set[int] = set()
        found = leaves("grads", space.names.get("grads"), seen)
        found += leaves(plan.root, space.names[plan.root], seen)
        standing = [(tensor, value) for tensor in tensors(found) if (value := space.array(tensor.read)) is not None]
        for reading, expected in readings:
            pairs = _located(standing, expected)
            if pairs is not None:
                plan.gradient, plan.gradients = lines, pairs
                plan.single_step = forward.layout.single
                plan.output = forward.output
                settled.search, settled.forward = search, forward
                settled.step = Step(lines, reading, expected, False)
                plan.step = []
                return True
    return False


def _located(standing: list[tuple[Tensor, Any]], expected: Parameters) -> list[tuple[str, str]] | None:
    """Expressions for gradients whose values are known, each layer's weights and biases."""
    pairs = []
    for w, b in expected:
        weights = next((t.read for t, value in standing if agrees(value, w)), None)
        weights = weights or next((f"{t.read}.T" for t, value in standing if value.ndim == 2 and agrees(value.T, w)), None)
        biases = next((t.read for t, value in standing if value.size == b.size and agrees(value.ravel(), b)), None)
        if weights is None or biases is None:
            return None
        pairs.append((weights, biases))
    return pairs


def conventions_of(settled: Settled) -> dict[str, Any]:
    """The claims that the reading amounts to."""
    reading, step = settled.forward.reading, settled.step
    loss, reduction = settled.plan.claims.pop("loss", (None, None))
    if step is not None and step.reading is not None:
        loss, reduction = step.reading.loss, step.reading.reduction
    if loss is None:
        loss = losses_for(reading.output, settled.search.families)[0]
        reduction = "sum"
    claims: dict[str, Any] = {
        "name": settled.plan.name,
        "activations": {reading.hidden},
        "losses": {loss},
        "reductions": {reduction},
    }
    if reading.output != reading.hidden:
        claims["output_activations"] = {reading.output}
    claims |= settled.plan.claims.pop("constants", {})
    dtypes = {slot.weights.leaf.dtype for slot in settled.plan.slots}
    if dtypes == {"float32"}:
        claims["dtype"] = "float32"
    if settled.plan.single_step or (step is not None and step.closeness == -1.0):
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
    if settled.plan.layers is not None:
        claims["max_hidden_layers"] = claims["min_hidden_layers"] = settled.plan.layers - 1
    return claims
