"""Small errors are seen: one kind of quantity off by 1e-11 in float64, 1e-4 in float32, a tenth in float16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings, find
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_reference import mlp
from mlp_reference.network import Network

SIZES = {"float64": 1e-11, "float32": 1e-4, "float16": 0.1}


class Off(ReferenceAdapter):
    """The reference, but what `touch` picks of an operation's answer is off by that part of itself."""

    def __init__(self, operation: str, touch: Callable[[Any], list[np.ndarray]], dtype: str) -> None:
        super().__init__(dtype)
        self.operation, self.touch, self.size = operation, touch, SIZES[dtype]

    def _off(self, operation: str, answer: Any) -> Any:
        if operation == self.operation:
            for part in self.touch(answer):
                part *= part.dtype.type(1 + self.size)
        return answer

    def forward(self, network: Network, inputs: Any) -> Any:
        return self._off("forward", [np.array(a) for a in mlp.forward(network, inputs)])

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self._off("loss", np.array(mlp.loss(network, inputs, targets)))

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self._off("gradients", [(w.copy(), b.copy()) for w, b in mlp.gradients(network, inputs, targets)])

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        losses, rate = [], np.asarray(inputs).dtype.type(learning_rate)
        for epoch in range(epochs):
            losses.append(np.array(mlp.loss(network, inputs, targets)))
            steps = [(rate * w, rate * b) for w, b in mlp.gradients(network, inputs, targets)]
            self._off(f"step {epoch + 1}", steps)
            network = network.with_parameters(
                [(w - v, b - c) for (w, b), (v, c) in zip(network.parameters, steps, strict=True)]
            )
        return self._off("train", (network.parameters, losses))


#: Quantity: the operation, the part of its answer that is off, and the check that has to see it.
QUANTITIES: dict[str, tuple[str, Callable[[Any], list[np.ndarray]], str]] = {
    "the activations of the first layer": ("forward", lambda a: a[:1], "drawn/forward"),
    "the outputs of one sample": ("forward", lambda a: [a[-1][-1:]], "drawn/forward"),
    "one output": ("forward", lambda a: [a[-1][-1:, -1:]], "drawn/forward"),
    "the loss": ("loss", lambda e: [e], "drawn/loss"),
    "the first layer's weight gradients": ("gradients", lambda g: [g[0][0]], "drawn/gradients"),
    "the last layer's weight gradients": ("gradients", lambda g: [g[-1][0]], "drawn/gradients"),
    "one weight's gradient": ("gradients", lambda g: [g[-1][0][-1:, -1:]], "drawn/gradients"),
    "the first layer's bias gradients": ("gradients", lambda g: [g[0][1]], "drawn/gradients"),
    "one bias's gradient": ("gradients", lambda g: [g[0][1][-1:]], "drawn/gradients"),
    "the first step": ("step 1", lambda s: [part for pair in s for part in pair], "drawn/train"),
    "the second step": ("step 2", lambda s: [part for pair in s for part in pair], "drawn/train"),
    "the sixth step": ("step 6", lambda s: [part for pair in s for part in pair], "drawn/train"),
    "the trained weights of one layer": ("train", lambda t: [t[0][-1][0]], "drawn/train"),
    "the trained biases of one layer": ("train", lambda t: [t[0][0][1]], "drawn/train"),
    "the first loss reported": ("train", lambda t: t[1][:1], "drawn/train"),
    "the last loss reported": ("train", lambda t: t[1][-1:], "drawn/train"),
}


@pytest.mark.parametrize(
    ("quantity", "dtype"),
    # A tenth of the sixth step is no more than five float16 steps before it may be off by.
    [(quantity, dtype) for quantity in QUANTITIES for dtype in SIZES if (quantity, dtype) != ("the sixth step", "float16")],
)
def test_a_small_error_in_one_kind_of_quantity_is_seen(quantity: str, dtype: str) -> None:
    operation, touch, id = QUANTITIES[quantity]
    wrong = lambda: Off(operation, touch, dtype)  # noqa: E731 - a factory, as `load` takes it
    assert run_check(load(wrong), find(id), Settings(shrink=False)).verdict == "failed"
