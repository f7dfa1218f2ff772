"""Which answers to look at, of more than can be looked at: those that differ in what they can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from heapq import heapify, heappop, heapreplace

from mlp_conformance.subject import Call

#: Numbers beyond these are one class: a fault that shows with 4 samples shows with 40.
_MANY = 4
#: Of a call's size only the logarithm counts: a tenth of a point for each doubling.
_COST = 0.1


def told(call: Call) -> Iterator[Hashable]:
    """What an answer can tell: of its operation, epochs, depth, widths, batch, activations and loss, each by itself."""
    case, network = call.case, call.case.network
    shapes = [weights.shape for weights, _ in network.parameters]
    yield "layers", min(len(network.layers), _MANY)
    yield "batch", min(len(case.inputs), _MANY)
    yield "outputs", min(network.sizes[-1], _MANY)
    yield "inputs", min(network.sizes[0], 2)
    yield "square", any(rows == columns for rows, columns in shapes)
    yield "loss", network.loss, network.output_activation
    yield "reduction", network.reduction
    for layer in network.layers[:-1]:
        yield "hidden", layer.activation
    if call.operation == "train":
        yield "epochs", min(case.epochs, _MANY)
        yield "trained layers", min(len(network.layers), 2), min(case.epochs, 2)


def telling(calls: list[Call], most: int, size: Callable[[Call], int]) -> list[Call]:
    """Up to `most` of the calls, in an order whose beginning says most; size: how much there is to compute for one.

    The smallest comes first; then, each time, the one that says most of what was said least so far, and small ones before
    large ones that say as much.
    """
    ordered = sorted(calls, key=size)
    says = [set(told(call)) for call in ordered]
    costs = [_COST * size(call).bit_length() for call in ordered]
    said: Counter[Hashable] = Counter()

    def worth(index: int) -> float:
        return sum(1 / (1 + said[what]) ** 2 for what in says[index]) - costs[index]

    def take(index: int) -> Call:
        said.update(says[index])
        return ordered[index]

    if not ordered or not most:
        return []
    chosen = [take(0)]
    waiting = [(-worth(index), index) for index in range(1, len(ordered))]
    heapify(waiting)
    while waiting and len(chosen) < most:
        _, index = waiting[0]  # what a call is worth can only fall: the others are worth no more than was last found
        now = (-worth(index), index)
        if len(waiting) == 1 or now <= min(waiting[1:3]):
            heappop(waiting)
            chosen.append(take(index))
        else:
            heapreplace(waiting, now)
    return chosen
