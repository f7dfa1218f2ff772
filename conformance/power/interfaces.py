"""What an implementation may offer of itself: all four operations, some of them, another dtype, little, a known shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.adapters.document import DocumentAdapter
from mlp_conformance.claims import Claims
from mlp_conformance.faults import FaultImplementation
from mlp_conformance.subject import OPERATIONS, Subject
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Array, Layer, Network


class Behind:
    """An adapter behind an interface: only some of its operations can be seen, and only so much is claimed."""

    def __init__(self, adapter: Any, operations: tuple[str, ...], **claimed: Any) -> None:
        self.claims: Claims = replace(adapter.claims, **claimed)
        for name in operations:
            setattr(self, name, getattr(adapter, name))


def _document_shaped(algorithm: Algorithm) -> type:
    """A class of the document's shape that computes with that algorithm."""

    class MLP:
        def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
            self.weights_input_hidden: Array = np.zeros((input_size, hidden_size))
            self.bias_hidden: Array = np.zeros((1, hidden_size))
            self.weights_hidden_output: Array = np.zeros((hidden_size, output_size))
            self.bias_output: Array = np.zeros((1, output_size))

        def _network(self) -> Network:
            hidden = Layer(self.weights_input_hidden, self.bias_hidden[0], "sigmoid")
            return Network((hidden, Layer(self.weights_hidden_output, self.bias_output[0], "sigmoid")))

        def feedforward(self, inputs: Array) -> Array:
            return algorithm.forward(self._network(), inputs)[-1]

        def train(self, inputs: Array, targets: Array, learning_rate: float, epochs: int) -> None:
            (w1, b1), (w2, b2) = algorithm.train(self._network(), inputs, targets, learning_rate, epochs)[0]
            self.weights_input_hidden, self.bias_hidden = w1, np.atleast_2d(b1)
            self.weights_hidden_output, self.bias_output = w2, np.atleast_2d(b2)

    return MLP


def _seen(*operations: str, **claimed: Any) -> Callable[[str], Any]:
    return lambda ids: Behind(FaultImplementation(*ids.split("+")), operations, **claimed)


_LITTLE: dict[str, Any] = {
    "activations": frozenset({"tanh"}),
    "output_activations": frozenset({"linear"}),
    "losses": frozenset({"squared_error"}),
    "reductions": frozenset({"mean_samples"}),
    "max_hidden_layers": 1,
    "max_batch": 4,
}

#: What is offered, by a word for it: an adapter of the faults of those ids.
INTERFACES: dict[str, Callable[[str], Any]] = {
    "all four": _seen(*OPERATIONS),
    "gradients only": _seen("gradients"),
    "train only": _seen("train"),
    "forward and loss": _seen("forward", "loss"),
    "float32": lambda ids: FaultImplementation(*ids.split("+"), dtype="float32"),
    "restricted claims": _seen(*OPERATIONS, **_LITTLE),
    "document's class": lambda ids: DocumentAdapter(_document_shaped(FaultImplementation(*ids.split("+")).algorithm)),
}


def offered(ids: str, interface: str) -> Subject:
    """The faults as an implementation that offers what the interface says."""
    return Subject(lambda: INTERFACES[interface](ids), f"fault:{ids}")
