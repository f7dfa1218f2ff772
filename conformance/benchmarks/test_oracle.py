"""What certified values with their bounds cost, to gradient checking and to the floats themselves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest import Figure, Ratios
from drawn_network import drawn_case, in_torch, parameters_of
from fresh import answer

from mlp_reference import mlp
from mlp_reference.formats import FLOAT64
from mlp_reference.network import Case
from mlp_reference.oracle import Oracle

_LARGE = (784, 128, 10)

#: Prints seconds and the peak of memory (KiB) of a fresh process, before and after the work.
_LARGE_PROGRAM = """
import json, sys, time
sys.path.insert(0, {folder!r})
from drawn_network import drawn_case
from mlp_reference.formats import FLOAT64
from mlp_reference import mlp
from mlp_reference.oracle import Oracle
def peak():  # of this process alone: ru_maxrss would count its parent's, which it was forked from
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
case = drawn_case({sizes!r}, 32)
mlp.gradients(case.network, case.inputs, case.targets)
small = drawn_case((3, 4, 2), 5)
Oracle(small, FLOAT64).gradients  # loads what is loaded late
before = peak()
start = time.perf_counter()
oracle = Oracle(case, FLOAT64)
oracle.gradients
seconds = time.perf_counter() - start
print(json.dumps([seconds, before, peak()]))
"""


def certified(case: Case) -> None:
    """Every number that can be asked for but training's, and its bound."""
    oracle = Oracle(case, FLOAT64)
    _ = oracle.activations, oracle.loss, oracle.gradients


@pytest.mark.parametrize("hidden", [4, 16, 64, 256])
def test_against_gradcheck(ratios: Ratios, hidden: int) -> None:
    """The same network: certified activations, loss and gradients here, central differences of the loss there."""
    torch = pytest.importorskip("torch")
    case = drawn_case((8, hidden, 4), 4)
    loss, parameters = in_torch(case)
    rounds = 7 if hidden < 100 else 3
    ours, theirs = ratios.against(lambda: certified(case), lambda: torch.autograd.gradcheck(loss, parameters), rounds=rounds)
    remark = f"{1e3 * ours:.3g} ms to {1e3 * theirs:.3g} ms"
    what = f"oracle, 8-{hidden}-4, {parameters_of(case)} parameters"
    ratios.note(Figure(what, ours / theirs, "torch.autograd.gradcheck", "", remark))


def test_784_128_10_with_a_batch_of_32(ratios: Ratios) -> None:
    """Time, to what a gradient check's evaluations of the loss would take, and to the floats' gradients."""
    torch = pytest.importorskip("torch")
    case = drawn_case(_LARGE, 32)
    loss, parameters = in_torch(case)
    evaluations = 50

    def evaluate() -> None:
        with torch.no_grad():
            for _ in range(evaluations):
                loss(*parameters)

    ours, fifty = ratios.against(lambda: Oracle(case, FLOAT64).gradients, evaluate, rounds=3)
    needed = 2 * parameters_of(case)
    theirs = fifty / evaluations * needed
    remark = f"{ours:.2f} s to {theirs:.0f} s"
    to = f"{needed} losses in torch, from {evaluations}"
    ratios.note(Figure("oracle, 784-128-10, batch 32, gradients", ours / theirs, to, "< 2 s", remark))

    start = time.perf_counter()
    for _ in range(20):
        mlp.gradients(case.network, case.inputs, case.targets)
    floats = (time.perf_counter() - start) / 20
    ratios.note(Figure("the same", ours / floats, "the gradients in NumPy", "", f"{1e3 * floats:.2g} ms in NumPy"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks of memory are read from Linux's /proc")
def test_memory_of_784_128_10_with_a_batch_of_32(ratios: Ratios) -> None:
    """The peak of a fresh process, to the peak before the certified values were asked for."""
    program = _LARGE_PROGRAM.format(folder=str(Path(__file__).parent), sizes=_LARGE)
    found: list[list[float]] = []
    ratios.against(lambda: found.append(answer(program)), lambda: None, rounds=1)
    seconds, before, after = found[0]
    remark = f"{(after - before) / 1024:.0f} MiB more than {before / 1024:.0f}, in {seconds:.2f} s"
    ratios.note(Figure("peak memory, 784-128-10, batch 32", after / before, "the process before", "< 1 GB", remark))
