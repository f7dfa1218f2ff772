"""PyTorch: layers from torch.nn.functional, gradients from its autograd, training by torch.optim.SGD."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import torch
from torch.nn import functional

from mlp_conformance.adapters.differentiating import DifferentiatingAdapter, Functions, Pairs
from mlp_conformance.adapters.torch_sgd import descended
from mlp_reference.losses import divisor
from mlp_reference.network import Array, Network
from mlp_reference.options import OPTIONS, of

Tensor = Any


class TorchAdapter(DifferentiatingAdapter):
    """The whole algorithm in torch, on the CPU, in one of its dtypes."""

    activations: ClassVar[Functions] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "linear": lambda z: z,
        "softmax": lambda z: torch.softmax(z, dim=1),
    }
    #: For each loss: torch's function, a factor, whether it takes pre-activations, the reduction that it calls "mean".
    losses: ClassVar[dict[str, tuple[Any, float, bool, str]]] = {
        "half_squared_error": (functional.mse_loss, 0.5, False, "mean_elements"),
        "squared_error": (functional.mse_loss, 1.0, False, "mean_elements"),
        "cross_entropy": (functional.cross_entropy, 1.0, True, "mean_samples"),
        "binary_cross_entropy": (functional.binary_cross_entropy_with_logits, 1.0, True, "mean_elements"),
    }

    def __init__(self, dtype: str = "float64") -> None:
        super().__init__("torch", torch.__version__, dtype, options=set(OPTIONS) - {"dropout", "masks"}, clip_epsilon=1e-6)
        self.dtype = getattr(torch, dtype)

    def array(self, values: Array) -> Tensor:
        return torch.tensor(values, dtype=self.dtype)

    def parameters(self, network: Network) -> Pairs:
        return [(weights.requires_grad_(), biases.requires_grad_()) for weights, biases in super().parameters(network)]

    def linear(self, x: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
        """torch keeps weights with a row for each output."""
        return functional.linear(x, weights.T, biases)

    def loss_of(self, parameters: Pairs, network: Network, x: Tensor, y: Tensor) -> Tensor:
        z, a = self.steps(network, parameters, x)[-1]
        function, factor, from_logits, mean = self.losses[network.loss]
        predicted = z if from_logits else a
        if network.reduction == mean:
            return factor * function(predicted, y, reduction="mean")
        return factor * function(predicted, y, reduction="sum") / divisor(network, y)

    def loss_and_gradients(self, parameters: Pairs, network: Network, x: Tensor, y: Tensor) -> tuple[Tensor, Pairs]:
        loss = self.loss_of(parameters, network, x, y)
        loss.backward()
        return loss.detach(), [(weights.grad, biases.grad) for weights, biases in parameters]

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int, **asked: Any
    ) -> tuple[Pairs, list[Tensor]]:
        parameters, x, y = self.parameters(network), self.array(inputs), self.array(targets)
        return descended(parameters, partial(self.loss_of, parameters, network), x, y, learning_rate, epochs, of(asked))


def float32() -> TorchAdapter:
    return TorchAdapter("float32")


def bfloat16() -> TorchAdapter:
    return TorchAdapter("bfloat16")
