"""What a program lets its user choose under a name that says nothing, and the specification has not: known by what it does.

A momentum that is called beta keeps something from one step to the next. Where the number is set to nothing, and all steps are
then those of gradient descent, it is a dial like one whose name tells, and is turned off.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.rates import numbers
from mlp_reference.mlp import Algorithm

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward, Step

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
    for path, off in product(numbers(search), _OFF):
        other = replace(search, plan=search.plan.but(make=[*search.plan.make, f"{path} = {off}"]))
        if _is_as_read(other, forward, step):
            said = f"Judged with `{path.partition('.')[2] or path}` at {off[0]}, where no step depends on those before it."
            return other, replace(step, said=f"{step.said} {said}".strip())
    return None


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
