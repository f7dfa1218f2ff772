"""Which constant guards the probabilities of a cross-entropy: in the program's own loss, or in the steps that descend it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.numbers.readings import CLOSE, epsilons
from mlp_reference.mlp import Algorithm, right_deltas
from mlp_reference.network import Conventions

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled

#: How many times the weights are taken, one after another, to make probabilities small; and which part of a loss, or of the
#: largest number of a step, says that it is another one.
_STEEPER, _SHOWS = (4, 16, 64), 1e-12


def write_constants(settled: Settled, text: str, source: str = "") -> None:
    """Which constant guards the logarithms of the program's own loss, if one does: the one that gives its very number.

    source: of the loss, where it may stand in another file. Probabilities become smaller until a constant shows: one of
    1e-12 is nothing beside ordinary ones.
    """
    plan, reading = settled.plan, settled.forward.reading
    loss, reduction = plan.claims["loss"]
    options = _options(settled.search, source) if loss.endswith("cross_entropy") else []
    for other in _steeper(settled.search) if options else ():
        space = other.space(1 if settled.forward.layout.single else None)
        if space is None or not space.run([*plan.loss[:-1], f"value = {text}"]):
            return
        got = space.array("value")
        if got is None or got.size != 1 or not np.all(np.isfinite(got)):
            return
        asked, value, distances = space.asked, float(got.ravel()[0]), []
        for option in options:
            network = replace(asked.network(reading.hidden, reading.output, loss, reduction), conventions=option)
            distances.append(abs(float(Algorithm().loss(network, asked.inputs, asked.targets)) - value))
        if distances[0] > _SHOWS * abs(value):
            if min(distances) < distances[0] / 2:
                plan.claims["constants"] = _named(options[int(np.argmin(distances))])
            return


def write_constants_of_steps(settled: Settled) -> None:
    """The same of the derivative that the steps are made of, where no loss of the program's own is judged."""
    plan, step, reading = settled.plan, settled.step, settled.forward.reading
    if plan.loss or step is None or step.reading is None or step.reading.fault is not None or step.epochs > 1:
        return
    loss, reduction = step.reading.loss, step.reading.reduction
    options = _options(settled.search) if loss.endswith("cross_entropy") and step.lines else []
    for other in _steeper(settled.search) if options else ():
        batch = 1 if step.alone or settled.forward.layout.single else None
        found = other.taken(step.lines, batch)
        if found is None or not all(np.all(np.isfinite(part)) for pair in found[1] for part in pair):
            return
        asked, taken = other.answered(batch), _row(found[1])
        size = float(np.max(np.abs(taken)))
        distances = {}
        for option in options:
            network = replace(asked.network(reading.hidden, reading.output, loss, reduction), conventions=option)
            deltas: tuple[type[Algorithm], ...] = (Algorithm, *right_deltas(network))
            for delta in deltas:
                with np.errstate(all="ignore"):
                    gradients = delta().gradients(network, asked.inputs, asked.targets)
                expected = _row(gradients) * (step.reading.rate or asked.learning_rate)
                distances[option, delta] = float(np.max(np.abs(expected - taken)))
        if distances[options[0], Algorithm] > _SHOWS * size:
            nearest = min(distances, key=lambda found: distances[found])
            if distances[nearest] <= CLOSE * size and nearest[0] != options[0]:
                plan.claims["constants"] = _named(nearest[0])
            return


def _row(parameters: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.ravel(part) for pair in parameters for part in pair])


def _options(search: Search, source: str = "") -> list[Conventions]:
    """What may guard the probabilities: nothing first, then the small constants of the text; empty if there are none."""
    small = epsilons(search.program.tree) + epsilons(ast.parse(source)) + _of_libraries(search.program.source)
    guards = [Conventions(log_epsilon=e) for e in small] + [Conventions(probability_clip=e) for e in small]
    return [Conventions(), *guards] if guards else []


def _named(option: Conventions) -> dict[str, float]:
    return {name: getattr(option, name) for name in ("log_epsilon", "probability_clip") if getattr(option, name)}


def _steeper(search: Search) -> Iterator[Search]:
    """The same search with larger and larger weights, and one class for each sample."""
    for factor in _STEEPER:
        steep = replace(search.asked, parameters=[(factor * w, factor * b) for w, b in search.asked.parameters])
        hot = np.eye(steep.sizes[-1])[np.arange(len(steep.inputs)) % steep.sizes[-1]]
        yield replace(search, asked=replace(steep, targets=hot))


def _of_libraries(source: str) -> list[float]:
    """Constants that guard logarithms in libraries that a program uses: NumPy's machine epsilon, Keras's own."""
    keras = sys.modules.get("keras") if "keras" in source else None
    return [float(np.finfo(float).eps)] * ("finfo" in source) + ([float(keras.config.epsilon())] if keras is not None else [])
