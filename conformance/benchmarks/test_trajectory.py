"""What training costs: certified runs and bounds, the reference's own floats, and an epoch as networks grow."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Figure, Ratios
from drawn_network import drawn_case, parameters_of
from fresh import answer

from mlp_reference import mlp
from mlp_reference.formats import FLOAT64
from mlp_reference.network import Case, Layer, Network
from mlp_reference.training import runs
from mlp_reference.trajectory import Trajectory

#: Prints the seconds of a processor that certifying the document's run takes, and the peak of a fresh process's memory (KiB).
_CERTIFIED = """
import json, time
from mlp_reference.training import runs
from mlp_reference.trajectory import Trajectory
def peak():  # of this process alone: ru_maxrss would count its parent's, which it was forked from
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
run = runs()["document-xor"]
start = time.process_time()
Trajectory(run.case, run.checkpoints)
print(json.dumps([time.process_time() - start, peak()]))
"""


def floats(case: Case) -> Case:
    return case.map(lambda values: np.array(values, dtype=np.float64))


def trained(case: Case, epochs: int) -> Any:
    return mlp.train(case.network, case.inputs, case.targets, case.learning_rate, epochs)


def torch_loop(case: Case, epochs: int) -> Callable[[], None]:
    """What everybody writes: Linear and activations in a Sequential, SGD, zero_grad, backward, step."""
    torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
    torch.set_num_threads(1)
    activations = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "softmax": torch.nn.Identity}

    def loop() -> None:
        parts: list[Any] = []
        for layer in case.network.layers:
            linear = torch.nn.Linear(*layer.weights.shape, dtype=torch.float64)
            linear.weight.data, linear.bias.data = torch.tensor(layer.weights.T.copy()), torch.tensor(layer.biases.copy())
            parts += [linear, activations[layer.activation]()]
        model = torch.nn.Sequential(*parts)
        x, y = torch.tensor(case.inputs), torch.tensor(case.targets)
        optimizer = torch.optim.SGD(model.parameters(), lr=float(case.learning_rate))
        entropy = torch.nn.CrossEntropyLoss()
        for _ in range(epochs):
            optimizer.zero_grad()
            loss = entropy(model(x), y) if case.network.loss == "cross_entropy" else ((model(x) - y) ** 2).sum() / 2
            loss.backward()
            optimizer.step()

    return loop


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks of memory are read from Linux's /proc")
def test_certified_xor_run(ratios: Ratios) -> None:
    """The document's 10,000 epochs to 50 digits in a fresh process, against the same epochs in floats."""
    found: list[list[float]] = []
    case = floats(runs()["document-xor"].case)
    ours, theirs = ratios.against(lambda: found.append(answer(_CERTIFIED)), lambda: trained(case, 10_000), rounds=1)
    seconds, peak = found[0]
    remark = f"{seconds:.1f} s of a processor, {peak / 1024:.0f} MiB"
    ratios.note(Figure("10,000 epochs of XOR, certified", ours / theirs, "the same in floats", "< 15 s, 500 MB", remark))


def test_bounds_along_the_xor_run(ratios: Ratios) -> None:
    run = runs()["document-xor"]
    trajectory, case = Trajectory(run.case, run.checkpoints), floats(run.case)
    ours, theirs = ratios.against(lambda: trajectory.bounds(FLOAT64), lambda: trained(case, 10_000), rounds=2)
    remark = f"{ours:.2f} s to {theirs:.2f} s"
    ratios.note(Figure("bounds along 10,000 epochs", ours / theirs, "the float run", "< 10", remark))


def test_float_training_of_xor(ratios: Ratios) -> None:
    case, epochs = floats(runs()["document-xor"].case), 1_000
    loop = torch_loop(case, epochs)
    loop()
    ours, theirs = ratios.against(lambda: trained(case, epochs), loop, rounds=3)
    remark = f"{1e6 * ours / epochs:.0f} µs to {1e6 * theirs / epochs:.0f} µs an epoch"
    ratios.note(Figure("the reference's training of XOR", ours / theirs, "torch's plain loop", "< 0.2", remark))


def test_float_training_of_digits(ratios: Ratios) -> None:
    """64-32-10, 1,797 samples of scikit-learn's digits, the whole batch an update."""
    datasets = pytest.importorskip("sklearn.datasets", reason="pip install scikit-learn")
    neural = pytest.importorskip("sklearn.neural_network", reason="pip install scikit-learn")
    pixels, labels = datasets.load_digits(return_X_y=True)
    x, epochs = pixels / 16, 30
    random = np.random.default_rng(0)
    layers = (
        Layer(random.normal(size=(64, 32)) / 8, np.zeros(32), "tanh"),
        Layer(random.normal(size=(32, 10)) / 6, np.zeros(10), "softmax"),
    )
    case = Case(Network(layers, "cross_entropy", "mean_samples"), x, np.eye(10)[labels], 0.1, epochs)
    loop = torch_loop(case, epochs)
    plain = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "shuffle": False, "tol": 0.0, "n_iter_no_change": epochs + 1}
    model = neural.MLPClassifier((32,), "tanh", batch_size=len(x), max_iter=epochs, learning_rate_init=0.1, **plain)

    def fit() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, labels)

    sklearn: list[float] = []

    def both() -> None:
        start = time.perf_counter()
        fit()
        sklearn.append(time.perf_counter() - start)

    loop()
    both()
    ours, torch_seconds = ratios.against(lambda: trained(case, epochs), loop, rounds=3)
    for _ in range(3):
        both()
    others = {"torch": torch_seconds, "scikit-learn": float(np.median(sklearn[1:]))}
    faster = min(others, key=lambda name: others[name])
    remark = ", ".join(f"{name} {1e3 * s / epochs:.2f} ms" for name, s in {"ours": ours, **others}.items()) + " an epoch"
    ratios.note(Figure("the reference's training of digits", ours / others[faster], faster, "< 1.5", remark))


def test_an_epoch_costs_in_proportion_to_weights_times_samples(ratios: Ratios) -> None:
    """The exponent of a power fitted to the seconds of an epoch, from 1e5 to 1e8 weights times samples (DEMO-5)."""
    cases = [
        drawn_case(sizes, batch)
        for sizes, batch in (((32, 32, 16), 100), ((64, 64, 32), 300), ((128, 128, 64), 600), ((256, 256, 128), 1000))
    ]
    work = [parameters_of(case) * len(case.inputs) for case in cases]
    seconds = [min(_processor(lambda case=case: trained(case, 3)) / 3 for _ in range(5)) for case in cases]
    exponent = float(np.polyfit(np.log(work), np.log(seconds), 1)[0])
    shown = ", ".join(f"{w:,} in {1e3 * s:.3g} ms" for w, s in zip(work, seconds, strict=True))
    ratios.against(lambda: trained(cases[0], 3), lambda: None, rounds=1)
    ratios.note(Figure("exponent of the cost of an epoch", exponent, "weights times samples", "< 1.1", shown))


def _processor(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
