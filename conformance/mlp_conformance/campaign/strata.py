"""The strata of a campaign: which kinds of networks there are to cover, for those who claim the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlp_conformance.claims import Claims

#: What a network is like inside. saturated: pre-activations as large as the formats' ranges allow; kink: pre-activations at
#: exactly 0 and close to it; tiny, huge: the scale of the inputs; near-cancelling: sums whose terms nearly cancel, and
#: outputs that nearly meet their targets; ordinary: none of these.
REGIMES = ("ordinary", "saturated", "kink", "tiny", "huge", "near-cancelling")

#: Numbers of units of a layer, from and to.
WIDTHS = {"one": (1, 1), "few": (2, 5), "many": (6, 16)}

#: Hidden layers; from the last one on, that many or more.
DEPTHS = (0, 1, 2, 3)
_DEEPEST = 5

#: The axes of a stratum, in the order of the columns of a campaign's tables.
AXES = ("dtype", "output", "loss", "reduction", "hidden", "depth", "width", "regime")


@dataclass(frozen=True)
class Stratum:
    """One kind of network. hidden: an activation, "mixed", or "none" without hidden layers; depth: hidden layers."""

    dtype: str
    output: str
    loss: str
    reduction: str
    hidden: str
    depth: int
    width: str
    regime: str

    @property
    def deepest(self) -> int:
        """The last depth stands for itself and for more."""
        return _DEEPEST if self.depth == DEPTHS[-1] else self.depth

    def on(self, axis: str) -> str:
        """Where it lies on one of the AXES."""
        return str(getattr(self, axis))


@dataclass(frozen=True)
class Strata:
    """All strata that lie within some claims, in a fixed order."""

    claims: Claims

    @cached_property
    def all(self) -> tuple[Stratum, ...]:
        claims = self.claims
        return tuple(
            Stratum(claims.dtype, output, loss, reduction, hidden, depth, width, regime)
            for output, loss in claims.pairs()
            for reduction in sorted(claims.reductions)
            for depth in self._depths
            for hidden in self._hidden(depth, output)
            for width in self._widths(output)
            for regime in REGIMES
        )

    def __len__(self) -> int:
        return len(self.all)

    @property
    def _depths(self) -> list[int]:
        claims = self.claims
        if claims.sizes:
            return [min(len(claims.sizes) - 2, DEPTHS[-1])]
        most = DEPTHS[-1] if claims.max_hidden_layers is None else claims.max_hidden_layers
        return [depth for depth in DEPTHS if claims.min_hidden_layers <= depth <= most] or [claims.min_hidden_layers]

    def _hidden(self, depth: int, output: str) -> list[str]:
        if depth == 0:
            return ["none"]
        named = sorted(self.claims.hidden_beside(output))
        if self.claims.layer_activations is not None:
            return named if len(named) == 1 else ["mixed"]
        return [*named, "mixed"] if depth > 1 and len(named) > 1 and not self.claims.same_activation else named

    def _widths(self, output: str) -> list[str]:
        if self.claims.sizes:
            return ["few"]
        return list(WIDTHS)

    def spread(self, seed: int, turn: int) -> int:
        """The stratum whose turn it is: every one once in each round, in an order of the round's own."""
        rounds, place = divmod(turn, len(self))
        return int(_order(seed, rounds, len(self))[place])


_orders: dict[tuple[int, int, int], np.ndarray] = {}


def _order(seed: int, rounds: int, count: int) -> np.ndarray:
    key = (seed, rounds, count)
    if key not in _orders:
        if len(_orders) > 8:
            _orders.clear()
        generator = np.random.Generator(np.random.Philox(key=np.array([seed, count], np.uint64), counter=rounds))
        _orders[key] = generator.permutation(count)
    return _orders[key]
