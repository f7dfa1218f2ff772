"""Checks the corpus: right programs agree with torch's float64 autograd, faulty ones do not, and until corrected only.

Run `python conformance/corpus/verify.py [NAME...]`. For each program of manifest.json its driver in `drivers` sets known
parameters and returns what the program computes: any of output, loss, gradients (of the whole batch) and trained (the
parameters after some epochs). The conventions that the manifest states are given to an independent computation with torch.
A faulty program must differ from it in at least one number, must equal the catalogue's fault of that id (unless the row says
why not), and must agree with torch once its one correction has been made. A fault that the row says shows `only_with_nan` must
not show in numbers, and must where an input is NaN. A program whose library is not installed is skipped, and said to be.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

from independent import Problem, activations_of, expected, flat  # noqa: E402 - beside this file

TOLERANCE = 1e-9
#: The same for programs that the manifest says compute in float32, which a library does not always let be changed.
SINGLE = 1e-6
#: What programs are written with, where it is not torch: those of a library that is missing are skipped.
LIBRARIES = ("autograd", "jax", "keras", "flax")


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
        if np.ptp(targets) == 0:
            raise AssertionError("all targets are the same: half of the loss is not tried")
    else:
        targets = numbers.uniform(0.1, 0.9, (samples, sizes[-1]))
    return Problem(weights, biases, inputs, targets, rate, epochs, conventions)


# ---- the catalogue


def from_catalogue(p: Problem, fault: str) -> dict[str, Any]:
    """The same numbers by the project's own implementation of a fault; parts that it cannot compute are left out."""
    from mlp_conformance.faults import FaultImplementation
    from mlp_reference.network import Conventions, Layer, Network

    c = p.conventions
    layers = tuple(Layer(w.copy(), b.copy(), a) for w, b, a in zip(p.W, p.b, activations_of(c, len(p.W)), strict=True))

    def with_loss(of: dict[str, Any]) -> Network:
        conventions = Conventions(relu_at_zero=c.get("relu_at_zero", 0.0), log_epsilon=of.get("log_epsilon", 0.0))
        return Network(layers, of["loss"], of["reduction"], conventions)

    network = with_loss(c)

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
        "loss": lambda: FaultImplementation(fault).loss(with_loss(c.get("reported_loss") or c), p.X, p.Y),
        "gradients": lambda: FaultImplementation(fault).gradients(network, p.X, p.Y),
        "trained": train,
    }
    found = {}
    for name, function in compute.items():
        with contextlib.suppress(Exception):
            found[name] = function()
    return found


# ---- comparison


def difference(found: Any, wanted: Any) -> float:
    """The largest difference relative to max(1, |wanted|); infinite where shapes differ or a number is not finite.

    NaN is right where NaN is wanted, which it is of an input that is NaN alone (`expected`).
    """
    try:
        a, b = flat(found), flat(wanted)
    except ValueError:
        return float("inf")
    if a.shape != b.shape:
        return float("inf")
    numbers = ~(np.isnan(a) & np.isnan(b))
    a, b = a[numbers], b[numbers]
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    return float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b)), initial=0.0))


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, float]:
    return {name: difference(found[name], wanted[name]) for name in found if name in wanted}


# ---- running programs


def run(row: dict[str, Any], path: Path, nan: bool = False) -> tuple[Problem, dict[str, Any], float]:
    """The problem, what the program computes of it, and the time that took. nan: the last sample's first input is NaN."""
    from drivers import DRIVERS

    drive, options = DRIVERS[row["file"]]
    p = problem(row, **options)
    if nan:
        p.X[-1, 0] = np.nan
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
    tolerance = SINGLE if row["conventions"].get("precision") == "float32" else TOLERANCE
    wanted = expected(p)
    apart = differences(found, wanted)
    problems = []
    if set(found) - set(wanted) or not found:
        problems.append(f"the driver returned {sorted(found)}")
    if seconds > (60 if any(name in row["style"] for name in LIBRARIES) else 5):  # a library takes its time to load
        problems.append(f"took {seconds:.1f} s")
    if row["right"]:
        if max(apart.values()) > tolerance:
            problems.append(f"differs from torch: {apart}")
        return problems
    only_with_nan = row.get("only_with_nan", False)
    if only_with_nan:
        if max(apart.values()) > tolerance:
            problems.append(f"differs from torch without a NaN: {apart}")
        p, found, _ = run(row, path, nan=True)
        apart = differences(found, expected(p))
    if max(apart.values()) <= tolerance:
        problems.append("agrees with torch")
    as_catalogued = differences(found, from_catalogue(p, row["fault"]))
    if "not_as_catalogued" not in row and (not as_catalogued or max(as_catalogued.values()) > tolerance):
        problems.append(f"differs from the catalogue's {row['fault']}: {as_catalogued}; from torch: {apart}")
    with tempfile.TemporaryDirectory() as folder:
        mended = Path(folder) / path.name
        mended.write_text(corrected(row), encoding="utf-8")
        for nan in (False, True) if only_with_nan else (False,):
            p, after, _ = run(row, mended, nan)
            apart = differences(after, expected(p))
            if max(apart.values()) > tolerance:
                problems.append(f"differs from torch after the correction{' with a NaN' if nan else ''}: {apart}")
    return problems


def same_numbers(row: dict[str, Any]) -> list[str]:
    """The other faults of the catalogue that give all the numbers that this program gives, on the driver's problem."""
    from mlp_conformance.faults import FAULTS

    p, found, _ = run(row, FOLDER / row["file"], row.get("only_with_nan", False))
    with np.errstate(all="ignore"):
        apart = {fault: differences(found, from_catalogue(p, fault)) for fault in FAULTS if fault != row["fault"]}
    return [fault for fault, numbers in apart.items() if set(numbers) == set(found) and max(numbers.values()) <= TOLERANCE]


def main(names: list[str]) -> int:
    rows = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    failed = skipped = 0
    for row in rows:
        if names and row["file"] not in names:
            continue
        try:
            problems = check(row)
        except ModuleNotFoundError as error:
            if error.name in LIBRARIES:
                skipped += 1
                print(f"– {row['file']} skipped: pip install {error.name}")
                continue
            problems = [f"{type(error).__name__}: {error}"]
        except Exception as error:
            problems = [f"{type(error).__name__}: {error}"]
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} {row['file']}", *problems, sep="\n    " if problems else "")
    known = {row["file"] for row in rows}
    own = {"independent.py", "verify.py", "judge.py"}
    for path in sorted([*FOLDER.glob("*.py"), *FOLDER.glob("*.ipynb")]):
        if path.name not in known | own:
            print(f"✗ {path.name} is not in the manifest")
            failed += 1
    right = sum(row["right"] for row in rows)
    left_out = f"; {skipped} skipped" if skipped else ""
    print(f"{len(rows)} programs, {right} right, {len(rows) - right} faulty; {failed} not as the manifest says{left_out}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
