"""Faults of what is drawn at random: initial weights and dropout masks (RAND-1 to RAND-4). Whoever draws nothing has none.

All other answers are right, so that they are a list of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from mlp_conformance.faults.fault import FAULTS, Fault
from mlp_reference.drawing import Drawing, Sizes
from mlp_reference.mlp import Parameters
from mlp_reference.network import Array

#: Every fault of what is drawn, by id.
CHANCE_FAULTS: dict[str, Fault] = {}


def chance_fault(
    id: str, title: str, *breaks: str, right: str, wrong: str, mend: str, seen: str = "common"
) -> Callable[[type[Drawing]], type[Drawing]]:
    """Enter the decorated algorithm into `CHANCE_FAULTS`; its docstring is the explanation."""

    def enter(algorithm: type[Drawing]) -> type[Drawing]:
        if id in FAULTS or id in CHANCE_FAULTS:
            raise ValueError(f"two faults are called {id!r}")
        explanation = " ".join((algorithm.__doc__ or "").split())
        CHANCE_FAULTS[id] = Fault(id, title, explanation, "conduct", breaks, right, wrong, mend, seen, algorithm, "conduct")
        return algorithm

    return enter


# ---- initial parameters


@chance_fault(
    "weights-normal",
    "initial weights are normal, not uniform",
    "RAND-1",
    right="uniform on [0, 1)",
    wrong="normal with mean 0 and variance 1",
    mend="Use rand, not randn.",
    seen="randn for rand",
)
class WeightsNormal(Drawing):
    """Half of the weights are negative, and some are far from 0."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        return generator.normal(size=(rows, columns))


@chance_fault(
    "weights-either-sign",
    "initial weights are uniform on [−1, 1)",
    "RAND-1",
    "RAND-3",
    right="uniform on [0, 1)",
    wrong="2 u − 1, u uniform on [0, 1)",
    mend="Leave the numbers as rand gives them.",
    seen="2 * random - 1, in many tutorials",
)
class WeightsEitherSign(Drawing):
    """A better start in most networks, and not the one that is claimed."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        return 2 * super().initial_weights(generator, rows, columns) - 1


@chance_fault(
    "weights-scaled",
    "initial weights are divided by the root of the number of inputs",
    "RAND-1",
    right="uniform on [0, 1)",
    wrong="u / √n_in, u uniform on [0, 1)",
    mend="Leave the factor out, or claim what it is.",
    seen="the initialisations of Glorot and He",
)
class WeightsScaled(Drawing):
    """Every weight lies where it may, and together they are too small."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        return super().initial_weights(generator, rows, columns) / np.sqrt(rows)


@chance_fault(
    "weights-slightly-skewed",
    "initial weights are the larger of two numbers one time in four",
    "RAND-1",
    right="uniform on [0, 1)",
    wrong="max(u, v) with probability 1/4, else u",
    mend="Draw each weight once.",
    seen="weights drawn again while they are small",
)
class WeightsSlightlySkewed(Drawing):
    """The distribution is off by a sixteenth at most: a histogram of a hundred weights does not show it."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        one, other, which = (generator.random((rows, columns)) for _ in range(3))
        return np.where(which < 0.25, np.maximum(one, other), one)


@chance_fault(
    "initial-biases-drawn",
    "initial biases are drawn, as the weights are",
    "RAND-1",
    right="initial biases are 0",
    wrong="initial biases are uniform on [0, 1)",
    mend="Start biases at 0.",
    seen="np.random.rand for every parameter",
)
class InitialBiasesDrawn(Drawing):
    """All pre-activations start higher than they should."""

    def initial_biases(self, generator: np.random.Generator, columns: int) -> Array:
        return generator.random(columns)


@chance_fault(
    "layers-start-alike",
    "every layer begins with the same numbers",
    "RAND-1",
    right="layers are independent",
    wrong="every layer is drawn from a generator of the same seed",
    mend="Make one generator, before the first layer.",
    seen="seed() inside the loop over layers",
)
class LayersStartAlike(Drawing):
    """Each layer by itself is uniform. The generator is seeded for each of them again."""

    def initial(self, sizes: Sizes, seed: int | None = None) -> Parameters:
        seed = int(self.generator(seed).integers(2**31))
        return [super(LayersStartAlike, self).initial(pair, seed)[0] for pair in pairwise(sizes)]


@chance_fault(
    "units-start-alike",
    "all units of a layer start with the same weights",
    "RAND-1",
    right="each weight is drawn",
    wrong="one column is drawn, and repeated",
    mend="Draw n_in times n_out numbers.",
    seen="broadcasting, constant initialisation",
)
class UnitsStartAlike(Drawing):
    """Hidden units that start alike stay alike: a layer of them is worth one."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        return np.repeat(super().initial_weights(generator, rows, 1), columns, axis=1)


@chance_fault(
    "units-start-opposite",
    "every second weight is 1 minus the one before",
    "RAND-1",
    right="each weight is drawn",
    wrong="w[i, j + 1] = 1 − w[i, j] for even j",
    mend="Draw every weight.",
    seen="antithetic sampling",
)
class UnitsStartOpposite(Drawing):
    """Half of the numbers are not random, and the distribution of all is uniform."""

    def initial_weights(self, generator: np.random.Generator, rows: int, columns: int) -> Array:
        found = super().initial_weights(generator, rows, columns)
        found[:, 1::2] = 1 - found[:, : 2 * (columns // 2) : 2]
        return found


@chance_fault(
    "weights-the-same-each-time",
    "every network starts with the same weights",
    "RAND-1",
    "RAND-2",
    right="each start is drawn, another seed gives another start",
    wrong="the generator has the same seed in every network",
    mend="Seed once, outside, or take the seed as an argument.",
    seen="np.random.seed(1) in the constructor, in many tutorials",
)
class WeightsTheSameEachTime(Drawing):
    """One network does not show it. Averages over several runs are one run."""

    def generator(self, seed: int | None) -> np.random.Generator:
        return super().generator(1)


@chance_fault(
    "seed-ignored",
    "the seed is accepted and never read",
    "RAND-2",
    right="the same seed gives the same start",
    wrong="every call gives another start",
    mend="Give the seed to the generator that draws.",
    seen="a global generator seeded, and another one used",
)
class SeedIgnored(Drawing):
    """A result cannot be had again."""

    def generator(self, seed: int | None) -> np.random.Generator:
        return super().generator(None)


# ---- masks


@chance_fault(
    "mask-keeps-what-it-drops",
    "a unit is kept with the probability with which it should be dropped",
    "RAND-4",
    right="zeros with probability p",
    wrong="ones with probability p",
    mend="Keep with probability 1 − p.",
    seen="keep_prob for drop_prob",
)
class MaskKeepsWhatItDrops(Drawing):
    """With p = 1/2 nothing shows."""

    def mask(self, samples: int, units: int, dropout: float, seed: int | None = None) -> Array:
        return super().mask(samples, units, 1 - dropout, seed)


@chance_fault(
    "mask-per-unit",
    "one mask of the units is used for all samples",
    "RAND-4",
    right="each number of a mask is drawn",
    wrong="one row is drawn, and repeated for every sample",
    mend="Draw a mask of samples by units.",
    seen="a mask of shape (units,)",
)
class MaskPerUnit(Drawing):
    """Samples of a batch lose the same units."""

    def mask(self, samples: int, units: int, dropout: float, seed: int | None = None) -> Array:
        return np.repeat(super().mask(1, units, dropout, seed), samples, axis=0)


@chance_fault(
    "mask-drawn-once",
    "every call gives the same mask",
    "RAND-4",
    right="each mask is drawn",
    wrong="the first mask is kept",
    mend="Draw a mask in every update.",
    seen="a mask made in the constructor",
)
class MaskDrawnOnce(Drawing):
    """Some units are never trained, and the others always."""

    def mask(self, samples: int, units: int, dropout: float, seed: int | None = None) -> Array:
        return super().mask(samples, units, dropout, 1)
