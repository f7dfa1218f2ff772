"""The script behind docs/figures/what-others-miss.md: it runs, and its gradient checking is that of PyTorch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.faults import FaultImplementation
from mlp_reference.network import Case
from power import page

FIGURES = Path(__file__).parents[2] / "docs" / "figures"
if not FIGURES.is_dir():
    pytest.skip("docs/figures is not in this copy", allow_module_level=True)
sys.path.insert(0, str(FIGURES))

import what_others_miss as figures  # noqa: E402
from tried_networks import problems  # noqa: E402

#: What each of them can see by nature: a mean for a sum is no error of the gradient, and its loss falls.
NOTICED = {
    "error-sign": {"loss", "gradient", "allclose", "bounds", "suite"},
    "mean-for-sum": {"allclose", "bounds", "suite"},
    "rate-ignored": {"allclose", "bounds", "suite"},
    "silent-float32": {"gradient", "bounds", "suite"},
    "state-left-over": {"suite", "gradient"},
}


def test_each_checker_notices_what_it_can() -> None:
    ids = list(NOTICED)
    rows = list(figures.measure(ids, ReferenceAdapter()))
    names = {
        "watching the loss go down": "loss",
        "gradient checking": "gradient",
        "comparing, `np.allclose`": "allclose",
        "derived bounds": "bounds",
        "**this suite: does not conform**": "suite",
    }
    found = {id: {names[row.name] for row in rows if row.name in names and id in row.noticed} for id in ids}
    assert found == NOTICED
    assert figures.table(rows, ids).count("\n") == 2 + len(rows)


def test_the_page_has_a_place_for_the_table() -> None:
    page = figures.PAGE.read_text(encoding="utf-8")
    before, measured, after = page.partition(figures.BEGIN)
    assert measured
    assert figures.END in after


@pytest.mark.third_party
@pytest.mark.parametrize("id", ["none", "no-half", "mean-for-sum", "bias-untrained", "hidden-derivative-twice", "regularised"])
@pytest.mark.parametrize("name", problems())
def test_gradient_checking_is_what_gradcheck_does(id: str, name: str) -> None:
    torch = pytest.importorskip("torch", reason="tox -e third-party installs it")
    program = ReferenceAdapter() if id == "none" else FaultImplementation(id)
    case = problems()[name]
    assert figures.gradient_check(program, {name: case}) is not _passes_gradcheck(torch, program, case)


def _passes_gradcheck(torch: Any, program: Any, case: Case) -> bool:
    """The program's loss and gradients as a function that PyTorch can differentiate."""

    class Loss(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(context: Any, *arrays: Any) -> Any:
            context.save_for_backward(*arrays)
            return torch.tensor(float(program.loss(network(arrays), case.inputs, case.targets)), dtype=torch.float64)

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            pairs = program.gradients(network(context.saved_tensors), case.inputs, case.targets)
            return tuple(gradient * torch.tensor(array) for pair in pairs for array in pair)

    def network(arrays: Any) -> Any:
        flat = [array.detach().numpy() for array in arrays]
        return case.network.with_parameters(list(zip(flat[::2], flat[1::2], strict=True)))

    arrays = tuple(torch.tensor(array, requires_grad=True) for pair in case.network.parameters for array in pair)
    return bool(torch.autograd.gradcheck(Loss.apply, arrays, raise_exception=False))


def test_the_pages_of_the_suites_power_are_current() -> None:
    assert not page.stale(), "out of date: python -m power.page, in the folder conformance"
