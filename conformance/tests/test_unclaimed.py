"""What has no claims: an adapter where it knows what a network is, and none where its methods only take as many arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.loading import LoadError, load

FOREIGN = """
class Net:
    def __init__(self, {given}):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def train(self, {first}, targets, learning_rate=0.01, epochs=100, shuffle=False):
        for _ in range(epochs):
            for x, y in zip({first}, targets):
                self.layers[-1].learn(x, y, learning_rate)


def make():
    return Net()
"""
ADAPTER = """
import math

class Mine:
    def forward(self, {first}, x):
        for layer in {name}.layers:
            x = 1 / (1 + math.e ** -(x @ layer.weights + layer.biases))
        return x
"""


def imported(text: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    return name


@pytest.mark.parametrize("first", ["inputs", "network"])
@pytest.mark.parametrize("name", ["Net", "make"])
def test_methods_that_take_as_many_arguments_make_no_adapter(
    first: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = imported(FOREIGN.format(given="width=2", first=first), f"foreign_{first}_{name}", tmp_path, monkeypatch)
    said = r"cannot be called as an adapter's are, with \(network, inputs, \.\.\.\): train raised TypeError"
    with pytest.raises(LoadError, match=said) as refusal:
        load(f"{module}:{name}")
    assert str(refusal.value).endswith("\nWrite an adapter of a few lines (README, 'Judge your own network')")


def test_why_a_class_cannot_be_driven_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = FOREIGN.format(given="width, colour", first="inputs")
    module = imported(text, "foreign_of_arguments", tmp_path, monkeypatch)
    with pytest.raises(LoadError, match="found no network in its") as refusal:
        load(f"{module}:Net")
    assert "needs none" not in str(refusal.value)


@pytest.mark.parametrize(
    ("first", "name"), [("network", "network"), ("mlp", "mlp"), ("what: 'Network'", "what"), ("what", "what")]
)
def test_an_adapter_without_claims_is_judged(first: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(ADAPTER.format(first=first, name=name), f"mine_{name}_{len(first)}", tmp_path, monkeypatch)
    assert load(f"{module}:Mine").operations == {"forward"}
