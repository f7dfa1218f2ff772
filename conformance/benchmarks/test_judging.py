"""What a verdict costs, and how its cost grows; what torch's gradcheck and scikit-learn's check_estimator cost and see."""

from __future__ import annotations

import time
import warnings
from statistics import mean
from typing import Any

import numpy as np
import pytest
from conftest import Figure, Ratios
from drawn_network import drawn_case, in_torch, parameters_of

from mlp_conformance.checks import Settings, checks
from mlp_conformance.faults import FAULTS
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check, run_checks
from mlp_reference import mlp
from mlp_reference.formats import FLOAT64
from mlp_reference.network import Layer, Network
from mlp_reference.oracle import Oracle

CLASSIC = (
    "output-derivative-missing", "hidden-derivative-missing", "derivative-of-preactivation", "hidden-sees-updated-weights",
    "error-sign", "bias-untrained", "last-sample-only", "mean-for-sum", "weights-transposed", "relu-derivative-one-below",
    "softmax-over-batch", "bias-rate-one",
)  # fmt: skip


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _estimator(algorithm: mlp.Algorithm) -> Any:
    """A regressor with one hidden layer that trains with that algorithm, as scikit-learn's checks expect one."""
    base = pytest.importorskip("sklearn.base", reason="pip install scikit-learn")
    from sklearn.utils.validation import check_is_fitted, validate_data

    class Regressor(base.RegressorMixin, base.BaseEstimator):  # type: ignore[misc, name-defined]
        def fit(self, X: Any, y: Any) -> Any:
            X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
            random = np.random.default_rng(0)
            self.scale_ = np.abs(X).max() + 1.0
            layers = (
                Layer(random.normal(size=(X.shape[1], 4)) / 4, np.zeros(4), "relu"),
                Layer(random.normal(size=(4, 1)) / 4, np.zeros(1), "linear"),
            )
            network = Network(layers, "half_squared_error", "mean_samples")
            targets = np.asarray(y, dtype=np.float64).reshape(-1, 1)
            parameters, _ = algorithm.train(network, X / self.scale_, targets, 0.1, 100)
            self.network_ = network.with_parameters(parameters)
            return self

        def predict(self, X: Any) -> Any:
            check_is_fitted(self)
            X = validate_data(self, X, reset=False, dtype=np.float64)
            return algorithm.forward(self.network_, X / self.scale_)[-1][:, 0]

    return Regressor()


def _check_estimator_fails(estimator: Any) -> int:
    """How many of scikit-learn's checks the estimator fails."""
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, on_fail=None, on_skip=None)
    return sum(result["status"] == "failed" for result in results)


def _gradcheck_fails(algorithm: mlp.Algorithm) -> bool:
    """torch.autograd.gradcheck of a loss whose backward pass is that algorithm's, on two networks with a batch of three."""
    torch = pytest.importorskip("torch")
    for output, loss in (("sigmoid", "half_squared_error"), ("softmax", "cross_entropy")):
        case = drawn_case((3, 3, 3), 3)
        layers = (
            Layer(case.network.layers[0].weights, case.network.layers[0].biases, "relu"),
            Layer(case.network.layers[1].weights, case.network.layers[1].biases, output),
        )
        network = Network(layers, loss)
        targets = np.eye(3) if loss == "cross_entropy" else case.targets

        def pairs(given: Any) -> list[tuple[Any, Any]]:
            arrays = [part.detach().numpy() for part in given]
            return list(zip(arrays[::2], arrays[1::2], strict=True))

        class Loss(torch.autograd.Function):  # type: ignore[misc, name-defined]
            @staticmethod
            def forward(context: Any, *given: Any, network: Any = network, targets: Any = targets, case: Any = case) -> Any:
                context.save_for_backward(*given)
                value = algorithm.loss(network.with_parameters(pairs(given)), case.inputs, targets)
                return torch.tensor(float(value), dtype=torch.float64)

            @staticmethod
            def backward(context: Any, grad: Any, network: Any = network, targets: Any = targets, case: Any = case) -> Any:
                moved = network.with_parameters(pairs(context.saved_tensors))
                found = algorithm.gradients(moved, case.inputs, targets)
                return tuple(grad * torch.tensor(np.array(part)) for pair in found for part in pair)

        given = tuple(torch.tensor(array, requires_grad=True) for pair in network.parameters for array in pair)
        if not torch.autograd.gradcheck(Loss.apply, given, raise_exception=False):
            return True
    return False


def test_a_default_run(ratios: Ratios) -> None:
    """`run reference`, every check, against check_estimator of scikit-learn's own regressor."""
    neural = pytest.importorskip("sklearn.neural_network", reason="pip install scikit-learn")
    from sklearn.utils.estimator_checks import check_estimator

    def theirs() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_estimator(neural.MLPRegressor(), on_fail=None, on_skip=None)

    def ours() -> None:
        assert not any(result.is_broken for result in run_checks(load("reference"), None, Settings()))

    seconds, yardstick = ratios.against(ours, theirs, rounds=1)
    remark = f"{seconds:.2f} s to {yardstick:.2f} s"
    ratios.note(Figure("run reference, every check", seconds / yardstick, "check_estimator(MLPRegressor())", "< 5 s", remark))


def test_golden_checks_a_second(ratios: Ratios) -> None:
    golden = [found for found in checks() if found.kind == "golden"]
    subject = load("reference")

    def ours() -> None:
        for found in golden:
            run_check(subject, found, Settings())

    ours()
    case = drawn_case((3, 4, 2), 5)
    loss, parameters = in_torch(case)
    torch = pytest.importorskip("torch")
    seconds, yardstick = ratios.against(ours, lambda: torch.autograd.gradcheck(loss, parameters), rounds=5)
    each = seconds / len(golden)
    ratios.note(Figure("a golden check", each / yardstick, "gradcheck of 3-4-2", "1,000 a second", f"{1 / each:,.0f} a second"))


def test_a_drawn_case(ratios: Ratios) -> None:
    """Certified activations, loss and gradients of a small network, with every bound."""
    torch = pytest.importorskip("torch")
    case = drawn_case((3, 4, 2), 5)
    loss, parameters = in_torch(case)

    def ours() -> None:
        oracle = Oracle(case, FLOAT64)
        _ = oracle.activations, oracle.loss, oracle.gradients

    seconds, yardstick = ratios.against(ours, lambda: torch.autograd.gradcheck(loss, parameters), rounds=50)
    remark = f"{1e3 * seconds:.2f} ms to {1e3 * yardstick:.2f} ms"
    ratios.note(Figure("oracle and bounds, 3-4-2, batch 5", seconds / yardstick, "gradcheck", "< 3 ms", remark))


def test_cost_in_proportion_to_weights_times_batch(ratios: Ratios) -> None:
    """The exponent of a power fitted to the seconds of the certified gradients, from 1e3 to 1e6 weights times batch."""
    cases = [
        drawn_case(sizes, batch)
        for sizes, batch in (((8, 8, 4), 10), ((16, 16, 8), 26), ((40, 40, 20), 42), ((100, 100, 50), 67))
    ]
    work = [parameters_of(case) * len(case.inputs) for case in cases]
    seconds = [min(_seconds(lambda case=case: Oracle(case, FLOAT64).gradients) for _ in range(3)) for case in cases]
    exponent = float(np.polyfit(np.log(work), np.log(seconds), 1)[0])
    shown = ", ".join(f"{w:,} in {1e3 * s:.3g} ms" for w, s in zip(work, seconds, strict=True))
    ratios.against(lambda: Oracle(cases[0], FLOAT64).gradients, lambda: None, rounds=1)
    ratios.note(Figure("exponent of the cost of certified gradients", exponent, "weights times batch", "< 1.1", shown))


def test_the_classic_bugs(ratios: Ratios) -> None:
    """How many of the twelve each checker sees, and what one of them costs."""

    def ours(id: str) -> bool:
        subject = load(f"fault:{id}")
        return any(run_check(subject, found, Settings(shrink=False)).is_broken for found in checks())

    assert not _gradcheck_fails(mlp.Algorithm())
    right = _check_estimator_fails(_estimator(mlp.Algorithm()))
    seen, spent = {}, {}
    for name, sees in (
        ("this suite", ours),
        ("torch.autograd.gradcheck", lambda id: _gradcheck_fails(FAULTS[id].algorithm())),
        ("check_estimator", lambda id: _check_estimator_fails(_estimator(FAULTS[id].algorithm())) > right),
    ):
        found, costs = [], []
        for id in CLASSIC:
            start = time.perf_counter()
            found.append(_or_error(sees, id))
            costs.append(time.perf_counter() - start)
        seen[name], spent[name] = sum(found), mean(costs)
    ratios.against(lambda: ours("error-sign"), lambda: None, rounds=1)
    for name, count in seen.items():
        ratios.note(
            Figure(f"classic bugs seen by {name}", count, "of 12", "", f"{spent[name]:.2g} s each, until the first complaint")
        )


def _or_error(sees: Any, id: str) -> bool:
    """A program that raises is noticed by everybody."""
    try:
        return bool(sees(id))
    except Exception:
        return True
