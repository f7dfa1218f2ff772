"""Settling a program's conventions by certified answers: one reading explains everything, or a known fault does, or nothing."""

from __future__ import annotations

import ast
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calls import LABELLED, called_per_sample, fillings, ranked
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.readings import (
    GradientReading,
    Parameters,
    agrees,
    closeness,
    epsilons,
    factor,
    losses_for,
    same_step,
    steps,
)
from mlp_conformance.recognise.search import Forward, Search, Step
from mlp_conformance.recognise.tensors import Tensor, leaves, tensors
from mlp_reference.mlp import Algorithm
from mlp_reference.network import REDUCTIONS, Conventions

#: Sequences of calls that are tried before it is decided which one is meant.
_MOST = 160
_EPOCHS = 3
#: Seconds after which the calls that were found until then are all that there are.
_PATIENCE = 10.0
_ONLINE = ("online-for-batch", "online")


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
    if step is None and "double()" in "".join(plan.make):
        step = _by_autograd(plan, trained)
    settled = Settled(search, trained, step, plan)
    _write_step(settled)
    if not plan.gradients and (step is None or (step.reading is None and step.closeness < 1)):
        _find_gradients(settled)
    _write_loss(settled)
    return settled


def find_step(search: Search, forward: Forward) -> tuple[Search, Forward, Step | None]:
    """The calls that train: the first whose step is a reading's; else those that a fault explains; else the likeliest.

    Tried with samples as the forward pass takes them, with targets as numbers of classes, and one sample at a time where
    the program itself does that.
    """
    first = _Attempt(search, forward)
    if first.find():
        return search, forward, first.best
    attempts = [first]
    for layout in LABELLED:
        if layout.samples_as == forward.layout.name:
            attempts.append(_Attempt(search.with_labels(), replace(forward, layout=layout)))
    if not forward.layout.single:
        offers = search.offers()
        if not first.unexplained or any(called_per_sample(offer.name, search.program.tree) for offer in offers):
            attempts += [_Attempt(search, other) for other in search.forwards(False) if other.layout.single]
    for attempt in attempts[1:]:
        if attempt.find():
            return attempt.search, attempt.forward, attempt.best
    for attempt in attempts:
        step = attempt.by_fault()
        if step is not None:
            return attempt.search, attempt.forward, step
    likeliest = max(attempts, key=lambda attempt: attempt.closest())
    return likeliest.search, likeliest.forward, likeliest.likeliest()


class _Attempt:
    """The search for a training step in one layout."""

    def __init__(self, search: Search, forward: Forward) -> None:
        self.search, self.forward = search, forward
        self.losses = losses_for(forward.reading.output, search.families)
        self.unexplained: list[tuple[Step, int | None]] = []
        self.best: Step | None = None
        self._known: dict[tuple[int | None, int, bool], list[tuple[GradientReading, Parameters]]] = {}

    def find(self) -> bool:
        """Whether some calls take a step that a reading explains without any fault."""
        start = time.monotonic()
        for count, (lines, whole) in enumerate(self.search.sequences(self.forward)):
            if count >= _MOST or (self.best is not None and (self.best.whole or count > _MOST // 2)):
                break
            if time.monotonic() - start > (_PATIENCE if self.best is None else _PATIENCE / 5):
                break
            if self.best is not None and not whole:
                continue
            epochs = _EPOCHS if whole else 1
            for batch in _batches(self.forward, lines):
                found = self.search.taken(lines, batch, epochs)
                if found is None:
                    continue
                _, taken = found
                reading = _matching(taken, self._readings(batch, epochs, False), self.search, lines)
                step = Step(lines, reading, taken, whole)
                if reading is not None and _plausible(reading, self.forward, self.search):
                    self.best = replace(step, closeness=-1.0) if batch == 1 and self._is_online(step, epochs) else step
                    break
                if self.search.is_sound(lines, batch, epochs, taken):
                    self.unexplained.append((replace(step, reading=None), batch))
        return self.best is not None

    def _is_online(self, step: Step, epochs: int) -> bool:
        """Whether calls whose step is right for one sample take one step after another for several."""
        assert step.reading is not None
        found = self.search.taken(step.lines, None, epochs)
        asked = self.search.asked if self.search.has_biases else self.search.asked.biasless
        reading = self.forward.reading
        now = asked
        for _ in range(epochs):
            for x, y in zip(asked.inputs, asked.targets, strict=True):
                network = now.network(reading.hidden, reading.output, step.reading.loss, step.reading.reduction)
                rate = step.reading.rate or asked.learning_rate
                algorithm = step.reading.fault.algorithm() if step.reading.fault else Algorithm()
                after, _ = algorithm.train(network, x[None], y[None], rate, 1)
                now = replace(now, parameters=after)
        expected = [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, now.parameters, strict=True)]
        return found is not None and same_step(found[1], expected, self.search.has_biases)

    def _readings(self, batch: int | None, epochs: int, faulty: bool) -> list[tuple[GradientReading, Parameters]]:
        key = (batch, epochs, faulty)
        if key not in self._known:
            reading, asked = self.forward.reading, self.search.asked_of(batch)
            losses = self.losses
            if faulty:
                meant = [loss for loss in losses if _plausible(GradientReading(loss, "sum"), self.forward, self.search)]
                losses = meant or losses
            asked = asked if self.search.has_biases else asked.biasless
            self._known[key] = list(steps(asked, reading.hidden, reading.output, losses, faulty, epochs))
        return self._known[key]

    def by_fault(self) -> Step | None:
        """The first calls that a known fault explains under one of the losses that the program may mean."""
        for step, batch in self.unexplained[:40]:
            for reading, expected in self._readings(batch, _EPOCHS if step.whole else 1, True):
                if same_step(step.taken, expected, self.search.has_biases):
                    if batch == 1 and self._is_online(replace(step, reading=reading), _EPOCHS if step.whole else 1):
                        return replace(step, reading=reading, closeness=-1.0)
                    if reading.fault is not None and reading.fault.id in _ONLINE:
                        return replace(step, reading=replace(reading, fault=None), closeness=-1.0)
                    return replace(step, reading=reading)
        return None

    def closest(self) -> float:
        """The largest part of numbers that any calls get right under any reading."""
        for step, batch in self.unexplained:
            found = self._readings(batch, _EPOCHS if step.whole else 1, False)
            step.closeness = max((closeness(step.taken, expected) for _, expected in found), default=0.0)
        return max((step.closeness for step, _ in self.unexplained), default=-1.0)

    def likeliest(self) -> Step | None:
        """The calls of which most numbers are right; the first of them, whose names promise most, if several."""
        return max((step for step, _ in self.unexplained), key=lambda step: step.closeness, default=None)


def _batches(forward: Forward, lines: list[str]) -> list[int | None]:
    if not forward.layout.single:
        return [None]
    text = " ".join(lines)
    return [None, 1] if "inputs" in text else [1]


def _matching(
    taken: Parameters, known: list[tuple[GradientReading, Parameters]], search: Search, lines: list[str]
) -> GradientReading | None:
    biases = search.has_biases
    for reading, expected in known:
        if same_step(taken, expected, biases):
            return reading
    if "learning_rate" in " ".join([*lines, *search.plan.make]):
        return None
    ratios = [(reading, factor(taken, expected, biases)) for reading, expected in known]
    fixed = [
        replace(reading, rate=_simplest(ratio * search.asked.learning_rate)) for reading, ratio in ratios if ratio and ratio > 0
    ]
    constants = _constants(search.program.tree)
    return min(fixed, key=lambda r: (r.rate not in constants, abs(np.log(r.rate or 1.0))), default=None)


def _constants(tree: ast.AST) -> set[float]:
    """The numbers in a program's text."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {float(value) for value in constants if isinstance(value, int | float)}


def _simplest(rate: float) -> float:
    """The shortest decimal that a fixed learning rate is, give or take rounding errors."""
    return next((found for d in range(1, 12) if abs((found := float(f"{rate:.{d}g}")) - rate) <= 1e-9 * rate), rate)


def _plausible(reading: GradientReading, forward: Forward, search: Search) -> bool:
    """Whether the loss that a step descends is one that the program may mean.

    With sigmoid outputs, a - y is right for the binary cross-entropy and lacks a derivative for a squared error: what
    the program's text says its loss is decides.
    """
    if reading.loss == "binary_cross_entropy":
        return "squared" not in search.families or "log" in search.families
    if forward.reading.output == "sigmoid" and reading.loss.endswith("squared_error"):
        return "log" not in search.families or "squared" in search.families
    return True


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


def _find_gradients(settled: Settled) -> None:
    """Gradients that a call returns or leaves in the network, where they are those of a reading."""
    search, forward, plan = settled.search, settled.forward, settled.plan
    batch = 1 if forward.layout.single else None
    asked = search.asked_of(batch)
    losses = losses_for(forward.reading.output, search.families)
    rate = asked.learning_rate
    readings = [
        (reading, [(w / rate, b / rate) for w, b in taken])
        for reading, taken in steps(asked, forward.reading.hidden, forward.reading.output, losses)
    ]
    for lines, space in search.gradients(forward, batch):
        seen: set[int] = set()
        found = leaves("grads", space.names.get("grads"), seen)
        found += leaves(plan.root, space.names[plan.root], seen)
        standing = [(tensor, value) for tensor in tensors(found) if (value := space.array(tensor.read)) is not None]
        for reading, expected in readings:
            pairs = _located(standing, expected)
            if pairs is not None and _plausible(reading, forward, search):
                plan.gradient, plan.gradients = lines, pairs
                plan.single_step = forward.layout.single
                settled.step = Step(lines, reading, expected, False)
                plan.step = []
                return


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


def _write_loss(settled: Settled) -> None:
    """The program's own loss, if it has one and it is the function whose gradient is used; a metric otherwise."""
    search, forward, plan, step = settled.search, settled.forward, settled.plan, settled.step
    if forward.layout.single and not (step is not None and (plan.single_step or step.closeness == -1.0)):
        return
    space = search.space(1 if forward.layout.single else None)
    if space is None:
        return
    context = search.context(forward.layout)
    context.output = [forward.raw]
    names = ranked(search.find_offers(space), roles.LOSS)
    asked = space.asked
    readings = [(step.reading.loss, step.reading.reduction)] if step is not None and step.reading is not None else []
    others = [(loss, r) for loss in losses_for(forward.reading.output, search.families) for r in REDUCTIONS]
    values = {}
    for loss, reduction in [*readings, *others]:
        network = asked.network(forward.reading.hidden, forward.reading.output, loss, reduction)
        values[loss, reduction] = float(Algorithm().loss(network, asked.inputs, asked.targets))
    for offer in names[:6]:
        for text in fillings(offer, context):
            space = search.space(1 if forward.layout.single else None)
            lines = (
                [*forward.lines]
                if forward.raw.split("[")[0].split(".")[0] in text or not forward.lines[0].startswith("output")
                else []
            )
            if space is None or not space.run([*lines, f"value = {text}"]):
                continue
            got = space.array("value")
            if got is None or got.size != 1:
                continue
            match = next(
                (key for key, value in values.items() if abs(float(got.ravel()[0]) - value) <= 2e-5 * abs(value)), None
            )
            if match is None:
                continue
            if not readings or match == readings[0]:
                plan.loss = [*lines, f"float({text})" if got.ndim == 0 else f"np.ravel({text})[0]"]
                plan.claims["loss"] = match
                _write_constants(settled, text)
                return
            plan.notes.append(
                f"{offer.name} reports {_spoken(*match)}: a metric, since the step descends {_spoken(*readings[0])}."
            )
            return


def _write_constants(settled: Settled, text: str) -> None:
    """Which constant guards the logarithms of the program's own loss, if one does: the one that gives its very number."""
    search, plan, reading = settled.search, settled.plan, settled.forward.reading
    loss, reduction = plan.claims["loss"]
    if loss not in ("cross_entropy", "binary_cross_entropy"):
        return
    steep = replace(search.asked, parameters=[(4 * w, 4 * b) for w, b in search.asked.parameters])
    hot = np.eye(steep.sizes[-1])[np.arange(len(steep.inputs)) % steep.sizes[-1]]
    other = replace(search, asked=replace(steep, targets=hot))
    space = other.space(1 if settled.forward.layout.single else None)
    if space is None or not space.run([*plan.loss[:-1], f"value = {text}"]):
        return
    got = space.array("value")
    if got is None or got.size != 1:
        return
    small = sorted({*epsilons(search.program.tree), *(10.0**-n for n in range(6, 17)), float(np.finfo(float).eps), 1e-5})
    options = [Conventions()] + [Conventions(log_epsilon=e) for e in small] + [Conventions(probability_clip=e) for e in small]
    distances = []
    for option in options:
        network = replace(space.asked.network(reading.hidden, reading.output, loss, reduction), conventions=option)
        value = float(Algorithm().loss(network, space.asked.inputs, space.asked.targets))
        distances.append(abs(value - float(got.ravel()[0])))
    best = options[int(np.argmin(distances))]
    if min(distances) < distances[0] / 2:
        plan.claims["constants"] = {
            name: getattr(best, name) for name in ("log_epsilon", "probability_clip") if getattr(best, name)
        }


def _spoken(loss: str, reduction: str) -> str:
    names = {
        "half_squared_error": "half the squared error",
        "squared_error": "the squared error",
        "cross_entropy": "the cross-entropy",
        "binary_cross_entropy": "the binary cross-entropy",
    }
    over = {"sum": "summed", "mean_samples": "averaged over samples", "mean_elements": "averaged over samples and outputs"}
    return f"{names[loss]}, {over[reduction]}"


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
    if settled.plan.rate is not None:
        claims["learning_rate"] = settled.plan.rate
    if settled.plan.layers is not None:
        claims["max_hidden_layers"] = claims["min_hidden_layers"] = settled.plan.layers - 1
    return claims
