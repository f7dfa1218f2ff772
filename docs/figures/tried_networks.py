"""The networks that a user would try, and all that a program answers about one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, REQUIRED_OUTPUT, Case, Layer, Network

#: Anything with forward, loss, gradients and train.
Program = Any


def _network(sizes: tuple[int, ...], activations: tuple[str, ...], loss: str, reduction: str, seed: int) -> Network:
    """Glorot's normal weights, and small random biases, so that a bias left out is seen."""
    random = np.random.default_rng(seed)
    layers = tuple(
        Layer(random.normal(size=(a, b)) * np.sqrt(2 / (a + b)), random.normal(size=b) * 0.1, name)
        for a, b, name in zip(sizes, sizes[1:], activations, strict=False)
    )
    return Network(layers, loss, reduction)


@cache
def problems() -> dict[str, Case]:
    """Four small problems with the networks that one would train on them, and as many epochs as they need."""
    random = np.random.default_rng(7)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    points = random.uniform(-1, 1, (24, 2))
    inside = (np.sum(points**2, axis=1) < 0.5).astype(np.float64)[:, None]
    label = np.arange(24) % 3
    clouds = np.array([[1.5, 0.0], [-1.0, 1.2], [-1.0, -1.2]])[label] + 0.4 * random.normal(size=(24, 2))
    curve = np.stack([np.sin(2 * points[:, 0]), points[:, 0] * points[:, 1]], axis=1)
    xor = np.array([[0.0], [1.0], [1.0], [0.0]])
    return {
        "exclusive or": Case(
            _network((2, 4, 1), ("sigmoid", "sigmoid"), "half_squared_error", "sum", 3), corners, xor, 3.0, 1000
        ),
        "three classes": Case(
            _network((2, 6, 3), ("tanh", "softmax"), "cross_entropy", "mean_samples", 2), clouds, np.eye(3)[label], 0.5, 300
        ),
        "regression": Case(
            _network((2, 8, 2), ("relu", "linear"), "squared_error", "mean_elements", 5), points, curve, 0.2, 500
        ),
        "in the circle": Case(
            _network((2, 6, 5, 1), ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", "mean_samples", 4),
            points,
            inside,
            0.5,
            600,
        ),
    }


@cache
def problems_and_random(count: int = 30) -> dict[str, Case]:
    """These, and random networks: up to three layers of up to five units, every activation, loss and reduction."""
    random = np.random.default_rng(1)
    found = dict(problems())
    for number in range(count):
        depth, m = int(random.integers(1, 4)), int(random.integers(1, 6))
        sizes = tuple(int(n) for n in random.integers(1, 6, depth + 1))
        loss, reduction = str(random.choice(LOSSES)), str(random.choice(REDUCTIONS))
        names = [str(name) for name in random.choice(HIDDEN_ACTIVATIONS, depth)]
        names[-1] = REQUIRED_OUTPUT.get(loss, "softmax" if random.random() < 0.2 else names[-1])
        layers = tuple(
            Layer(random.normal(size=(a, b)), random.normal(size=b), name)
            for a, b, name in zip(sizes, sizes[1:], names, strict=False)
        )
        targets = random.uniform(0.1, 0.9, (m, sizes[-1]))
        if names[-1] == "softmax":
            targets = targets / np.sum(targets, axis=1, keepdims=True)
        inputs = random.normal(size=(m, sizes[0]))
        found[f"random {number}"] = Case(Network(layers, loss, reduction), inputs, targets, 0.5, 3)
    return found


def fresh(case: Case, epochs: int = 3) -> Case:
    """The case with arrays of its own, and a few epochs only."""
    return replace(
        case, network=case.network.map(np.copy), inputs=case.inputs.copy(), targets=case.targets.copy(), epochs=epochs
    )


def answers(program: Program, case: Case) -> list[np.ndarray]:
    """All that a program can be asked: activations, loss, gradients, parameters and losses of training."""
    asked = fresh(case)
    given = asked.network, asked.inputs, asked.targets
    found = [*program.forward(asked.network, asked.inputs), program.loss(*given)]
    found += [array for pair in program.gradients(*given) for array in pair]
    parameters, losses = program.train(*given, asked.learning_rate, asked.epochs)
    found += [*(array for pair in parameters for array in pair), *losses]
    return [np.asarray(array.detach() if hasattr(array, "detach") else array) for array in found]
