"""Training runs of thousands of epochs, against certified numbers at checkpoints (TRAIN-1, TRAIN-2, TRAIN-6)."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from mlp_conformance.answers import Trained
from mlp_conformance.checks.refusals import no_hidden_layer_is_advice
from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.trial import Trial
from mlp_conformance.checks.triples import parameter_triples
from mlp_conformance.claims import Unsupported
from mlp_conformance.subject import Awaited
from mlp_reference.network import Case
from mlp_reference.options import Options
from mlp_reference.oracle import Expected
from mlp_reference.training import Run, TrainingFixture, load_training, runs

#: Seconds that a run may take: the document's own, any other one, and each of them under --thorough.
DOCUMENT, OTHER, THOROUGH = 1.5, 0.1, 120.0
#: Epochs that a run may have where answers come from files, and nothing is known of the time that they take.
RECORDED = 1_000
#: Up to this many epochs each checkpoint is reached from the start; later ones from the checkpoint before.
SHORT = 10


@dataclass
class _Course:
    """How far an implementation has come along a run.

    longest, pace: epochs of the longest call, and the seconds that each of them took.
    """

    trial: Trial
    run: Run
    fixture: TrainingFixture
    case: Case
    budget: float
    done: int = 0
    left_out: str = ""
    began: float = field(default_factory=time.perf_counter)
    longest: int = 0
    pace: float = 0.0
    log: dict[int, float] = field(default_factory=dict)
    awaited: list[Awaited] = field(default_factory=list)

    @property
    def dtype(self) -> str:
        return self.trial.claims.dtype

    def go(self) -> None:
        start, from_the_start = self.case, False
        longest_step = max(after - before for before, after in pairwise(self.run.checkpoints))
        self._forward(0)
        for epoch in self.run.checkpoints[1:]:
            if not any(e.informative.any() for pair in self.fixture.parameters(epoch, self.dtype) for e in pair):
                self.left_out = f"nothing can be said of {self.dtype} from epoch {epoch} on"
                return
            afresh = epoch <= SHORT or not self.trial.settings.live or self.case.options is not None
            first = 0 if afresh else self.done  # options carry more than parameters from epoch to epoch
            if first and epoch > longest_step and not from_the_start and not self._takes_too_long(epoch, epoch):
                first, from_the_start = 0, True  # one call that is longer than the steps, for what counts epochs within a call
            if epoch > SHORT and self._takes_too_long(epoch, epoch - first):
                self.left_out = f"the epochs after {self.done} would take too long: --thorough judges them"
                return
            self._advance(start if first == 0 else self.case, first, epoch)

    def _takes_too_long(self, epoch: int, ahead: int) -> bool:
        settings = self.trial.settings
        if not settings.live:
            return epoch > RECORDED and not settings.thorough
        return time.perf_counter() - self.began + self.pace * ahead > self.budget

    def _advance(self, case: Case, first: int, epoch: int) -> None:
        kept = self.trial.session.log
        if epoch - first > SHORT:
            self.trial.session.log = None  # no hypothesis is tried on thousands of epochs
        start = time.perf_counter()
        try:
            options = case.options and case.options.first(epoch)
            got = self.trial.session.train(replace(case, epochs=epoch - first, options=options))
        finally:
            self.trial.session.log = kept
        if epoch - first > self.longest:
            self.longest, self.pace = epoch - first, (time.perf_counter() - start) / (epoch - first)
        triples = parameter_triples(got.parameters, self.fixture.parameters(epoch, self.dtype))
        self.trial.compare(*triples, *self._losses(got, first, epoch), says=f"After {epoch} epochs:")
        if case.options is None:
            self.case = replace(case, network=case.network.with_parameters(got.parameters))
        self.done = epoch
        self._forward(epoch)

    def _losses(self, got: Trained, first: int, epoch: int) -> list[tuple[str, np.ndarray, Expected]]:
        if got.losses is None or self.case.options is not None:
            return []
        since = first if epoch <= SHORT else self.done  # the losses before were judged at the checkpoint before
        return [
            (f"E before update {k + 1}", np.asarray(got.losses[k - first]), self.fixture.loss(k, self.dtype))
            for k in self.run.checkpoints
            if since <= k < epoch
        ]

    def _forward(self, epoch: int) -> None:
        """What the document's program prints, from the implementation's own outputs: judged, and kept for the report."""
        if not self.run.printed or 0 < epoch <= SHORT or not self.trial.session.can("forward"):
            return
        try:
            with self.trial.session.following() if epoch else nullcontext():
                outputs = self.trial.session.forward(self.case)[-1]
        except Awaited as missing:
            if not missing.follows:
                raise
            self.awaited.append(missing)
            return
        if epoch and epoch == self.run.checkpoints[-1]:
            self.trial.compare(("y", outputs, self.fixture.outputs(epoch, self.dtype)), says=f"After {epoch} epochs:")
        targets = self.run.case.targets.astype(np.float64)
        self.log[epoch] = float(np.mean((targets - outputs) ** 2))

    def told(self) -> str:
        """What was judged, in a line."""
        parts = [f"{self.done:,} epochs judged"]
        printed = self.run.printed.get("losses", {})
        same = {k: self.log[int(k)] for k in printed if int(k) in self.log}
        if same:
            worst = max(abs(x / printed[k] - 1) for k, x in same.items())
            digits = 16 if worst == 0 else math.floor(-math.log10(worst))
            parts.append(f"the document's log as certified, and as printed to {digits} digits at epochs {', '.join(same)}")
        return "; ".join([*parts, self.left_out] if self.left_out else parts)


def _judge(trial: Trial, run: Run) -> None:
    claims, case = trial.claims, run.case
    if not claims.admit(case.network, len(case.inputs)):
        raise Unsupported("the run lies outside what is claimed")
    if (claims.log_epsilon or claims.probability_clip) and "cross_entropy" in case.network.loss:
        raise Unsupported("the run's logarithm has no epsilon and is not clipped, as is claimed")
    if case.options is not None:
        case = _with_claimed(trial, case, case.options)
    budget = THOROUGH if trial.settings.thorough else DOCUMENT if run.printed else OTHER
    course = _Course(trial, run, load_training(run.id), case, budget)
    with no_hidden_layer_is_advice(case.network):
        course.go()
    if course.awaited:
        raise course.awaited[0]
    if not course.done:
        raise Unsupported(course.left_out)
    trial.note = course.told()


def _with_claimed(trial: Trial, case: Case, asked: Options) -> Case:
    """The case with the conventions that are claimed for its options, where its fixture has the same."""
    claims = trial.claims
    if asked.clip_norm is not None and claims.clip_epsilon != float(asked.clip_epsilon):
        raise Unsupported("the run clips without the constant that is claimed")
    if asked.l2 is not None and claims.l2_over_batch != asked.l2_over_batch:
        raise Unsupported("the run's penalty and the rows of a batch go together otherwise than is claimed")
    if missing := [name for name in claims.always if name not in asked.asked]:
        raise Unsupported(f"the run is without {' and '.join(missing)}, which is always on")
    return trial.as_claimed(case)


def _register(run: Run) -> None:
    add(
        Check(
            f"training/trajectory-{run.id}",
            f"the run {run.id} has the certified parameters and losses at its checkpoints, up to epoch {run.checkpoints[-1]:,}",
            ("TRAIN-1", "TRAIN-2", "TRAIN-4", "TRAIN-5", "TRAIN-6", "ACC-1"),
            "training",
            ("train",),
            lambda trial: _judge(trial, run),
        )
    )


for _run in runs().values():
    _register(_run)
