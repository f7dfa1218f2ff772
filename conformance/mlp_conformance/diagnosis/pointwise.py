"""Which function stands in the place of an activation, of its derivative or of the loss: asked for, value by value.

Networks are made in which one argument occurs several times, beside other weights. What comes out the same wherever the
argument is the same is a function of it, and is told; anything else is something else, and is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.claims import Unsupported
from mlp_conformance.diagnosis.formulas import OF_AN_ERROR, OF_Z, OF_Z_AND_A, Formulas, digits, formula
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import Awaited, SubjectError
from mlp_reference import losses
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Layer, Network

#: Where the functions are asked for: on both sides of 0, at no equal distances.
_ARGUMENTS = (-1.75, -0.625, -0.1875, 0.3125, 0.75, 1.5)
#: Networks in which each is asked for, and those that are drawn to find them.
_NETWORKS, _DRAWN = 4, 80
#: What a quotient is by has to be so large.
_LEAST = 1e-3
#: Sentences of this kind beyond which the rest follows from the first.
_MOST = 2
_SMALL = Scope(layers=(0, 2), widest=4, batch=(1, 1))

Point = tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """A function that was asked for: what came out at each point, and what should have."""

    what: str
    letters: tuple[str, ...]
    among: Formulas
    values: dict[Point, list[float]]
    right: dict[Point, float]

    def sentence(self, precision: float) -> str:
        """What it is instead; "" where it is right, or no function of these arguments alone."""
        if len(self.values) < len(_ARGUMENTS) or not all(_agree(found, precision) for found in self.values.values()):
            return ""
        means = {point: float(np.mean(found)) for point, found in self.values.items()}
        worst = max(means, key=lambda point: abs(means[point] - self.right[point]))
        if abs(means[worst] - self.right[worst]) <= precision * (1 + abs(self.right[worst])):
            return ""
        known = formula(means, self.among, precision) or "another function"
        at = ", ".join(f"{letter} = {digits(x)}" for letter, x in zip(self.letters, worst, strict=True))
        got, right = means[worst], self.right[worst]
        return f"As if {self.what} were {known}: {digits(got, right)} at {at}, where {digits(right, got)} is right."


def _agree(found: list[float], precision: float) -> bool:
    """Whether the same came out wherever the argument was the same; what occurs once may depend on anything."""
    return len(found) > 1 and bool(np.all(np.isfinite(found))) and np.ptp(found) <= precision * (1 + abs(found[0]))


def pointwise(given: Investigation) -> list[str]:
    """Sentences about functions that are others than they should be, where what comes before them is right."""
    asked = _Asked(given)
    if "forward" in given.found.operations:
        kinds: tuple[Callable[[], Iterator[Found]], ...] = (asked.activations,)
    elif "loss" in given.found.operations:
        kinds = (asked.losses, asked.loss_slopes, asked.slopes)
    else:
        kinds = (asked.loss_slopes, asked.slopes)
    sentences = (found.sentence(asked.precision) for kind in kinds for found in kind())
    return list(islice(filter(None, sentences), _MOST))


class _Asked:
    """An instance of the implementation, and the networks in which it is asked: single samples."""

    def __init__(self, given: Investigation) -> None:
        self._subject = given.subject
        self._format, self._claims = given.subject.format, given.subject.claims
        self.precision = 2.0 ** -(self._format.precision // 2)
        drawn: list[Case] = []
        if not _SMALL.is_empty(self._claims):
            run_drawn(drawn.append, cases(self._claims, _SMALL), _DRAWN, given.settings.seed, shrink=False)
        self._drawn = [case.map(lambda array: np.asarray(array, np.float64)) for case in drawn]
        self._session = given.subject.session()

    def activations(self) -> Iterator[Found]:
        """Those of the first layer, and others that no first layer has."""
        for index, name, here in self._by_layer():
            values: dict[Point, list[float]] = defaultdict(list)
            for z, case in self._with_preactivations(here, index):
                answer = self._answer("forward", case)
                if answer is not None and len(answer) == len(case.network.layers) and not isinstance(answer[index], Withheld):
                    values[z,] += np.asarray(answer[index], np.float64).ravel().tolist()
            yield Found(f"{name}(z)", ("z",), OF_Z, values, {point: _right(name, *point)[0] for point in values})

    def losses(self) -> Iterator[Found]:
        """Those of a single error, the other outputs having none."""
        for name, here in self._by(_squared):
            values: dict[Point, list[float]] = defaultdict(list)
            for e, _, case in self._with_errors(here):
                answer = self._answer("loss", case)
                if answer is not None:
                    values[e,].append(float(answer) * losses.divisor(case.network, case.targets))
            right = {point: _factor(name) * point[0] ** 2 / 2 for point in values}
            yield Found(f"the {_plain(name)} of an error e = a − y", ("e",), OF_AN_ERROR, values, right)

    def loss_slopes(self) -> Iterator[Found]:
        """Their derivatives by the output, from the gradients of the output layer."""
        for name, here in self._by(_squared):
            values: dict[Point, list[float]] = defaultdict(list)
            for e, j, case in self._with_errors(here):
                slope = _derivative(case, len(case.network.layers) - 1)[j]
                delta = self._deltas(case).get(len(case.network.layers) - 1)
                if delta is not None and abs(slope) > _LEAST:
                    values[e,].append(float(delta[j]) / slope * losses.divisor(case.network, case.targets))
            right = {point: _factor(name) * point[0] for point in values}
            yield Found(f"the derivative of the {_plain(name)} by an error e = a − y", ("e",), OF_AN_ERROR, values, right)

    def slopes(self) -> Iterator[Found]:
        """The derivatives of these layers' activations, where the deltas of the layer above are right.

        Layers of one unit do not tell a derivative from a unit that is left out: wider ones have to be among them.
        """
        for index, name, here in self._by_layer(hidden=True):
            values: dict[Point, list[float]] = defaultdict(list)
            several = {len(case.network.layers[index].biases) > 1 for case in here}
            for z, case in self._with_preactivations(here, index):
                deltas, above = self._deltas(case), index + 1
                steps = Algorithm().forward_pass(case.network, case.inputs)
                right = Algorithm().deltas(case.network, steps, case.targets)[above][0]
                if index in deltas and above in deltas and np.allclose(deltas[above], right, rtol=self.precision, atol=0):
                    errors = case.network.layers[above].weights @ right
                    several.discard(len(errors) > 1)
                    usable = np.abs(errors) > _LEAST * (1 + np.max(np.abs(right)))
                    values[z, _right(name, z)[0]] += (deltas[index][usable] / errors[usable]).tolist()
            slopes = {point: _right(name, point[0])[1] for point in values}
            if True not in several:
                yield Found(f"the derivative of {name}", ("z", "a"), OF_Z_AND_A, values, slopes)

    def _by(self, kind: Callable[[Case], str]) -> Iterator[tuple[str, list[Case]]]:
        """A few of the networks of each kind that is not "": those whose narrowest layers are widest, which tell most apart."""
        found: dict[str, list[Case]] = defaultdict(list)
        for case in sorted(self._drawn, key=lambda case: -min(case.network.sizes[1:])):
            if name := kind(case):
                found[name].append(case)
        yield from ((name, here[:_NETWORKS]) for name, here in sorted(found.items()) if name != "softmax")

    def _by_layer(self, hidden: bool = False) -> Iterator[tuple[int, str, list[Case]]]:
        """Layers in which every activation occurs, with its name and networks: the first, where it may be any.

        hidden: only those before the output layer.
        """
        claimed = self._claims.layer_activations or ("",)

        def kind(case: Case, index: int) -> str:
            layers = case.network.layers[:-1] if hidden else case.network.layers
            name = layers[index].activation if index < len(layers) else ""
            return name if name not in claimed[:index] else ""

        for index in range(len(claimed)):
            yield from ((index, name, here) for name, here in self._by(partial(kind, index=index)))

    def _with_preactivations(self, networks: list[Case], index: int) -> Iterator[tuple[float, Case]]:
        """Each network with one pre-activation in all units of a layer, and the next."""
        for case in networks:
            layers = list(case.network.layers)
            before = layers[index]
            reached = Algorithm().forward_pass(case.network, case.inputs)[index].x @ before.weights
            for z in _ARGUMENTS:
                if self._has_biases(index, case):
                    layers[index] = replace(before, biases=self._format.nearest(z - reached[0]))
                elif np.all(np.abs(reached) > _LEAST):
                    layers[index] = replace(before, weights=self._format.nearest(before.weights * (z / reached)))
                else:
                    continue
                yield z, replace(case, network=replace(case.network, layers=tuple(layers)))

    def _with_errors(self, networks: list[Case]) -> Iterator[tuple[float, int, Case]]:
        """Each network with targets of which one alone is missed, by e; and which one."""
        for case in networks if not self._claims.one_hot else ():
            outputs = Algorithm().forward_pass(case.network, case.inputs)[-1].a
            for e in _ARGUMENTS if np.all(np.abs(outputs) < 1 / _LEAST) else ():
                for j in range(outputs.shape[1]):
                    targets = outputs.copy()
                    targets[0, j] -= e
                    yield e, j, replace(case, targets=self._format.nearest(targets))

    def _deltas(self, case: Case) -> dict[int, np.ndarray]:
        """The derivatives of the loss by the pre-activations of each layer, as far as the gradients give them.

        Biases that are never updated say nothing of them where weights are: those say it then.
        """
        gradients = self._gradients(case)
        steps = Algorithm().forward_pass(case.network, case.inputs)
        found = {}
        for index, (step, (weights, biases)) in enumerate(zip(steps, gradients or (), strict=False)):
            largest = int(np.argmax(np.abs(step.x[0])))
            if self._has_biases(index, case) and (np.any(biases) or not np.any(weights)):
                found[index] = np.asarray(biases, np.float64)
            elif abs(step.x[0, largest]) > _LEAST:
                found[index] = np.asarray(weights, np.float64)[largest] / step.x[0, largest]
        return found

    def _gradients(self, case: Case) -> list[tuple[np.ndarray, np.ndarray]] | None:
        """As they are answered, or as a step of training shows them."""
        if "gradients" in self._subject.operations:
            return self._answer("gradients", case)
        rate = self._claims.learning_rate or 1.0
        trained = self._answer("train", replace(case, learning_rate=np.float64(rate), epochs=1))
        if trained is None:
            return None
        before = case.network.parameters
        pairs = zip(before, trained.parameters, strict=True)
        return [tuple((old - np.asarray(new, np.float64)) / rate for old, new in zip(*pair, strict=True)) for pair in pairs]

    def _has_biases(self, index: int, case: Case) -> bool:
        return self._claims.with_biases(len(case.network.layers))[index]

    def _answer(self, operation: str, case: Case) -> Any:
        if operation not in self._subject.operations:
            return None
        try:
            return getattr(self._session, operation)(case)
        except (SubjectError, Unsupported, Awaited):
            return None


def _squared(case: Case) -> str:
    """The loss of a case if it is one of the squared errors, of outputs that each have a derivative of their own."""
    network = case.network
    return network.loss if network.loss.endswith("squared_error") and network.layers[-1].activation != "softmax" else ""


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _factor(loss: str) -> float:
    """What a squared error's derivative is of the error."""
    return 1.0 if loss == "half_squared_error" else 2.0


def _right(activation: str, z: float) -> tuple[float, float]:
    """An activation, and its derivative."""
    network = Network((Layer(np.ones((1, 1)), np.zeros(1), activation),))
    case = Case(network, np.full((1, 1), z), np.zeros((1, 1)))
    return float(Algorithm().forward_pass(network, case.inputs)[0].a[0, 0]), float(_derivative(case, 0)[0])


def _derivative(case: Case, index: int) -> np.ndarray:
    """That of a layer's activation at the pre-activations of a single sample."""
    step = Algorithm().forward_pass(case.network, case.inputs)[index]
    found: np.ndarray = Algorithm().derivative(case.network, case.network.layers[index], step)[0]
    return found
