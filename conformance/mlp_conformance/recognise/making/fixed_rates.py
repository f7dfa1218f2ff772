"""A network that a program makes with a learning rate of its own shows no fault of what is done with the rate."""

from __future__ import annotations

from mlp_conformance.recognise.settle import Settled


def hides_a_fault(found: Settled, best: Settled) -> bool:
    """Whether a right step is one of a rate that is fixed, where the step of another network, whose rate is set, is a fault's.

    best: a network whose output is right, made in sizes that are asked for. A rate of 1 squared, or left out, is still 1.
    """
    step, other = found.step, best.step
    if step is None or step.reading is None or other is None or other.reading is None:
        return False
    is_right = step.reading.fault is None and step.reading.rate is not None
    is_wrong = other.reading.fault is not None and other.reading.rate is None
    return best.exact and best.plan.sizes is None and is_right and is_wrong
