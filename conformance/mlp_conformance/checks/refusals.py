"""What an implementation refuses in so many words although an answer exists: it gives no wrong number, and is advised."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np

from mlp_conformance.checks.comparing import Advice
from mlp_conformance.subject import RaisedError
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Network


@contextlib.contextmanager
def overflow_is_advice(which: str) -> Iterator[None]:
    """An implementation that says that the exponential overflows is told how to go on (ACT-6).

    which: pre-activations, as the message calls them.
    """
    try:
        yield
    except RaisedError as error:
        if not says_overflow(error):
            raise
        raise Advice(
            f"With pre-activations {which}: {error}, where an answer exists: take exp(z) / (1 + exp(z)) for negative z."
        ) from error


def says_overflow(error: RaisedError) -> bool:
    """Python's OverflowError, NumPy's where it is told to raise, or what a program of another language reports as one."""
    return isinstance(error.__cause__, OverflowError) or "overflow" in str(error).lower()


def lies_far_out(case: Case, format: Format) -> bool:
    """Whether some pre-activation of a case is beyond the range of the exponential, or is after a step along its gradients.

    The step is of its learning rate, or of 1 where that is longer: so gradients are seen that a program does not return.
    """
    floats = case.map(lambda array: np.asarray(array, np.float64))
    algorithm, rate = Algorithm(), max(1.0, float(case.learning_rate))
    with np.errstate(all="ignore"):
        after, _ = algorithm.train(floats.network, floats.inputs, floats.targets, np.float64(rate), max(1, case.epochs))
        networks = (floats.network, floats.network.with_parameters(after))
        steps = [step for network in networks for step in algorithm.forward_pass(network, floats.inputs)]
        return not all(bool(np.all(np.abs(step.z) <= np.log(format.largest))) for step in steps)


@contextlib.contextmanager
def no_hidden_layer_is_advice(network: Network) -> Iterator[None]:
    """An implementation that cannot do without a hidden layer, and has not said so, is told how to (COND-7)."""
    try:
        yield
    except RaisedError as error:
        if len(network.layers) > 1:
            raise
        raise Advice(f"Without a hidden layer: {error}. Claim min_hidden_layers=1 if it is not meant to work.") from error
