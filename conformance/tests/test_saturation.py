"""Saturated layers: what is undefined there shows wherever the layer stands, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlp_conformance.checks import Settings, checks
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_reference.network import Network


class Exponentials:
    """Hidden layers of tanh by its formula, linear outputs: inf / inf where z is beyond 355."""

    claims = Claims(activations={"tanh"}, output_activations={"linear"})

    def _hidden(self, z: Any) -> Any:
        with np.errstate(all="ignore"):
            return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))

    def _activations(self, network: Network, inputs: Any) -> list[Any]:
        found = [inputs]
        for layer in network.layers:
            z = found[-1] @ layer.weights + layer.biases
            found.append(self._hidden(z) if layer.activation == "tanh" else z)
        return found

    def forward(self, network: Network, inputs: Any) -> Any:
        return self._activations(network, inputs)[1:]

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        a = self._activations(network, inputs)
        delta, found = a[-1] - targets, []
        for layer, before in zip(reversed(network.layers), reversed(a[:-1]), strict=True):
            found.append((before.T @ delta, delta.sum(axis=0)))
            delta = (delta @ layer.weights.T) * (1 - before * before)
        return found[::-1]


class Stable(Exponentials):
    def _hidden(self, z: Any) -> Any:
        return np.tanh(z)


def _failing(program: type[Exponentials]) -> list[str]:
    return [found.id for found in checks() if run_check(load(program), found, Settings(shrink=False)).is_broken]


def test_a_hidden_layer_that_is_undefined_in_saturation_is_seen() -> None:
    assert _failing(Exponentials) == ["saturation/hidden-activations", "saturation/hidden-gradients"]


def test_a_hidden_layer_that_is_defined_everywhere_is_right() -> None:
    assert not _failing(Stable)


@pytest.mark.parametrize("check", ["saturation/hidden-activations", "saturation/hidden-gradients"])
def test_without_hidden_biases_nothing_is_driven(check: str) -> None:
    class Bare(Stable):
        claims = Claims(activations={"tanh"}, output_activations={"linear"}, hidden_biases=False)

    (found,) = (one for one in checks() if one.id == check)
    assert run_check(load(Bare), found, Settings()).verdict == "unsupported"


class FromZero:
    """Softmax whose maximum is looked for from 0 on: 0 / 0 where all logits are far below."""

    claims = Claims(activations={"tanh"}, output_activations={"softmax"})

    def forward(self, network: Network, inputs: Any) -> Any:
        for layer in network.layers:
            z = inputs @ layer.weights + layer.biases
            inputs = np.tanh(z) if layer.activation == "tanh" else self._softmax(z)
        return inputs

    def _softmax(self, z: Any) -> Any:
        e = np.exp(z - np.max(z, axis=1, keepdims=True, initial=self.initial))
        with np.errstate(invalid="ignore"):
            return e / e.sum(axis=1, keepdims=True)

    initial = 0.0


class FromTheLeast(FromZero):
    initial = -np.inf


@pytest.mark.parametrize(("program", "verdict"), [(FromZero, "failed"), (FromTheLeast, "passed")])
def test_softmax_of_logits_that_are_all_far_below_zero(program: type[FromZero], verdict: str) -> None:
    (found,) = (one for one in checks() if one.id == "saturation/activations")
    assert run_check(load(program), found, Settings(examples=12, shrink=False)).verdict == verdict
