"""What a penalty adds to a program's steps, and to its loss: measured with it on and off, and read as a sum of squares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.turned_off import Place, kind, places, turned_to
from mlp_conformance.recognise.losses.metrics import loss_texts, value_after
from mlp_conformance.recognise.numbers.readings import Parameters, Question, agrees, question

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled

#: What a penalty is set to when its steps are read, with one batch and with another.
_TRIED = (0.25, 2.0)


@dataclass(frozen=True)
class Form:
    """What a penalty adds: factor times λ times each weight to the gradient; over: divided by the rows of the batch.

    biases: it is added to the biases' gradients too.
    """

    factor: float
    over: bool
    biases: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the factor is one that can be written down exactly."""
        return self.factor == float(f"{self.factor:.3g}")

    def same(self, other: Form, alone: bool) -> bool:
        """Whether two are the same; alone: where all batches are of one sample."""
        return (
            bool(np.isclose(self.factor, other.factor, 1e-3))
            and self.biases == other.biases
            and (alone or self.over == other.over)
        )

    def __str__(self) -> str:
        half = self.factor / 2
        number = "" if np.isclose(half, 1) else "1/2 " if np.isclose(half, 0.5) else f"{half:.4g} "
        return f"{number}λ Σw²{', of biases too,' if self.biases else ''}{' over the rows of the batch' if self.over else ''}"


@dataclass
class Dial:
    """A penalty that a program has: the statements in which it is set, those that make the network and those that step."""

    name: str
    said: str
    make: list[str]
    step: list[str]
    shared: bool
    at: tuple[list[Place], list[Place]]

    def on(self, text: str) -> tuple[list[str], list[str]]:
        return turned_to(self.make, self.at[0], text), turned_to(self.step, self.at[1], text)


def is_alone(settled: Settled) -> bool:
    """Whether every step is that of a single sample."""
    return settled.plan.single_step or (settled.step is not None and settled.step.alone)


def nothing_in(added: Sequence[Parameters]) -> bool:
    """Whether nothing is added at all."""
    return all(not np.any(np.abs(part) > 1e-9) for pairs in added for pair in pairs for part in pair)


class Moved:
    """What a dial adds to the gradients of a program."""

    def __init__(self, settled: Settled, dial: Dial) -> None:
        self.settled, self.dial = settled, dial
        self.batch = 1 if is_alone(settled) else None
        self.asked = _questions(settled)

    def added(self) -> list[Parameters] | None:
        """To each parameter's gradient, for each number that is tried; None if the calls fail then."""
        found = []
        for value, asked in zip(_TRIED, self.asked, strict=True):
            off, on = self._taken(asked, None), self._taken(asked, value)
            if off is None or on is None:
                return None
            reading = self.settled.step and self.settled.step.reading
            rate = (reading and reading.rate) or asked.learning_rate if self.settled.plan.step else 1.0
            found.append([((w - u) / rate, (b - v) / rate) for (w, b), (u, v) in zip(on, off, strict=True)])
        return found

    def _taken(self, asked: Question, value: float | None) -> Parameters | None:
        make, step = (self.dial.make, self.dial.step) if value is None else self.dial.on(str(value))
        search: Search = self.settled.search
        search = replace(search, asked=asked, plan=search.plan.but(make=make))
        if self.settled.plan.step:
            found = search.taken(step, self.batch)
            return None if found is None else found[1]
        space = search.space(self.batch)
        pairs = space.parameters(self.settled.plan.gradients) if space is not None and space.run(step) else []
        given = [(w, b) for w, b in pairs if w is not None and b is not None]
        return given if len(given) == len(asked.parameters) else None

    def form(self, added: Sequence[Parameters]) -> Form | None:
        """The form that explains all that is added, if one does."""
        biases = any(np.any(np.abs(b) > 1e-9) for pairs in added for _, b in pairs)
        factors = []
        for value, asked, pairs in zip(_TRIED, self.asked, added, strict=True):
            own = asked if self.settled.search.has_biases else asked.biasless
            factor = _factor(pairs, own.parameters, lambda part: part, biases)
            if factor is None:
                return None
            factors.append(factor / value)
        return _of_batches(factors, [1 if self.batch else len(asked.inputs) for asked in self.asked], biases)

    def what(self, added: Sequence[Parameters]) -> str:
        """What is added, in a few words, where it is no form of the specification's."""
        parameters, pairs = self.asked[0].parameters, added[0]
        if _factor(pairs, parameters, np.sign, False) is not None:
            return "the sign of each weight, as an L1 penalty does, which the specification does not have"
        left = [k for k, (w, _) in enumerate(pairs, 1) if not np.any(np.abs(w) > 1e-9)]
        if left:
            return f"nothing to the weights of layer {' and '.join(map(str, left))}"
        if any(np.any(np.abs(b) > 1e-9) for _, b in pairs):
            return "something to the biases, which the specification leaves out"
        return "other numbers"


def _questions(settled: Settled) -> list[Question]:
    """The question, and another of fewer samples with other parameters, and fewer outputs where their number is free."""
    search = settled.search
    sizes = search.asked.sizes
    sizes = sizes if settled.plan.sizes or sizes[-1] < 3 else (*sizes[:-1], sizes[-1] - 1)
    other = replace(search, asked=question(sizes, max(2, len(search.asked.inputs) - 2), 2))
    other = other.with_labels() if settled.forward.layout.labels else other
    return [search.asked, other.asked]


def _factor(
    pairs: Parameters, parameters: Parameters, function: Callable[[np.ndarray], np.ndarray], biases: bool
) -> float | None:
    """The one number by which a function of all weights, and biases, is multiplied to give what is added; None if none is."""
    x = [part for pair in pairs for part in (pair if biases else pair[:1])]
    y = [function(part) for pair in parameters for part in (pair if biases else pair[:1])]
    if any(one.shape != other.shape for one, other in zip(x, y, strict=True)):
        return None
    square = sum(float(np.sum(part * part)) for part in y)
    ratio = sum(float(np.sum(one * other)) for one, other in zip(x, y, strict=True)) / square if square else 0.0
    right = all(agrees(one, ratio * other, 1e-6) for one, other in zip(x, y, strict=True))
    return ratio if ratio > 0 and right else None


def _of_batches(factors: Sequence[float], rows: Sequence[int], biases: bool = False) -> Form | None:
    """The form whose factors for batches of so many rows are those."""
    for over in (False, True):
        first, *others = [factor * m if over else factor for factor, m in zip(factors, rows, strict=True)]
        if np.allclose(others, first, rtol=1e-3, atol=0):
            return Form(_plain(first), over, biases)
    return None


def _plain(factor: float) -> float:
    """The number with a few digits that a measured one is, if it is one."""
    plain = float(f"{factor:.3g}")
    return plain if np.isclose(plain, factor, rtol=1e-4, atol=0) else factor


def reported_penalty(settled: Settled, dial: Dial) -> Form | str | None:
    """The penalty in the program's own loss; a few words where it is no sum of squares; None where no loss has one.

    A loss counts that is, with the penalty off, the objective which the steps descend.
    """
    search, forward, step = settled.search, settled.forward, settled.step
    assert step is not None
    assert step.reading is not None
    batch, questions, other = (1 if is_alone(settled) else None), _questions(settled), None
    for lines, text in loss_texts(search, forward, (step.reading.loss, step.reading.reduction)):
        given = [*lines, f"value = {text}"]
        at = _at(places(given, search.space()), dial.name)
        more = []
        for value, asked in zip(_TRIED, questions, strict=True):
            own = replace(search, asked=asked)
            off = value_after(replace(own, plan=search.plan.but(make=dial.make)), given, batch)
            on = replace(own, plan=search.plan.but(make=dial.on(str(value))[0]))
            penalised = value_after(on, turned_to(given, at, str(value)), batch)
            if off is None or penalised is None:
                break
            more.append(penalised - off)
        if len(more) < len(_TRIED) or all(abs(x) <= 1e-9 for x in more):
            continue
        found = _form_of_loss(settled, questions, more)
        if isinstance(found, Form):
            return found
        other = found
    return other


def _at(found: Sequence[Place], name: str) -> list[Place]:
    """Where a loss is given a penalty: under the same name, or under the only one that it can have."""
    own = [place for place in found if place.name == name]
    others = [place for place in found if kind(place.name) == "penalty" and place.text == "0.0"]
    return own or (others if len({place.name for place in others}) == 1 else [])


def _form_of_loss(settled: Settled, questions: Sequence[Question], more: Sequence[float]) -> Form | str:
    rows = [1 if is_alone(settled) else len(asked.inputs) for asked in questions]
    for biases in (False, True):
        if biases and not settled.search.has_biases:
            break
        squares = [_squares(asked, biases) for asked in questions]
        factors = [2 * x / value / square for x, value, square in zip(more, _TRIED, squares, strict=True)]
        form = _of_batches(factors, rows, biases)
        if form is not None and form.factor > 0:
            return form
    return "another one"


def _squares(asked: Question, biases: bool) -> float:
    return sum(float(np.sum(w * w)) + (float(np.sum(b * b)) if biases else 0.0) for w, b in asked.parameters)
