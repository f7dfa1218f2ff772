"""What an implementation draws: initial parameters, as the document's program does, and dropout masks (RAND-1 to 4)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array

Sizes = tuple[int, ...]


class Drawing(Algorithm):
    """The algorithm with a start of its own. Each method is one step, so that a known mistake is one method changed."""

    def generator(self, seed: int | None) -> np.random.Generator:
        """A source of random numbers; the same seed gives the same numbers, None others each time (RAND-2)."""
        return np.random.default_rng(seed)

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        """Weights of a layer before training, uniform on [0, 1), n_in by n_out (RAND-1)."""
        return generator.random((rows, columns))

    def initial_biases(self, generator: np.random.Generator, columns: int) -> Array:
        """Biases of a layer before training: 0 (RAND-1)."""
        return np.zeros(columns)

    def initial(self, sizes: Sizes, seed: int | None = None) -> Parameters:
        """(weights, biases) of every layer of a network of those sizes, inputs first (RAND-1)."""
        generator = self.generator(seed)
        return [(self.initial_weights(generator, m, n), self.initial_biases(generator, n)) for m, n in pairwise(sizes)]

    def mask(self, samples: int, units: int, dropout: float, seed: int | None = None) -> Array:
        """Zeros, with probability `dropout` each, and ones, independent of each other; samples by units (RAND-4)."""
        return np.where(self.generator(seed).random((samples, units)) < dropout, 0.0, 1.0)
