"""Seeded random networks of all activations, losses and reductions, for the tests of balls and bounds."""

from __future__ import annotations

import numpy as np

from mlp_reference.formats import Format
from mlp_reference.network import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    REDUCTIONS,
    REQUIRED_OUTPUT,
    Case,
    Layer,
    Network,
)


def random_case(generator: np.random.Generator, format: Format, epochs: int = 2) -> Case:
    """A network of one to three layers, with a batch of up to five samples; every number representable in the format."""
    depth = int(generator.integers(1, 4))
    sizes = [int(n) for n in generator.integers(1, 6, depth + 1)]
    loss = str(generator.choice(LOSSES))
    names = [str(name) for name in generator.choice(HIDDEN_ACTIVATIONS, depth)]
    names[-1] = REQUIRED_OUTPUT.get(loss, "softmax" if generator.random() < 0.3 else names[-1])
    scale = float(generator.choice([0.5, 1.0]))
    layers = tuple(
        Layer(
            format.nearest(generator.normal(size=(n_in, n_out)) * scale / np.sqrt(n_in)),
            format.nearest(generator.normal(size=n_out) * scale),
            name,
        )
        for n_in, n_out, name in zip(sizes, sizes[1:], names, strict=False)
    )
    m, n = int(generator.integers(1, 6)), sizes[-1]
    if loss == "cross_entropy":
        targets = np.eye(n)[generator.integers(0, n, m)]
    elif loss == "binary_cross_entropy":
        targets = generator.choice([0.0, 0.25, 1.0], size=(m, n))
    else:
        targets = format.nearest(generator.normal(size=(m, n)))
    inputs = format.nearest(generator.normal(size=(m, sizes[0])))
    return Case(Network(layers, loss, str(generator.choice(REDUCTIONS))), inputs, targets, 0.25, epochs)
