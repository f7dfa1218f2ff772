"""How many of the catalogue's faults each customary way of checking a network notices, measured.

    python docs/figures/what_others_miss.py            # prints the table (some minutes; needs torch)
    python docs/figures/what_others_miss.py --write    # and puts it into what-others-miss.md

Every fault is a whole program: the right algorithm with one formula changed. Each checker gets a fresh one and sees what a
user sees, that is its answers. A checker notices a fault if it says no, or if the program raises an error.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from tried_networks import Program, answers, fresh, problems, problems_and_random

from mlp_conformance.checks import Settings, checks
from mlp_conformance.faults import FAULTS, PHASES, FaultImplementation
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_reference.formats import FLOAT64
from mlp_reference.network import Case, Network
from mlp_reference.oracle import Expected, Oracle

PAGE = Path(__file__).with_name("what-others-miss.md")
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"

# ---- the checkers: each says whether it notices that something is wrong


def loss_stays(program: Program) -> bool:
    """Train; the last reported loss has to be below half of the first, and all of them finite."""
    return any(not _falls(program, case)[0] for case in problems().values())


def data_not_learnt(program: Program) -> bool:
    """The same, and the program's own outputs afterwards have to fit nine in ten of the training targets."""
    return any(not all(_falls(program, case)) for case in problems().values())


def _falls(program: Program, case: Case) -> tuple[bool, bool]:
    """Whether the reported loss falls to half, and whether the outputs fit afterwards."""
    asked = fresh(case, case.epochs)
    parameters, losses = program.train(asked.network, asked.inputs, asked.targets, asked.learning_rate, asked.epochs)
    output = np.asarray(program.forward(asked.network.with_parameters(parameters), asked.inputs)[-1])
    reported = np.array([float(loss) for loss in losses])
    if case.network.output_activation == "linear":
        fits = np.abs(output - case.targets) < 0.25
    elif output.shape[1] > 1:
        fits = np.argmax(output, axis=1) == np.argmax(case.targets, axis=1)
    else:
        fits = np.abs(output - case.targets) < 0.5
    return bool(np.all(np.isfinite(reported)) and reported[-1] < reported[0] / 2), bool(np.mean(fits) >= 0.9)


def gradient_check(program: Program, cases: dict[str, Case]) -> bool:
    """What torch.autograd.gradcheck does by default: each derivative against a central difference of the program's own loss.

    eps 1e-6, atol 1e-5, rtol 1e-3, and a second backward pass that has to give the same bits (nondet_tol 0).
    """
    eps, atol, rtol = 1e-6, 1e-5, 1e-3
    for case in cases.values():
        asked = fresh(case)
        network, inputs, targets = asked.network, asked.inputs, asked.targets
        # Copies: a program may hand out its own buffers, and torch too keeps what the first backward pass gave.
        found, again = (
            [np.array(array) for pair in program.gradients(network, inputs, targets) for array in pair] for _ in range(2)
        )
        for array, claimed, repeated in zip(_arrays(network), found, again, strict=True):
            slope = np.zeros_like(array)
            for place in np.ndindex(array.shape):
                value, ends = array[place], []
                for moved in (value + eps, value - eps):
                    array[place] = moved
                    ends.append(float(program.loss(network, inputs, targets)))
                array[place] = value
                slope[place] = (ends[0] - ends[1]) / (2 * eps)
            if claimed.shape != array.shape or not np.array_equal(claimed, repeated):
                return True
            if not np.all(np.abs(claimed - slope) <= atol + rtol * np.abs(slope)):
                return True
    return False


def _arrays(network: Network) -> list[np.ndarray]:
    return [array for pair in network.parameters for array in pair]


Close = Callable[[np.ndarray, np.ndarray], bool]


def like_array_api_tests(got: np.ndarray, expected: np.ndarray) -> bool:
    """math.isclose(rel_tol=0.25, abs_tol=1), the default of its element-wise tests."""
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(0.25 * np.maximum(np.abs(got), np.abs(expected)), 1.0)
        return bool(np.all(np.abs(got - expected) <= allowed))


def like_onnx(got: np.ndarray, expected: np.ndarray) -> bool:
    """rtol 1e-3, atol 1e-7: the defaults of onnx.backend.test."""
    return np.allclose(got, expected, rtol=1e-3, atol=1e-7)


def like_numpy(got: np.ndarray, expected: np.ndarray) -> bool:
    """np.allclose as it is: rtol 1e-5, atol 1e-8."""
    return np.allclose(got, expected)


def comparison(other: Program, close: Close, cases: dict[str, Case]) -> Callable[[Program], bool]:
    """All answers against those of another implementation; shapes have to be the same."""

    @cache
    def theirs(name: str) -> list[np.ndarray]:
        return answers(other, cases[name])

    def differs(program: Program) -> bool:
        return any(
            len(found := answers(program, case)) != len(expected := theirs(name))
            or not all(a.shape == b.shape and close(a, b) for a, b in zip(found, expected, strict=True))
            for name, case in cases.items()
        )

    return differs


@cache
def _exact(name: str) -> list[Expected]:
    oracle = Oracle(fresh(problems_and_random()[name]), FLOAT64)
    found = [*oracle.activations, oracle.loss, *(array for pair in oracle.gradients for array in pair)]
    return [*found, *(array for pair in oracle.trained.parameters for array in pair), *oracle.trained.losses]


def out_of_bounds(program: Program, cases: dict[str, Case]) -> bool:
    """The same answers about the same networks, against exact values with the derived bound of every number."""
    for name, case in cases.items():
        found, exact = answers(program, case), _exact(name)
        if [array.shape for array in found] != [expected.shape for expected in exact]:
            return True
        for got, expected in zip(found, exact, strict=True):
            error = np.abs((got - expected.high) - expected.low) - expected.radius
            if not np.all(error[np.isfinite(expected.bound)] <= expected.bound[np.isfinite(expected.bound)]):
                return True
    return False


_CHEAP_FIRST = ("golden", "drawn", "training", "saturation", "conduct")


def suite(id: str) -> str:
    """The first check of this suite that a fault fails, with the default settings; "advice" if one only advises; or ""."""
    subject, advised = load(f"fault:{id}"), ""
    for found in sorted(checks(), key=lambda c: _CHEAP_FIRST.index(c.kind) if c.kind in _CHEAP_FIRST else 9):
        result = run_check(subject, found, Settings(shrink=False))
        if result.is_broken:
            return found.id
        if result.verdict == "advice":
            advised = "advice"
    return advised


# ---- the measurement


@dataclass(frozen=True)
class Row:
    """A checker and the faults that it noticed."""

    name: str
    noticed: frozenset[str]


def checkers(other: Program) -> dict[str, Callable[[Program], bool]]:
    """By the name that stands in the table; `other` is the implementation to compare with."""
    few, many = problems(), problems_and_random()
    return {
        "watching the loss go down": loss_stays,
        "… and whether the data are learnt": data_not_learnt,
        "gradient checking": lambda program: gradient_check(program, few),
        "gradient checking, random networks too": lambda program: gradient_check(program, many),
        "comparing, tolerance of array-api-tests": comparison(other, like_array_api_tests, few),
        "comparing, tolerance of ONNX": comparison(other, like_onnx, few),
        "comparing, `np.allclose`": comparison(other, like_numpy, few),
        "comparing, `np.allclose`, random networks too": comparison(other, like_numpy, many),
        "derived bounds": lambda program: out_of_bounds(program, few),
        "derived bounds, random networks too": lambda program: out_of_bounds(program, many),
    }


def notices(checker: Callable[[Program], bool], program: Program) -> bool:
    """What the checker says; a program that raises an error is noticed by everybody."""
    try:
        with np.errstate(all="ignore"):
            return checker(program)
    except Exception:
        return True


def measure(ids: list[str], other: Program, whole_suite: bool = True) -> Iterator[Row]:
    """A row for each checker. Raises AssertionError if one of them rejects the right algorithm."""
    for name, checker in checkers(other).items():
        if checker(load("reference").instance):
            raise AssertionError(f"{name}: the right algorithm is rejected")
        yield Row(name, frozenset(id for id in ids if notices(checker, FaultImplementation(id))))
    if whole_suite:
        found = {id: suite(id) for id in ids}
        yield Row("**this suite: does not conform**", frozenset(id for id in ids if found[id] not in ("", "advice")))
        yield Row("**this suite: that, or advice**", frozenset(id for id in ids if found[id]))


def table(rows: list[Row], ids: list[str]) -> str:
    """Markdown: how many each checker noticed, by the phase in which the fault lies."""
    of = {phase: [id for id in ids if FAULTS[id].phase == phase] for phase in PHASES}
    lines = [
        "| noticed by | " + " | ".join(f"{phase} ({len(of[phase])})" for phase in PHASES) + f" | all {len(ids)} | |",
        "| --- |" + " ---: |" * (len(PHASES) + 2),
    ]
    for row in rows:
        counts = [len(row.noticed.intersection(of[phase])) for phase in PHASES]
        cells = " | ".join(map(str, counts))
        lines.append(f"| {row.name} | {cells} | {len(row.noticed)} | {100 * len(row.noticed) / len(ids):.0f}% |")
    return "\n".join(lines) + "\n"


def missed(rows: list[Row], ids: list[str]) -> str:
    """Markdown: the faults that each checker did not notice, folded."""
    return "".join(
        f"\n<details><summary>Not noticed by {row.name.strip('*')}</summary>\n\n"
        + (", ".join(f"`{id}`" for id in ids if id not in row.noticed) or "none")
        + "\n\n</details>\n"
        for row in rows
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"put the result into {PAGE.name}")
    arguments = parser.parse_args()
    try:
        import torch

        from mlp_conformance.adapters.torch import TorchAdapter
    except ImportError:
        print("PyTorch is what the faults are compared with: pip install torch", file=sys.stderr)
        return 2
    start, ids = time.perf_counter(), list(FAULTS)
    rows = list(measure(ids, TorchAdapter()))
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__.partition('+')[0]}"
    text = f"{table(rows, ids)}\nMeasured on {date.today()} with {versions}.\n{missed(rows, ids)}"
    print(text)
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
    if arguments.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(before + BEGIN + text + END + rest.partition(END)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
