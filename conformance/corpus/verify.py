"""Checks the corpus: right programs agree with torch's float64 autograd, faulty ones do not, and until corrected only.

Run `python conformance/corpus/verify.py [NAME...]`. For each program of manifest.json its driver in `drivers` sets known
parameters and returns what the program computes: any of output, loss, gradients (of the whole batch) and trained (the
parameters after some epochs). The conventions that the manifest states are given to an independent computation with torch.
A faulty program must differ from it in at least one number, must equal the catalogue's fault of that id (unless the row says
why not), and must agree with torch once its one correction has been made.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

TOLERANCE = 1e-9


@dataclass
class Problem:
    """A network, a batch and how to train: weights n_in by n_out, samples as rows."""

    W: list[Any]
    b: list[Any]
    X: Any
    Y: Any
    rate: float
    epochs: int
    conventions: dict[str, Any]
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = (self.W[0].shape[0], *(w.shape[1] for w in self.W))

    @property
    def labels(self) -> Any:
        """Class numbers, for one-hot targets."""
        return self.Y.argmax(axis=1)


def problem(row: dict[str, Any], sizes: tuple[int, ...], scale: float, rate: float, epochs: int, samples: int) -> Problem:
    """Unequal, asymmetric numbers; targets that suit the loss."""
    conventions = row["conventions"]
    numbers = np.random.default_rng(20)
    weights = [numbers.normal(0.1, 0.8, (i, o)) * scale for i, o in pairwise(sizes)]
    biases = [numbers.normal(0.05, 0.4, o) for o in sizes[1:]]
    if conventions.get("biases") == "none":
        biases = [0 * bias for bias in biases]
    inputs = numbers.normal(0.3, 1.0, (samples, sizes[0]))
    if conventions["loss"] == "cross_entropy" or conventions.get("targets") == "labels":
        targets = np.eye(sizes[-1])[np.arange(samples) % sizes[-1]]
    elif conventions["loss"] == "binary_cross_entropy":
        targets = (numbers.random((samples, sizes[-1])) > 0.5).astype(float)
    else:
        targets = numbers.uniform(0.1, 0.9, (samples, sizes[-1]))
    return Problem(weights, biases, inputs, targets, rate, epochs, conventions)


# ---- the independent computation


def activations_of(conventions: dict[str, Any], count: int) -> list[str]:
    hidden = conventions["hidden_activation"]
    if isinstance(hidden, str):
        hidden = [hidden] * (count - 1)
    return [*hidden, conventions["output_activation"]]


def torch_output(parameters: list[tuple[Any, Any]], inputs: Any, activations: list[str]) -> Any:
    apply = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "linear": lambda z: z,
        "softmax": lambda z: torch.softmax(z, dim=1),
    }
    a = inputs
    for (weights, biases), name in zip(parameters, activations, strict=True):
        a = apply[name](a @ weights + biases)
    return a


def torch_loss(output: Any, targets: Any, loss: str, reduction: str, epsilon: float = 0.0) -> Any:
    terms = {
        "half_squared_error": lambda: (output - targets) ** 2 / 2,
        "squared_error": lambda: (output - targets) ** 2,
        "cross_entropy": lambda: -torch.xlogy(targets, output + epsilon),
        "binary_cross_entropy": lambda: (
            -torch.xlogy(targets, output + epsilon) - torch.xlogy(1 - targets, 1 - output + epsilon)
        ),
    }[loss]()
    return terms.sum() / {"sum": 1, "mean_samples": len(targets), "mean_elements": targets.numel()}[reduction]


def torch_gradients(parameters: list[tuple[Any, Any]], inputs: Any, targets: Any, c: dict[str, Any]) -> list[tuple[Any, Any]]:
    leaves = [(w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in parameters]
    output = torch_output(leaves, inputs, activations_of(c, len(leaves)))
    torch_loss(output, targets, c["loss"], c["reduction"], c.get("log_epsilon", 0.0)).backward()
    return [(w.grad, 0 * b.grad if c.get("biases") == "none" else b.grad) for w, b in leaves]


def expected(p: Problem) -> dict[str, Any]:
    c = p.conventions

    def tensor(array: Any) -> torch.Tensor:
        return torch.tensor(np.asarray(array), dtype=torch.float64)

    def plain(pairs: Any) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(w.numpy(), b.numpy()) for w, b in pairs]

    start = [(tensor(w), tensor(b)) for w, b in zip(p.W, p.b, strict=True)]
    inputs, targets = tensor(p.X), tensor(p.Y)
    output = torch_output(start, inputs, activations_of(c, len(start)))
    reported = c.get("reported_loss") or c
    loss = torch_loss(output, targets, reported["loss"], reported["reduction"], reported.get("log_epsilon", 0.0))
    parameters = start
    one_by_one = c.get("updates") == "per_sample"
    for _ in range(p.epochs):
        for batch in [slice(i, i + 1) for i in range(len(inputs))] if one_by_one else [slice(None)]:
            gradients = torch_gradients(parameters, inputs[batch], targets[batch], c)
            parameters = [(w - p.rate * dw, b - p.rate * db) for (w, b), (dw, db) in zip(parameters, gradients, strict=True)]
    return {
        "output": output.numpy(),
        "loss": loss.item(),
        "gradients": plain(torch_gradients(start, inputs, targets, c)),
        "trained": plain(parameters),
    }


def from_catalogue(p: Problem, fault: str) -> dict[str, Any]:
    """The same numbers by the project's own implementation of a fault; parts that it cannot compute are left out."""
    from mlp_conformance.faults import FaultImplementation
    from mlp_reference.network import Conventions, Layer, Network

    c = p.conventions
    layers = tuple(Layer(w.copy(), b.copy(), a) for w, b, a in zip(p.W, p.b, activations_of(c, len(p.W)), strict=True))
    conventions = Conventions(relu_at_zero=c.get("relu_at_zero", 0.0), log_epsilon=c.get("log_epsilon", 0.0))
    network = Network(layers, c["loss"], c["reduction"], conventions)

    def train() -> Any:
        implementation = FaultImplementation(fault)
        if c.get("updates") != "per_sample":
            return implementation.train(network, p.X, p.Y, p.rate, p.epochs)[0]
        current = network
        for _ in range(p.epochs):
            for x, y in zip(p.X, p.Y, strict=True):
                current = current.with_parameters(implementation.train(current, x[None], y[None], p.rate, 1)[0])
        return current.parameters

    compute = {
        "output": lambda: FaultImplementation(fault).forward(network, p.X)[-1],
        "loss": lambda: FaultImplementation(fault).loss(network, p.X, p.Y),
        "gradients": lambda: FaultImplementation(fault).gradients(network, p.X, p.Y),
        "trained": train,
    }
    found = {}
    for name, function in compute.items():
        with contextlib.suppress(Exception):
            found[name] = function()
    return found


# ---- comparison


def flat(value: Any) -> Any:
    if isinstance(value, list):
        return np.concatenate([np.ravel(np.asarray(array, dtype=float)) for pair in value for array in pair])
    return np.ravel(np.asarray(value, dtype=float))


def difference(found: Any, wanted: Any) -> float:
    """The largest difference relative to max(1, |wanted|); infinite where shapes differ or a number is not finite."""
    try:
        a, b = flat(found), flat(wanted)
    except ValueError:
        return float("inf")
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    return float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b))))


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, float]:
    return {name: difference(found[name], wanted[name]) for name in found if name in wanted}


# ---- running programs


def run(row: dict[str, Any], path: Path) -> tuple[Problem, dict[str, Any], float]:
    from drivers import DRIVERS

    drive, options = DRIVERS[row["file"]]
    p = problem(row, **options)
    started = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        np.random.seed(1)
        copy = Problem(
            [w.copy() for w in p.W], [b.copy() for b in p.b], p.X.copy(), p.Y.copy(), p.rate, p.epochs, p.conventions
        )
        found = drive(path, copy)
    return p, found, time.perf_counter() - started


def corrected(row: dict[str, Any]) -> str:
    """The program's text with its one fault mended."""
    text = (FOLDER / row["file"]).read_text(encoding="utf-8")
    old, new = row["correction"]["from"], row["correction"]["to"]
    if row["file"].endswith(".ipynb"):
        old, new = json.dumps(old)[1:-1], json.dumps(new)[1:-1]
    if text.count(old) != 1:
        raise AssertionError(f"{row['file']}: {old!r} stands in it {text.count(old)} times, not once")
    return text.replace(old, new)


def check(row: dict[str, Any]) -> list[str]:
    """What is wrong with a program's row, in sentences; nothing if it is as the manifest says."""
    path = FOLDER / row["file"]
    p, found, seconds = run(row, path)
    wanted = expected(p)
    apart = differences(found, wanted)
    problems = []
    if set(found) - set(wanted) or not found:
        problems.append(f"the driver returned {sorted(found)}")
    if seconds > 5:
        problems.append(f"took {seconds:.1f} s")
    if row["right"]:
        if max(apart.values()) > TOLERANCE:
            problems.append(f"differs from torch: {apart}")
        return problems
    if max(apart.values()) <= TOLERANCE:
        problems.append("agrees with torch")
    as_catalogued = differences(found, from_catalogue(p, row["fault"]))
    if "not_as_catalogued" not in row and (not as_catalogued or max(as_catalogued.values()) > TOLERANCE):
        problems.append(f"differs from the catalogue's {row['fault']}: {as_catalogued}; from torch: {apart}")
    with tempfile.TemporaryDirectory() as folder:
        mended = Path(folder) / path.name
        mended.write_text(corrected(row), encoding="utf-8")
        _, after, _ = run(row, mended)
    if max(differences(after, wanted).values()) > TOLERANCE:
        problems.append(f"differs from torch after the correction: {differences(after, wanted)}")
    return problems


def same_numbers(row: dict[str, Any]) -> list[str]:
    """The other faults of the catalogue that give all the numbers that this program gives, on the driver's problem."""
    from mlp_conformance.faults import FAULTS

    p, found, _ = run(row, FOLDER / row["file"])
    with np.errstate(all="ignore"):
        apart = {fault: differences(found, from_catalogue(p, fault)) for fault in FAULTS if fault != row["fault"]}
    return [fault for fault, numbers in apart.items() if set(numbers) == set(found) and max(numbers.values()) <= TOLERANCE]


def main(names: list[str]) -> int:
    rows = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    failed = 0
    for row in rows:
        if names and row["file"] not in names:
            continue
        try:
            problems = check(row)
        except Exception as error:
            problems = [f"{type(error).__name__}: {error}"]
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} {row['file']}", *problems, sep="\n    " if problems else "")
    known = {row["file"] for row in rows}
    own = {"verify.py", "judge.py"}
    for path in sorted([*FOLDER.glob("*.py"), *FOLDER.glob("*.ipynb")]):
        if path.name not in known | own:
            print(f"✗ {path.name} is not in the manifest")
            failed += 1
    right = sum(row["right"] for row in rows)
    print(f"{len(rows)} programs, {right} right, {len(rows) - right} faulty; {failed} not as the manifest says")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
