"""Training runs of the specification, and their fixtures: certified numbers at checkpoints, with bounds (TRAIN-6).

A run stands in `spec/training/ID.json`: an example with `checkpoints`, numbers of updates, in place of epochs; the document's
own has the log that it printed, too. Its fixture stands in `fixtures/training/ID.json`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference import __version__
from mlp_reference.balls import precision
from mlp_reference.carrying import STRETCH
from mlp_reference.data import fixtures_folder, spec_folder
from mlp_reference.decimals import UncertainError
from mlp_reference.examples import Example, ExampleError, parse_example
from mlp_reference.fixtures import FixtureError, digest, expected, unchanged
from mlp_reference.formats import FORMATS
from mlp_reference.layout import NOTES, example_document, laid_out, written_number
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from mlp_reference.options import OptionsError, check
from mlp_reference.oracle import Expected
from mlp_reference.progress import Progress
from mlp_reference.specification import version
from mlp_reference.training_map import TrainingMap
from mlp_reference.trajectory import BITS, Trajectory

#: Epochs that are timed to estimate a run: what the second takes longer than the first is theirs alone.
_PROBE = (10, 40)

_NOTES = {name: NOTES[name] for name in ("digest", "digits", "float64", "bound")} | {
    "run": "the inputs, exactly, the checkpoints, and what the source document printed of it",
    "results": "for each checkpoint the parameters after so many updates, a layer each, and the loss and mean squared error "
    "of these parameters, which are those before the next update; the outputs for the inputs at the last one. The exact "
    "numbers are certified by ball arithmetic, epoch by epoch, carried on by the Jacobians of the training map with their "
    "second order; a bound is what a right program may be off by after all these epochs, null where nothing can be said",
}


@dataclass(frozen=True)
class Run:
    """A training run: its example, the checkpoints in ascending order, and what was printed of it."""

    example: Example
    checkpoints: tuple[int, ...]
    printed: dict[str, Any]

    @property
    def id(self) -> str:
        return self.example.id

    @property
    def case(self) -> Case:
        return self.example.case(self.checkpoints[-1])


@cache
def runs(checked: bool = False) -> dict[str, Run]:
    """The specification's training runs by id. They are held to the schema whenever fixtures are derived."""
    found = [load_run(path, checked) for path in sorted((spec_folder() / "training").glob("*.json"))]
    return {run.id: run for run in found}


def load_run(path: Path, checked: bool = True) -> Run:
    """The run in a file; checked: against the schema. Raises ExampleError for one that cannot be used."""
    document = json.loads(path.read_text(encoding="utf-8"))
    checkpoints, printed = document.pop("checkpoints", None), document.pop("printed", {})
    if not (
        isinstance(checkpoints, list)
        and checkpoints
        and all(isinstance(k, int) and not isinstance(k, bool) and k >= 0 for k in checkpoints)
        and checkpoints == sorted(set(checkpoints))
    ):
        raise ExampleError(f"{path}: checkpoints: ascending whole numbers of at least 0 were expected")
    if "options" in document:
        document["epochs"] = [max(checkpoints[-1], 1)]  # their lists have an item for each
    return Run(parse_example(json.dumps(document), str(path), path.stem, checked), tuple(checkpoints), printed)


@dataclass(frozen=True)
class TrainingFixture:
    """A run with its certified numbers and their bounds in each format, at each checkpoint."""

    run: Run
    document: dict[str, Any]

    def parameters(self, epoch: int, format: str) -> list[tuple[Expected, Expected]]:
        """(weights, biases) of every layer after so many updates."""
        return [
            (expected(layer["weights"], format), expected(layer["biases"], format)) for layer in self._at(epoch)["parameters"]
        ]

    def loss(self, epoch: int, format: str) -> Expected:
        """E of those parameters, of shape ()."""
        return expected(self._at(epoch)["loss"], format)

    def mean_squared_error(self, epoch: int, format: str) -> Expected:
        """The metric that the document's program prints, of shape ()."""
        return expected(self._at(epoch)["mean_squared_error"], format)

    def outputs(self, epoch: int, format: str) -> Expected:
        """The outputs for the run's inputs, m by n_L; only of the last checkpoint."""
        return expected(self._at(epoch)["outputs"], format)

    def informative(self, epoch: int, format: str) -> bool:
        """Whether every parameter of a checkpoint can be judged in that format (ACC-4)."""
        return all(e.informative.all() for pair in self.parameters(epoch, format) for e in pair)

    def _at(self, epoch: int) -> dict[str, Any]:
        for found in self.document["results"]:
            if found["epoch"] == epoch:
                return dict(found)
        raise FixtureError(f"{self.run.id} has no checkpoint {epoch}: it has {', '.join(map(str, self.run.checkpoints))}")


@cache
def load_training(id: str, folder: Path | None = None) -> TrainingFixture:
    """The fixture of a run. Raises FixtureError if it is missing, or not as it was written."""
    return TrainingFixture(runs()[id], unchanged((folder or fixtures_folder() / "training") / f"{id}.json"))


# ---- writing


def own_run(example: Example, epochs: int, checkpoints: Sequence[int] = ()) -> Run:
    """So many epochs of a user's own example; by default with checkpoints 0, 1, 2, 3, 5, 10, 30, 100, 300, ... and the end.

    Raises ValueError for a checkpoint that the run does not reach, and for a list of options that is shorter than the run.
    """
    for epoch in checkpoints:
        if not 0 <= epoch <= epochs:
            raise ValueError(f"checkpoint {epoch} lies outside the run, whose epochs are 0 to {epochs}")
    usual = {0, 1, 2, 3, 5, *(base * 10**k for k in range(1, len(str(epochs))) for base in (1, 3))}
    found = set(checkpoints) or {epoch for epoch in usual if epoch <= epochs}
    run = Run(example, tuple(sorted(found | {epochs})), {})
    if run.case.options is not None:
        try:
            check(run.case.options, example.network.sizes, len(example.inputs), epochs)
        except OptionsError as error:
            raise OptionsError(f"options: {error}") from None
    return run


def estimated_seconds(run: Run) -> float:
    """What certifying a run is about to take of a processor: some of its first epochs are timed, the rest is in proportion.

    Sweeps back over all stretches grow with the square of their number; that part is counted, at 2e9 operations a second.
    Runs no longer than what would be timed take no time to speak of.
    """
    epochs, case = run.checkpoints[-1], run.case
    if epochs <= _PROBE[1]:
        return 0.0

    def timed(probe: int) -> float:
        began = time.process_time()
        trajectory = Trajectory(case, (0, probe))
        for format in FORMATS.values():
            trajectory.bounds(format)
        return time.process_time() - began

    few, more = map(timed, _PROBE)
    stretches, count = epochs / STRETCH, TrainingMap(case).size
    each = max(more - few, 0.0) / (_PROBE[1] - _PROBE[0])
    return epochs * each + (1 + len(FORMATS)) * stretches**2 * STRETCH * count**3 / 2e9


def recorded(run: Run, path: Path) -> Progress:
    """The file that keeps the progress of a run. Raises ProgressError if it exists and is another's."""
    identity = {"suite": __version__, "run": example_document(run.example), "checkpoints": list(run.checkpoints)}
    return Progress(path, identity)


def fixture_text(run: Run, progress: Callable[[int], None] = lambda done: None, record: Progress | None = None) -> str:
    """The fixture of a run as text, the same on every machine; progress hears the number of epochs done, record keeps them.

    Raises trajectory.UncertifiedError for a run that is too large or too unstable to be certified.
    """
    for bits in (BITS, 2 * BITS, 4 * BITS):
        if record and bits < (record.bits or 0):
            continue  # 50 digits were not certain at so few
        try:
            with precision(bits):
                results = _results(run, Trajectory(run.case, run.checkpoints, bits, progress, record))
        except UncertainError:
            continue
        shown = example_document(run.example) | {"checkpoints": list(run.checkpoints), "printed": run.printed}
        del shown["epochs"]
        document = {
            "suite": "mlp-conformance",
            "specification": version(),
            "notes": _NOTES,
            "run": shown,
            "results": results,
        }
        return laid_out({"digest": digest(document), **document})
    raise UncertainError(f"{run.id}: 50 digits are not certain at {4 * BITS} bits")


def _results(run: Run, trajectory: Trajectory) -> list[dict[str, Any]]:
    errors = {name: trajectory.bounds(format) for name, format in FORMATS.items()}
    return [_checkpoint(run, trajectory, epoch, errors) for epoch in run.checkpoints]


def _checkpoint(run: Run, trajectory: Trajectory, epoch: int, errors: dict[str, dict[int, np.ndarray]]) -> dict[str, Any]:
    nothing = np.full(trajectory.map.size, np.inf)
    at = {name: found.get(epoch, nothing) for name, found in errors.items()}

    def array(name: str, balls: Any, bounds: dict[str, np.ndarray]) -> dict[str, Any]:
        numbers = []
        for place, ball in np.ndenumerate(balls):
            label = name + (f"[{', '.join(map(str, place))}]" if place else "")
            bound = {format: _stored(float(b[place])) for format, b in bounds.items()}
            numbers.append(written_number(label, ball, bound))
        return {"shape": list(np.shape(balls)), "numbers": numbers}

    def computed(name: str, compute: Callable[[Case], Any]) -> dict[str, Any]:
        balls = trajectory.value(epoch, compute)
        bounds = {}
        for format, error in at.items():
            bounds[format] = np.full(balls.shape, np.inf)
            if np.isfinite(error).all():
                with np.errstate(all="ignore"):
                    bound = trajectory.value_bound(epoch, error, FORMATS[format], compute)
                bounds[format] = np.where(np.isnan(bound), np.inf, bound).reshape(balls.shape)
        return array(name, balls, bounds)

    values = trajectory.map.parts(trajectory.exact[epoch])[0]
    bounds = {name: trajectory.map.parts(error)[0] for name, error in at.items()}
    result = {
        "epoch": epoch,
        "parameters": [
            {
                part: array(f"{letter}{k + 1}", values[k][i], {name: b[k][i] for name, b in bounds.items()})
                for i, (part, letter) in enumerate((("weights", "W"), ("biases", "b")))
            }
            for k in range(len(values))
        ],
        "loss": computed("E", lambda case: Algorithm().loss(case.network, case.inputs, case.targets)),
        "mean_squared_error": computed("mean squared error", mean_squared_error),
    }
    if epoch == run.checkpoints[-1]:
        result["outputs"] = computed("y", lambda case: Algorithm().forward(case.network, case.inputs)[-1])
    return result


def mean_squared_error(case: Case) -> Any:
    """What the document's program prints: the mean of (y - a)^2 over samples and outputs."""
    network = replace(case.network, loss="squared_error", reduction="mean_elements")
    return Algorithm().loss(network, case.inputs, case.targets)


def _stored(bound: float) -> float:
    """A bound beyond all scales says nothing. Of the others three digits stand, which libraries of algebra agree on."""
    return bound if bound < 1e6 else float("inf")
