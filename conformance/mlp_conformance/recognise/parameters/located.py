"""Where gradients stand whose values are known: expressions for each layer's weights and biases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from mlp_conformance.recognise.numbers.readings import Parameters, agrees
from mlp_conformance.recognise.parameters.slots import Slot

#: Gradients of no more than that are none but for roundings.
_NOTHING = 1e-9


class Standing:
    """The arrays that a call leaves, each with its expression, by what they may hold: a reading is soon told from all."""

    def __init__(self, arrays: Iterable[tuple[str, np.ndarray]]) -> None:
        """arrays: (expression, values), in the order in which they are preferred."""
        plain: dict[tuple[int, ...], list[tuple[str, np.ndarray]]] = defaultdict(list)
        turned: dict[tuple[int, ...], list[tuple[str, np.ndarray]]] = defaultdict(list)
        self._of_size: dict[int, list[tuple[str, np.ndarray]]] = defaultdict(list)
        for read, array in arrays:
            values = np.asarray(array, dtype=float)
            plain[values.shape].append((read, values))
            self._of_size[values.size].append((read, values.ravel()))
            if values.ndim == 2:
                turned[values.shape[::-1]].append((f"{read}.T", values.T))
        self._of_shape = {shape: plain[shape] + turned[shape] for shape in {*plain, *turned}}

    def located(self, expected: Parameters, slots: Sequence[Slot]) -> list[tuple[str, str]] | None:
        """Expressions for the gradients of each layer; those of thresholds have the other sign. None if one stands nowhere."""
        weights = []
        for w, _ in expected:
            found = next((read for read, values in self._of_shape.get(w.shape, ()) if agrees(values, w)), None)
            if found is None:
                return None
            weights.append(found)
        if any(slot.bias is None and not slot.joined for slot in slots):
            return [(found, "") for found in weights]
        negative = [slot.negative and slot.bias is not None for slot in slots]
        signed = [-b if turned else b for (_, b), turned in zip(expected, negative, strict=True)]
        exact = [self._as_they_are(b) for b in signed]
        biases = [
            found or self._one_for_all(b, k, [text for text in exact if text])
            for k, (found, b) in enumerate(zip(exact, signed, strict=True))
        ]
        if not all(biases):
            return None
        return [(w, f"-{b}" if turned else str(b)) for w, b, turned in zip(weights, biases, negative, strict=True)]

    def _as_they_are(self, b: np.ndarray) -> str | None:
        """An expression for the gradients of one layer's biases."""
        return next((read for read, values in self._of_size.get(b.size, ()) if agrees(values, b)), None)

    def _one_for_all(self, b: np.ndarray, k: int, others: Sequence[str]) -> str | None:
        """One number for all units of a layer, which is not what stands there for the units of another one.

        Any number that is 0 would do where they get nothing, but for roundings.
        """
        single = self._of_size.get(1, ()) if np.any(np.abs(b) > _NOTHING) else ()
        alone = [read for read, values in single if read not in others and agrees(np.full(b.shape, values[0]), b)]
        return f"np.full(network.sizes[{k + 1}], {alone[0]})" if alone else None
