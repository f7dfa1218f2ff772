"""PyTorch: layers from torch.nn.functional, gradients from its autograd, training by torch.optim.SGD."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.nn import functional

from mlp_conformance.adapters.sequential import SequentialAdapter
from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network
from mlp_reference.options import OPTIONS, of

__all__ = ["SequentialAdapter", "TorchAdapter", "bfloat16", "float32"]

Tensor = Any
Pairs = list[tuple[Tensor, Tensor]]

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "linear": lambda z: z,
    "softmax": lambda z: torch.softmax(z, dim=1),
}
#: For each loss: torch's function, a factor, whether it takes pre-activations, the reduction that it calls "mean".
_LOSSES: dict[str, tuple[Callable[..., Tensor], float, bool, str]] = {
    "half_squared_error": (functional.mse_loss, 0.5, False, "mean_elements"),
    "squared_error": (functional.mse_loss, 1.0, False, "mean_elements"),
    "cross_entropy": (functional.cross_entropy, 1.0, True, "mean_samples"),
    "binary_cross_entropy": (functional.binary_cross_entropy_with_logits, 1.0, True, "mean_elements"),
}


class TorchAdapter:
    """The whole algorithm in torch, on the CPU, in one of its dtypes."""

    def __init__(self, dtype: str = "float64") -> None:
        self.dtype = getattr(torch, dtype)
        self.claims = Claims(
            name="torch",
            version=torch.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
            options=set(OPTIONS) - {"dropout", "masks"},
            clip_epsilon=1e-6,
        )

    def forward(self, network: Network, inputs: Array) -> list[Tensor]:
        with torch.no_grad():
            return [a for _, a in self._steps(network, self._parameters(network), self._tensor(inputs))]

    def loss(self, network: Network, inputs: Array, targets: Array) -> Tensor:
        return self._loss(network, self._parameters(network), self._tensor(inputs), self._tensor(targets))

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        parameters = self._parameters(network)
        self._loss(network, parameters, self._tensor(inputs), self._tensor(targets)).backward()
        return [(weights.grad, biases.grad) for weights, biases in parameters]

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int, **asked: Any
    ) -> tuple[Pairs, list[Tensor]]:
        options = of(asked)
        parameters, x, y = self._parameters(network), self._tensor(inputs), self._tensor(targets)
        tensors = [tensor for pair in parameters for tensor in pair]
        optimizer = torch.optim.SGD(
            tensors, lr=learning_rate, momentum=options.momentum or 0.0, nesterov=bool(options.nesterov and options.momentum)
        )
        losses = []
        for epoch in range(epochs):
            optimizer.param_groups[0]["lr"] = options.rate(learning_rate, epoch)
            for rows in options.batches(len(x), epoch):
                optimizer.zero_grad()
                loss = self._loss(network, parameters, x[rows], y[rows])
                if options.l2 is not None:
                    loss = loss + options.l2 / 2 * sum((weights**2).sum() for weights, _ in parameters)
                loss.backward()
                if options.clip_norm is not None:
                    torch.nn.utils.clip_grad_norm_(tensors, options.clip_norm)
                optimizer.step()
                losses.append(loss.detach())
        return parameters, losses

    def _tensor(self, values: Array) -> Tensor:
        return torch.tensor(values, dtype=self.dtype)

    def _parameters(self, network: Network) -> Pairs:
        return [(self._tensor(w).requires_grad_(), self._tensor(b).requires_grad_()) for w, b in network.parameters]

    def _steps(self, network: Network, parameters: Pairs, x: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Pre-activations and activations of every layer; torch keeps weights with a row for each output."""
        for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
            z = functional.linear(x, weights.T, biases)
            x = _ACTIVATIONS[layer.activation](z)
            yield z, x

    def _loss(self, network: Network, parameters: Pairs, x: Tensor, y: Tensor) -> Tensor:
        z, a = list(self._steps(network, parameters, x))[-1]
        function, factor, from_logits, mean = _LOSSES[network.loss]
        predicted = z if from_logits else a
        if network.reduction == mean:
            return factor * function(predicted, y, reduction="mean")
        return factor * function(predicted, y, reduction="sum") / divisor(network, y)


def float32() -> TorchAdapter:
    return TorchAdapter("float32")


def bfloat16() -> TorchAdapter:
    return TorchAdapter("bfloat16")
