"""Training by torch.optim.SGD, with the options that it has or that go with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from mlp_conformance.adapters.differentiating import Pairs
from mlp_reference.options import Options

Tensor = Any


def descended(
    parameters: Pairs,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    learning_rate: float,
    epochs: int,
    options: Options,
) -> tuple[Pairs, list[Tensor]]:
    """The parameters after that many epochs on x and y, and the loss before each update."""
    tensors = [tensor for pair in parameters for tensor in pair]
    momentum = options.momentum or 0.0
    optimizer = torch.optim.SGD(tensors, lr=learning_rate, momentum=momentum, nesterov=bool(options.nesterov and momentum))
    losses = []
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = options.rate(learning_rate, epoch)
        for rows in options.batches(len(x), epoch):
            optimizer.zero_grad()
            loss = loss_of(x[rows], y[rows])
            if options.l2 is not None:
                loss = loss + options.l2 / 2 * sum((weights**2).sum() for weights, _ in parameters)
            loss.backward()
            if options.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_(tensors, options.clip_norm)
            optimizer.step()
            losses.append(loss.detach())
    return parameters, losses
