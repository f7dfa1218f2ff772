"""Any network that is claimed: drawn by Hypothesis, its numbers against certified values with derived bounds."""

from __future__ import annotations

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.strategies import Scope


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
    for epochs in range(1, 7):
        trial.for_each(Scope(epochs=(epochs, epochs)), trial.check_train, share=1 / 6)
