"""The program's own loss: the objective whose gradient it uses, or a metric."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer, ranked
from mlp_conformance.recognise.calling.filling import fillings
from mlp_conformance.recognise.calling.given_errors import begins_with_it
from mlp_conformance.recognise.calling.global_data import data_for
from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.losses.constants import write_constants
from mlp_conformance.recognise.numbers.readings import Question, is_near, losses_for, question
from mlp_reference.mlp import Algorithm
from mlp_reference.network import REDUCTIONS

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled
    from mlp_conformance.recognise.space import Forward


#: Targets of one output as a bare vector.
VECTOR = "targets.ravel()"


@dataclass(frozen=True)
class Reported:
    """A loss that a program computes. lines, text: the statements and the expression that give it; of: what it is called."""

    lines: list[str]
    text: str
    is_number: bool
    loss: tuple[str, str]
    of: str


class Answered(NamedTuple):
    """A loss that was asked: the statements before it, the expression for it, and its value."""

    lines: list[str]
    text: str
    value: np.ndarray


def asked_loss(search: Search, forward: Forward, offer: Offer) -> Iterator[Answered]:
    """Ways to call a loss that give one number: by itself, or after the forward pass, with the output as it is or turned.

    A loss may be given one-hot targets by a program that is given numbers of classes.
    """
    one_hot = [replace(forward.layout, y="targets")] if forward.layout.labels and not forward.layout.single else []
    for layout in (forward.layout, *_as_vectors(search, forward), *one_hot):
        yield from _asked(search, forward, offer, layout)


def _as_vectors(search: Search, forward: Forward) -> list[Layout]:
    """The layout with the targets as a bare vector, for losses that take them so where there is one output."""
    layout = forward.layout
    plain = not (layout.single or layout.vector or layout.labels) and layout.y in ("targets", "targets.T")
    return [replace(layout, y=VECTOR, vector=True)] if plain and search.asked.sizes[-1] == 1 else []


def _asked(search: Search, forward: Forward, offer: Offer, layout: Layout) -> Iterator[Answered]:
    batch = 1 if layout.single else None
    context = search.context(layout)
    turned = re.fullmatch(r"([\w.\[\]\"-]+?)(\.T)?", forward.raw) if not forward.layout.single else None
    context.output = [forward.raw, *([turned[1] if turned[2] else f"{turned[1]}.T"] if turned else [])]
    context.output += [forward.output] if forward.output.startswith(("softmax(", "sigmoid(")) else []  # it gives logits
    named = forward.raw.split("[")[0].split(".")[0]
    for text in fillings(offer, context):
        needed = named in text or not (forward.lines or [""])[0].startswith("output")
        there = data_for(search.program, text, layout)
        for lines in ([*there, *forward.lines],) if needed else (there, [*there, *forward.lines]):
            space = search.space(batch)
            if space is None or not space.run([*lines, f"value = {text}"]):
                continue
            place = place_of_number(space.names["value"])
            got = space.array(f"value{place}")
            if got is not None and got.size == 1:
                yield Answered(lines, text + place, got)
            break


def value_after(search: Search, lines: list[str], batch: int | None) -> float | None:
    """The one number that statements leave in `value`; None where they raise or leave no number."""
    space = search.space(batch)
    if space is None or not space.run(lines):
        return None
    value = space.array("value")
    return float(value.ravel()[0]) if value is not None and value.size == 1 else None


def reported_loss(search: Search, forward: Forward, first: tuple[str, str] | None = None) -> Reported | None:
    """The first function of a program that gives a loss, with the loss and its reduction; first: what is looked for first."""
    batch = 1 if forward.layout.single else None
    space = search.space(batch)
    if space is None:
        return None
    names = ranked(search.find_offers(space), roles.LOSS)
    values = known_losses(search, forward, space.asked, first)
    for offer in names[:6]:
        for lines, text, got in asked_loss(search, forward, offer):
            found = float(got.ravel()[0])
            match = next((key for key, value in values.items() if is_near(found, value)), None)
            if match is not None:
                return Reported(lines, text, got.ndim == 0, match, offer.name)
    return None


def loss_of_one_output(search: Search, forward: Forward) -> Reported | None:
    """The same of a network with one output, for losses that give a number in no other; None if it is of fixed sizes."""
    sizes = search.asked.sizes
    if search.plan.sizes is not None or sizes[-1] == 1 or forward.layout.labels or forward.reading.output == "softmax":
        return None
    return reported_loss(replace(search, asked=question((*sizes[:-1], 1), len(search.asked.inputs)), unmatched=[]), forward)


def known_losses(
    search: Search, forward: Forward, asked: Question, first: tuple[str, str] | None = None
) -> dict[tuple[str, str], float]:
    """The value of each loss with each reduction, of the output that the program gives: a fault's, if one explains it."""
    reading = forward.reading
    every = [(loss, r) for loss in losses_for(reading.output, search.families) for r in REDUCTIONS]
    algorithm = reading.fault.algorithm() if reading.fault is not None else Algorithm()
    values = {}
    for loss, reduction in [*([first] if first else []), *every]:
        network = asked.network(reading.hidden, reading.output, loss, reduction)
        with np.errstate(all="ignore"):
            values[loss, reduction] = float(algorithm.loss(network, asked.inputs, asked.targets))
    return values


def is_loss(name: str) -> bool:
    """Whether a function is a loss by its name."""
    return roles.rank(name, roles.LOSS) < len(roles.LOSS)


def loss_texts(search: Search, forward: Forward, loss: tuple[str, str]) -> Iterator[tuple[list[str], str]]:
    """All statements and expressions of a program that give one loss."""
    space = search.space(1 if forward.layout.single else None)
    if space is None:
        return
    network = space.asked.network(forward.reading.hidden, forward.reading.output, *loss)
    expected = float(Algorithm().loss(network, space.asked.inputs, space.asked.targets))
    for offer in ranked(search.find_offers(space), roles.LOSS)[:6]:
        for lines, text, got in asked_loss(search, forward, offer):
            if is_near(float(got.ravel()[0]), expected):
                yield lines, text


def write_loss(settled: Settled) -> None:
    """The program's own loss, if it has one and it is the function whose gradient is used; a metric otherwise."""
    search, forward, plan, step = settled.search, settled.forward, settled.plan, settled.step
    if forward.layout.single and not (step is not None and (plan.single_step or step.alone)):
        return
    descended = (step.reading.loss, step.reading.reduction) if step is not None and step.reading is not None else None
    found = reported_loss(search, forward, descended)
    if found is None:
        returned = _returned_by_training(settled) if descended is not None and is_explained(settled) else None
        if returned is not None and descended is not None and returned != descended:
            plan.notes.append(
                f"Its training returns {spoken(*returned)}: a metric, since its steps descend {spoken(*descended)}."
            )
        return
    if VECTOR in found.text and VECTOR not in forward.layout.y:
        if not _takes_vectors(settled):
            plan.notes.append(
                f"`{found.of}` is {spoken(*found.loss)}, where its targets are a vector, and its training takes no such: it is "
                "not judged."
            )
            return
        plan.notes.append(f"{found.of} is asked with its targets as a vector.")
    if descended is None or found.loss == descended:
        plan.loss = [*found.lines, f"float({found.text})" if found.is_number else f"np.ravel({found.text})[0]"]
        plan.claims["loss"] = found.loss
        write_constants(settled, found.text)
        return
    if begins_with_it(plan.step or plan.gradient, forward):
        return
    why = descends(*descended) if is_explained(settled) else "."
    plan.notes.append(f"{found.of} reports {spoken(*found.loss)}{why}")


def _returned_by_training(settled: Settled) -> tuple[str, str] | None:
    """The loss before the first update, if that is the first number which a call returns that trains on all samples."""
    search, step = settled.search, settled.step
    assert step is not None
    if settled.forward.layout.single or not step.lines or re.match(r"\w+ = |for ", step.lines[-1]):
        return None
    space = search.space(None, step.epochs)
    if space is None or not space.run([*step.lines[:-1], f"value = {step.lines[-1]}"]):
        return None
    value = space.names["value"]
    while isinstance(value, list | tuple | dict) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    if not _is_number(value):
        return None
    known = known_losses(search, settled.forward, space.asked)
    return next((key for key, loss in known.items() if is_near(float(value), loss)), None)


def is_explained(settled: Settled) -> bool:
    """Whether the step is that of a loss, and not of a fault."""
    step = settled.step
    return step is not None and step.reading is not None and step.reading.fault is None


def _takes_vectors(settled: Settled) -> bool:
    """Whether what trains, or gives gradients, answers for targets as a bare vector as it does for a column of them."""
    search, plan = settled.search, settled.plan
    lines, pairs = (plan.step, plan.pairs) if plan.step else (plan.gradient, plan.gradients)
    found = []
    for text in ("targets", VECTOR) if pairs else ():
        space = search.space()
        if space is None or not space.run([re.sub(r"\btargets(\.T)?(?![\w.=])", text, line) for line in lines]):
            return False
        found.append(space.parameters(pairs))
    return bool(found) and all(
        x is y is None or (x is not None and y is not None and x.shape == y.shape and np.allclose(x, y))
        for one, other in zip(*found, strict=True)
        for x, y in zip(one, other, strict=True)
    )


def place_of_number(value: Any) -> str:
    """Where the only number stands in what a function returns together, such as a loss and its gradients; "" if alone.

    Of several numbers the first is meant: Keras gives metrics after its loss.
    """
    if not isinstance(value, tuple | list):
        return ""
    return next((f"[{i}]" for i, part in enumerate(value) if _is_number(part)), "")


def _is_number(part: Any) -> bool:
    """Whether something is a number, or an array or tensor that is one."""
    return isinstance(part, Real) or (getattr(part, "ndim", None) == 0 and hasattr(part, "dtype"))


def descends(loss: str, reduction: str) -> str:
    """Why what a program reports is no loss: the end of a sentence."""
    return f": a metric, since the step descends {spoken(loss, reduction)}."


def spoken(loss: str, reduction: str) -> str:
    names = {
        "half_squared_error": "half the squared error",
        "squared_error": "the squared error",
        "cross_entropy": "the cross-entropy",
        "binary_cross_entropy": "the binary cross-entropy",
    }
    over = {"sum": "summed", "mean_samples": "averaged over samples", "mean_elements": "averaged over samples and outputs"}
    return f"{names[loss]}, {over[reduction]}"
