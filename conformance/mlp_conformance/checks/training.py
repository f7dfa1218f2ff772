"""Training beyond a few epochs and small batches: what only shows late, or only in a large batch."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
from hypothesis.errors import UnsatisfiedAssumption

from mlp_conformance.checks.comparing import Advice
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.stability import beyond_stability
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.strategies import Scope
from mlp_conformance.subject import RaisedError
from mlp_reference.formats import Format
from mlp_reference.network import Case


@check(
    "training/many-epochs",
    "the parameters after ten to forty epochs are right",
    "TRAIN-1",
    "TRAIN-4",
    phase="training",
    needs=("train",),
)
def many_epochs(trial: Trial) -> None:
    trial.for_each(Scope(epochs=(10, 40), layers=(1, 1), widest=3, batch=(1, 4)), trial.check_train, share=0.1)


@check(
    "training/no-progress",
    "every epoch makes its update where the loss hardly falls, or does not fall at all",
    "TRAIN-1",
    "TRAIN-4",
    phase="training",
    needs=("train",),
)
def no_progress(trial: Trial) -> None:
    """Who waits for a lower loss, and then ends training or shortens its steps, does as is right as long as the loss falls.

    Behind a softmax, and in formats narrower than float64, the bounds of so many epochs are too wide to tell.
    """
    if trial.claims.learning_rate is not None:
        raise Unsupported("it has one learning rate alone")

    def test(case: Case) -> None:
        trial.check_train(_slow(case, trial.format))
        beyond = beyond_stability(case, trial.format)
        if beyond is not None:
            with contextlib.suppress(UnsatisfiedAssumption):  # its bounds may leave the format's range
                trial.check_train(beyond)

    trial.for_each(Scope(epochs=(12, 40), layers=(1, 1), widest=3, batch=(1, 4)), test, share=0.1)


def _slow(case: Case, format: Format) -> Case:
    """With steps so short that half of the digits of a parameter are not moved."""
    return replace(case, learning_rate=np.float64(2.0 ** -(format.precision // 2)))


@check(
    "training/large-batch",
    "one update uses every sample of a large batch",
    "TRAIN-1",
    "BACK-6",
    phase="training",
    needs=("train",),
)
def large_batch(trial: Trial) -> None:
    trial.for_each(Scope(epochs=(1, 3), layers=(1, 1), widest=3, batch=(33, 300)), trial.check_train, share=0.1)


@check(
    "training/zero-rate",
    "a learning rate of 0, or no epochs at all, change nothing",
    "TRAIN-3",
    phase="training",
    needs=("train",),
)
def zero_rate(trial: Trial) -> None:
    """An implementation that refuses such a call outright is advised, not failed."""

    def test(case: Case) -> None:
        for still in (replace(case, learning_rate=0.0), replace(case, epochs=0)):
            what = "a learning rate of 0" if still.epochs else "0 epochs"
            try:
                trial.check_train(still)
            except RaisedError as error:
                raise Advice(f"{what} is refused: {error}") from error

    trial.for_each(Scope(epochs=(1, 2), widest=4, batch=(1, 4)), test, share=0.1)
