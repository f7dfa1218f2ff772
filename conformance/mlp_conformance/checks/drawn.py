"""Any network that is claimed: drawn by Hypothesis, its numbers against certified values with derived bounds."""

from __future__ import annotations

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.strategies import Scope

_DEEP = Scope(layers=(4, 6), widest=5, batch=(1, 4))
_LARGE_BATCH = Scope(layers=(1, 1), widest=4, batch=(33, 300))


@check(
    "drawn/forward",
    "the activations of drawn networks are right",
    "FWD-1",
    "FWD-2",
    "FWD-3",
    "FWD-4",
    "FWD-5",
    "ACT-1",
    "ACT-2",
    "ACT-3",
    "ACT-4",
    "ACT-5",
    "NET-1",
    "NET-2",
    "NET-4",
    "ACC-1",
    phase="forward",
    needs=("forward",),
)
def forward(trial: Trial) -> None:
    trial.for_each(Scope(), trial.check_forward)


@check(
    "drawn/loss",
    "the loss of drawn networks is right",
    "LOSS-1",
    "LOSS-2",
    "LOSS-3",
    "LOSS-4",
    "LOSS-5",
    "LOSS-6",
    "LOSS-7",
    "LOSS-10",
    "ACC-1",
    phase="forward",
    needs=("loss",),
)
def loss(trial: Trial) -> None:
    trial.for_each(Scope(), trial.check_loss)


@check(
    "drawn/deep-forward",
    "the activations of networks with four to six hidden layers are right",
    "NET-3",
    "FWD-1",
    phase="forward",
    needs=("forward",),
)
def deep_forward(trial: Trial) -> None:
    trial.for_each(_DEEP, trial.check_forward, share=0.1)


@check(
    "drawn/large-batch-forward",
    "the activations of large batches are right in every row",
    "FWD-4",
    "NET-4",
    phase="forward",
    needs=("forward",),
)
def large_batch_forward(trial: Trial) -> None:
    trial.for_each(_LARGE_BATCH, trial.check_forward, share=0.1)


@check(
    "drawn/gradients",
    "the gradients of drawn networks are right",
    "BACK-1",
    "BACK-2",
    "BACK-3",
    "BACK-4",
    "BACK-5",
    "BACK-6",
    "BACK-8",
    "ACT-7",
    "ACT-8",
    "ACT-9",
    "ACT-10",
    "ACT-11",
    "ACC-1",
    phase="gradients",
)
def gradients(trial: Trial) -> None:
    trial.for_each(Scope(), trial.check_gradients)


@check(
    "drawn/deep-gradients",
    "the gradients of networks with four to six hidden layers are right",
    "NET-3",
    "BACK-3",
    phase="gradients",
)
def deep_gradients(trial: Trial) -> None:
    trial.for_each(_DEEP, trial.check_gradients, share=0.1)


@check(
    "drawn/large-batch-gradients",
    "the gradients of large batches are right",
    "BACK-6",
    phase="gradients",
)
def large_batch_gradients(trial: Trial) -> None:
    trial.for_each(_LARGE_BATCH, trial.check_gradients, share=0.1)


@check(
    "drawn/train",
    "the parameters of drawn networks after one to six epochs are right, and so are reported losses",
    "UPD-1",
    "UPD-2",
    "UPD-3",
    "TRAIN-1",
    "TRAIN-2",
    "TRAIN-4",
    "TRAIN-5",
    "BACK-7",
    "ACC-1",
    phase="training",
    needs=("train",),
)
def train(trial: Trial) -> None:
    trial.for_each(Scope(epochs=(1, 6), widest=6, batch=(1, 6)), trial.check_train)
