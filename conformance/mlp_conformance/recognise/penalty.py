"""A penalty on the weights that a program lets its user set: read from its steps and its loss with it on, and judged.

With L2 the specification adds half of λ times the sum of the squares of all weights to the objective, so λ times each
weight to its gradient (OPT-1). A program's own number may be that λ or half of it, by itself or divided by the rows of a
batch. A step that nothing else explains is wrong for certain only where the program's own loss has a penalty, of which it
is not the derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.metrics import loss_texts
from mlp_conformance.recognise.readings import Parameters, Question, agrees, question
from mlp_conformance.recognise.turned_off import Place, kind, may_be_penalty, places, turned_to

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled

#: What a penalty is set to when its steps are read, with one batch and with another.
_TRIED = (0.25, 0.5)
#: Factors of λ that nobody has to explain by a loss: of λ/2 Σw² and of λ Σw².
_KNOWN = (1.0, 2.0)
_READINGS = "λ/2 Σw² or λ Σw², divided by the rows of the batch or not"


@dataclass(frozen=True)
class Form:
    """What a penalty adds: factor times λ times each weight to the gradient; over: divided by the rows of the batch.

    biases: it is added to the biases' gradients too.
    """

    factor: float
    over: bool
    biases: bool = False

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
class _Dial:
    """A penalty that a program has: the statements in which it is set, those that make the network and those that step."""

    name: str
    said: str
    make: list[str]
    step: list[str]
    shared: bool
    at: tuple[list[Place], list[Place]]

    def on(self, text: str) -> tuple[list[str], list[str]]:
        return turned_to(self.make, self.at[0], text), turned_to(self.step, self.at[1], text)


def judge_penalty(settled: Settled) -> str:
    """Have a penalty judged that the program lets its user set, and say in the plan's notes as what; the name of its dial.

    Nothing is done, and "" returned, where no step is right without one.
    """
    step, plan = settled.step, settled.plan
    if step is None or step.reading is None or step.reading.fault is not None or not settled.exact or not plan.step:
        return ""
    silent: list[_Dial] = []
    for dial in _dials(settled):
        moved = _Moved(settled, dial)
        added = moved.added()
        if added is None:
            continue
        if all(not np.any(np.abs(part) > 1e-9) for pairs in added for pair in pairs for part in pair):
            silent.append(dial)
            continue
        return _conclude(settled, dial, moved.form(added), moved.what(added), _reported(settled, dial))
    for dial in silent:
        reported = _reported(settled, dial) if dial.shared and kind(dial.name) == "penalty" else None
        if isinstance(reported, Form):
            return _conclude(settled, dial, None, "", reported)
    return ""


def _conclude(settled: Settled, dial: _Dial, form: Form | None, what: str, reported: Form | str | None) -> str:
    """What is judged, and said, of a penalty of which the steps have one form and the program's loss reports another."""
    plan, alone = settled.plan, _is_alone(settled)
    differs = isinstance(reported, Form) and (form is None or not form.same(reported, alone))
    if isinstance(reported, Form) and differs and not reported.biases:
        _turn_on(settled, dial, reported)
        found = f"that of {form}" if form is not None else what or "nothing at all"
        plan.notes.append(
            f"The penalty `{dial.said}` is judged as its own loss reports it, {reported}. Not its derivative is added to the "
            f"step, but {found}."
        )
    elif form is not None and not form.biases and (form.factor in _KNOWN or reported is not None):
        _turn_on(settled, dial, form)
        other = f", though its loss reports {reported}" if differs or isinstance(reported, str) else ""
        plan.notes.append(f"The penalty `{dial.said}` is judged too, as {form}{other}.")
    else:
        plan.notes.append(
            f"The penalty `{dial.said}` is not judged: none of the right readings ({_READINGS}) explains its steps"
            f"{f', which add {what}' if what else ''}."
        )
        return ""
    return dial.name


def _turn_on(settled: Settled, dial: _Dial, form: Form) -> None:
    plan = settled.plan
    factor = round(form.factor, 3)
    plan.penalty = dial.on("l2" if factor == 1 else f"l2 / {factor:g}")
    plan.claims["options"] = {"l2"}
    if form.over and not _is_alone(settled):
        plan.claims["l2_over_batch"] = True


def _is_alone(settled: Settled) -> bool:
    """Whether every step is that of a single sample."""
    return settled.plan.single_step or (settled.step is not None and settled.step.closeness == -1.0)


def _dials(settled: Settled) -> Iterator[_Dial]:
    """The dials of a program that may be penalties, by what stands in the plan, then those that are off by default."""
    search, plan = settled.search, settled.plan
    space = search.space()
    in_make, in_step = places(plan.make, space), places(plan.step, space)
    seen: dict[str, str] = {}
    for place in (*in_make, *in_step):
        if may_be_penalty(place.name) and place.text == "0.0":
            seen.setdefault(place.name, place.said)
    for name, said in seen.items():
        at = [p for p in in_make if p.name == name], [p for p in in_step if p.name == name]
        yield _Dial(name, said, plan.make, plan.step, bool(at[0]), at)
    if plan.root != "model" or space is None:
        return
    for target in _off_by_default(space.names["model"]):
        line = f"{target} = 0.0"
        found = places([line])
        if found and found[0].name not in seen and may_be_penalty(found[0].name):
            moved = [replace(found[0], line=len(plan.make))]
            yield _Dial(found[0].name, found[0].said, [*plan.make, line], plan.step, True, (moved, []))


def _off_by_default(model: object) -> list[str]:
    """The attributes of a network that are 0 as it is made, by their names a penalty."""
    own = getattr(model, "__dict__", {})
    standing = [key for key, value in own.items() if type(value) in (int, float) and value == 0]
    return [f"model.{key}" for key in standing if kind(key) == "penalty" and roles.argument(key) == "off"]


class _Moved:
    """What a dial adds to the gradients of a program."""

    def __init__(self, settled: Settled, dial: _Dial) -> None:
        self.settled, self.dial = settled, dial
        self.batch = 1 if _is_alone(settled) else None
        self.asked = _questions(settled)

    def added(self) -> list[Parameters] | None:
        """To each parameter's gradient, for each number that is tried; None if the calls fail then."""
        found = []
        for value, asked in zip(_TRIED, self.asked, strict=True):
            off, on = self._taken(asked, None), self._taken(asked, value)
            if off is None or on is None:
                return None
            rate = self.settled.step.reading.rate or asked.learning_rate  # type: ignore[union-attr]
            found.append([((w - u) / rate, (b - v) / rate) for (w, b), (u, v) in zip(on, off, strict=True)])
        return found

    def _taken(self, asked: Question, value: float | None) -> Parameters | None:
        make, step = (self.dial.make, self.dial.step) if value is None else self.dial.on(str(value))
        search: Search = self.settled.search
        found = replace(search, asked=asked, plan=search.plan.but(make=make)).taken(step, self.batch)
        return None if found is None else found[1]

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
        return "something else to the weights"


def _questions(settled: Settled) -> list[Question]:
    """The question, and another of fewer samples with other parameters."""
    search = settled.search
    other = replace(search, asked=question(search.asked.sizes, max(2, len(search.asked.inputs) - 2), 2))
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
    """The number with a few digits that a measured one is."""
    return float(f"{factor:.3g}")


def _reported(settled: Settled, dial: _Dial) -> Form | str | None:
    """The penalty in the program's own loss; a few words where it is no sum of squares; None where no loss has one.

    A loss counts that is, with the penalty off, the objective which the steps descend.
    """
    search, forward, step = settled.search, settled.forward, settled.step
    assert step is not None
    assert step.reading is not None
    batch, questions, other = (1 if _is_alone(settled) else None), _questions(settled), None
    for lines, text in loss_texts(search, forward, (step.reading.loss, step.reading.reduction), batch):
        given = [*lines, f"value = {text}"]
        at = _at(places(given, search.space()), dial.name)
        more = []
        for value, asked in zip(_TRIED, questions, strict=True):
            own = replace(search, asked=asked)
            off = _value(replace(own, plan=search.plan.but(make=dial.make)), given, batch)
            on = replace(own, plan=search.plan.but(make=dial.on(str(value))[0]))
            penalised = _value(on, turned_to(given, at, str(value)), batch)
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


def _value(search: Search, lines: list[str], batch: int | None) -> float | None:
    space = search.space(batch)
    if space is None or not space.run(lines):
        return None
    value = space.array("value")
    return float(value.ravel()[0]) if value is not None and value.size == 1 else None


def _form_of_loss(settled: Settled, questions: Sequence[Question], more: Sequence[float]) -> Form | str:
    rows = [1 if _is_alone(settled) else len(asked.inputs) for asked in questions]
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
