"""What a program lets its user choose under a name that says nothing, and the specification has not: known by what it does.

A momentum that is called beta keeps something from one step to the next. Where the number is set to nothing, and all steps are
then those of gradient descent, it is a dial like one whose name tells, and is turned off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.rates import numbers
from mlp_conformance.recognise.source.signatures import signature
from mlp_reference.mlp import Algorithm

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward, Space, Step

#: What turns something off: a number that is added does nothing at 0, a factor does nothing at 1.
_OFF = ("0.0", "1.0")
#: Steps after which something that goes from one to the next has shown.
_EPOCHS = 3


def without_choice(search: Search, forward: Forward, step: Step | None) -> tuple[Search, Step] | None:
    """The search and the step with the number turned off by which the steps are others than the reading's; None if none is."""
    if step is None or step.reading is None or not step.lines or not search.has_biases:
        return None
    fault = step.reading.fault
    chosen = fault is not None and fault.choice
    if not chosen and (step.whole or _is_as_read(search, forward, step)):
        return None
    if chosen:
        step = replace(step, reading=replace(step.reading, fault=None))
    for other, turned, name, off in _turned(search, step):
        if _is_as_read(other, forward, turned):
            said = f"Judged with `{name}` at {off[0]}, where no step depends on those before it."
            return other, replace(turned, said=f"{step.said} {said}".strip())
    return None


def _turned(search: Search, step: Step) -> Iterator[tuple[Search, Step, str, str]]:
    """The search and the step with one number set to what does nothing: one that stands somewhere, or is an argument."""
    for path, off in product(numbers(search), _OFF):
        other = replace(search, plan=search.plan.but(make=[*search.plan.make, f"{path} = {off}"]))
        yield other, step, path.partition(".")[2] or path, off
    space = search.space()
    for name, off in product(_by_default(space, step.lines[-1]) if space is not None else (), _OFF):
        call = step.lines[-1].rstrip(")")
        closing = step.lines[-1][len(call) :]
        yield search, replace(step, lines=[*step.lines[:-1], f"{call}, {name}={off}{closing}"]), name, off


def _by_default(space: Space, line: str) -> list[str]:
    """The arguments of the function that a line calls last which it is not given, and which are numbers up to 1 by default."""
    called = re.match(r"(?:\w+ = )?((?:program|model)\.[\w.]+)\(.*[^(]\)+$", line)
    found = space.value(called[1]) if called else None
    optional = [p for p in signature(found) or [] if type(p.default) is float and 0 < p.default <= 1] if callable(found) else []
    return [p.name for p in optional if not re.search(rf"\b{p.name}=", line)]


def _is_as_read(search: Search, forward: Forward, step: Step) -> bool:
    """Whether some steps, one after another, are those of the reading, with its fault if it has one."""
    reading = step.reading
    assert reading is not None
    batch = 1 if forward.layout.single else None
    found = search.taken(step.lines if step.whole else step.lines * _EPOCHS, batch, _EPOCHS)
    if found is None:
        return False
    asked = search.answered(batch)
    network = asked.network(forward.reading.hidden, forward.reading.output, reading.loss, reading.reduction)
    algorithm = reading.fault.algorithm() if reading.fault is not None else Algorithm()
    with np.errstate(all="ignore"):
        try:
            after, _ = algorithm.train(network, asked.inputs, asked.targets, reading.rate or asked.learning_rate, _EPOCHS)
        except Exception:  # a fault that cannot go on
            return False
    expected = [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, after, strict=True)]
    return search.is_step(found[1], expected)
