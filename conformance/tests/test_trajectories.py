"""Training runs of thousands of epochs: right programs follow them, what only training shows is killed, nobody is sunk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gallery import GALLERY

from mlp_conformance.checks import Settings, find
from mlp_conformance.checks import trajectory as module
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load, load_command
from mlp_conformance.runner import run_check
from mlp_conformance.verdict import judge
from mlp_reference.mlp import Algorithm
from mlp_reference.training import runs

XOR = "training/trajectory-document-xor"


class MLP:
    """A class of the document's shape."""

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        self.weights_input_hidden = np.random.rand(input_size, hidden_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.weights_hidden_output = np.random.rand(hidden_size, output_size)
        self.bias_output = np.zeros((1, output_size))

    def feedforward(self, X: Any) -> Any:
        self.hidden = 1 / (1 + np.exp(-(X @ self.weights_input_hidden + self.bias_hidden)))
        self.output = 1 / (1 + np.exp(-(self.hidden @ self.weights_hidden_output + self.bias_output)))
        return self.output

    def backpropagation(self, X: Any, y: Any, learning_rate: float) -> None:
        delta = (y - self.output) * self.output * (1 - self.output)
        hidden = delta @ self.weights_hidden_output.T * self.hidden * (1 - self.hidden)
        self.weights_hidden_output += self.hidden.T @ delta * learning_rate
        self.bias_output += delta.sum(axis=0, keepdims=True) * learning_rate
        self.weights_input_hidden += X.T @ hidden * learning_rate
        self.bias_hidden += hidden.sum(axis=0, keepdims=True) * learning_rate

    def train(self, X: Any, y: Any, learning_rate: float, epochs: int) -> None:
        for _ in range(epochs):
            self.feedforward(X)
            self.backpropagation(X, y, learning_rate)


class LateCut(MLP):
    """Whose learning rate is cut after 200 epochs: only a long run shows it."""

    def train(self, X: Any, y: Any, learning_rate: float, epochs: int) -> None:
        super().train(X, y, learning_rate, min(epochs, 200))
        super().train(X, y, learning_rate / 2, max(epochs - 200, 0))


def test_a_class_of_the_documents_shape_gives_the_documents_log() -> None:
    result = run_check(load(MLP), find(XOR), Settings(thorough=True))
    assert result.verdict == "passed", result.message
    assert "10,000 epochs judged; the document's log as certified, and as printed to 1" in result.message
    assert "at epochs 0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000" in result.message


def test_what_begins_late_is_seen_late() -> None:
    result = run_check(load(LateCut), find(XOR), Settings(thorough=True))
    assert result.verdict == "failed"
    assert result.message.startswith("After 1000 epochs")


class EveryThousand(MLP):
    """Whose learning rate is halved after each thousand epochs of a call."""

    def train(self, X: Any, y: Any, learning_rate: float, epochs: int) -> None:
        for done in range(0, epochs, 1000):
            super().train(X, y, learning_rate * 0.5 ** (done // 1000), min(1000, epochs - done))


def test_what_counts_the_epochs_of_a_call_is_seen_in_one_that_is_longer_than_the_steps() -> None:
    result = run_check(load(EveryThousand), find(XOR), Settings(thorough=True))
    assert result.verdict == "failed"
    assert result.message.startswith("After 2000 epochs")


class SkippedThird(MLP):
    """Whose third epoch makes no update; it reports no losses, so that an epoch too few gives the same from three on."""

    def train(self, X: Any, y: Any, learning_rate: float, epochs: int) -> None:
        for epoch in range(epochs):
            self.feedforward(X)
            if epoch != 2:
                self.backpropagation(X, y, learning_rate)


def test_a_single_epoch_that_is_skipped_is_named() -> None:
    told = [find("golden/document-xor-step/train"), find("golden/document-example-1/train"), find("training/many-epochs")]
    report = judge(load(SkippedThird), told, Settings(examples=20))
    assert report.diagnosis[0].complete
    assert report.diagnosis[0].fault == "missed-epoch=3"


@pytest.mark.parametrize("name", [name for name in GALLERY if "loops" not in name and "exponentials" not in name])
def test_right_formulations_follow_every_run(name: str) -> None:
    for id in set(runs()) - {"iris", "xor-fast", "xor-slow"}:  # which the formulations of the reference follow
        result = run_check(load(GALLERY[name]), find(f"training/trajectory-{id}"), Settings())
        assert not result.is_broken, f"{result.message} {result.quantity} {result.expected} {result.got}"


@pytest.mark.parametrize(
    "id",
    [
        "tiny-decay", "weight-decay-on", "third-epoch-skipped", "warm-up", "gradients-accumulate", "rate-decays",
        "rate-decay-compounds", "rate-halves", "loss-after-update", "momentum-on", "nesterov-on", "stops-early",
        "one-epoch-short", "online-for-batch", "mini-batches", "returns-before-last-update", "stale-gradients",
    ],
)  # fmt: skip
def test_what_training_does_wrong_is_killed_by_a_run(id: str) -> None:
    subject = load(f"fault:{id}")
    assert any(run_check(subject, find(f"training/trajectory-{run}"), Settings()).is_broken for run in runs())


#: Adapters, the module that each needs, what to install, and a sentence on how far the document's run is judged; "" where it
#: lies outside what the library can do.
LIBRARIES = [
    ("jax", "jax", "jax", "10,000 epochs judged"),
    ("jax-float32", "jax", "jax", "nothing can be said of float32 from epoch 500 on"),
    ("torch", "torch", "torch==2.13.0", "10,000 epochs judged"),
    ("torch-float32", "torch", "torch==2.13.0", "nothing can be said of float32 from epoch 500 on"),
    ("sklearn-one-output", "sklearn", "scikit-learn", ""),
]


@pytest.mark.third_party
@pytest.mark.parametrize(("name", "module", "package", "says"), LIBRARIES, ids=[known[0] for known in LIBRARIES])
def test_libraries_follow_the_runs_in_their_dtypes(name: str, module: str, package: str, says: str, tmp_path: Path) -> None:
    """Each in a process of its own, as JAX chooses a precision for a whole process."""
    if find_spec(module) is None:
        pytest.skip(f"pip install {package}")
    report = tmp_path / "report.json"
    command = ["-m", "mlp_conformance", "run", name, "--thorough", "--select", "training/trajectory-*", "--json", str(report)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    found = {result["check"]: result for result in json.loads(report.read_text(encoding="utf-8"))["results"]}
    assert not [result for result in found.values() if result["verdict"] in ("failed", "error")], done.stdout
    assert sum(result["verdict"] == "passed" for result in found.values()) >= (11 if says else 1)
    assert says in found[XOR]["message"]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="apt-get install gcc")
@pytest.mark.parametrize(("option", "says"), [("-DFLOAT64", "10,000 epochs judged"), ("-DFLOAT32", "nothing can be said")])
def test_a_program_in_c_follows_the_runs_in_its_dtype(option: str, says: str, tmp_path: Path) -> None:
    sources = Path(__file__).parents[1] / "implementations" / "c"
    built = tmp_path / "harness"
    files = [str(sources / "harness.c"), str(sources / "network.c")]
    subprocess.run(["gcc", "-O2", option, "-o", str(built), *files, "-lm"], check=True)
    subject = load_command(str(built))
    try:
        found = {run: run_check(subject, find(f"training/trajectory-{run}"), Settings(thorough=True)) for run in runs()}
    finally:
        subject.close()
    assert not [result for result in found.values() if result.is_broken]
    assert sum(result.verdict == "passed" for result in found.values()) == 11
    assert says in found["document-xor"].message


class Slow:
    """20 ms an epoch: 10,000 would take minutes."""

    claims = Claims(name="slow")

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        assert epochs <= module.SHORT
        time.sleep(0.02 * epochs)
        return Algorithm().train(network, inputs, targets, learning_rate, epochs)


def test_a_slow_implementation_is_judged_on_what_it_has_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT", 0.5)
    result = run_check(load(Slow), find(XOR), Settings())
    assert result.verdict == "passed"
    assert "--thorough judges them" in result.message


def test_where_nothing_can_be_said_an_earlier_epoch_judges() -> None:
    result = run_check(load(GALLERY["float32"]), find(XOR), Settings(thorough=True))
    assert result.verdict == "passed"
    assert "nothing can be said of float32 from epoch" in result.message


def test_the_page_of_training_is_current() -> None:
    script = Path(__file__).parents[2] / "docs" / "figures" / "training.py"
    if not script.is_file():
        pytest.skip("docs/figures is not in this copy")
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "docs/training.md is out of date: python docs/figures/training.py"
