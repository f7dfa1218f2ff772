"""A penalty on the weights that a program lets its user set: read from its steps and its loss with it on, and judged.

With L2 the specification adds half of λ times the sum of the squares of all weights to the objective, so λ times each
weight to its gradient (OPT-1). A program's own number may be that λ or half of it, by itself or divided by the rows of a
batch. A step that nothing else explains is wrong for certain only where the program's own loss has a penalty, of which it
is not the derivative.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.turned_off import kind, may_be_penalty, places
from mlp_conformance.recognise.losses.measuring import Dial, Form, Moved, is_alone, nothing_in, reported_penalty
from mlp_conformance.recognise.losses.metrics import is_loss

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Factors of λ that nobody has to explain by a loss: of λ/2 Σw² and of λ Σw².
_KNOWN = (1.0, 2.0)
_NONE = "none of the right readings (λ/2 Σw² or λ Σw², divided by the rows of the batch or not) explains"


def judge_penalty(settled: Settled) -> set[str]:
    """Have a penalty judged that the program lets its user set; the names of the dials of which the plan's notes now speak.

    Nothing is done where no step is right without one. One is judged: others stay off beside it.
    """
    step, plan = settled.step, settled.plan
    if step is None or step.reading is None or step.reading.fault is not None or not settled.exact:
        return set()
    if not plan.step and not (plan.gradients and settled.search.has_biases):
        return set()
    refused: dict[str, str] = {}
    silent: list[Dial] = []
    judged = ""
    for dial in _dials(settled):
        moved = Moved(settled, dial)
        added = moved.added()
        if added is None:
            continue
        if nothing_in(added):
            silent.append(dial)
            continue
        form, what = moved.form(added), moved.what(added)
        if form is None and kind(dial.name) != "penalty":
            continue  # a momentum, or a decay of the learning rate
        judged = _judged(settled, dial, form, what, reported_penalty(settled, dial))
        if judged:
            break
        refused[dial.name] = f"The penalty `{dial.said}` is not judged: {_NONE} its steps, which add {what}."
    for dial in silent if not judged and not refused else ():
        reported = reported_penalty(settled, dial) if dial.shared and kind(dial.name) == "penalty" else None
        if isinstance(reported, Form) and _is_of_loss_alone(dial.name, settled.search.program.tree):
            judged = _judged(settled, dial, None, "nothing", reported)
        elif reported is not None:
            refused[dial.name] = (
                f"The penalty `{dial.said}` is not judged: it is part of its loss, and not of the steps judged."
            )
    plan.notes += refused.values()
    return {*refused, *([judged] if judged else [])}


def _is_of_loss_alone(name: str, tree: ast.AST) -> bool:
    """Whether a dial is used by what makes a network and by losses alone: another function might train with it."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name != "__init__" and not is_loss(function.name):
            for node in ast.walk(function):
                if name in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "arg", "")):
                    return False
    return True


def _judged(settled: Settled, dial: Dial, form: Form | None, what: str, reported: Form | str | None) -> str:
    """The name of a penalty that is judged, and noted as what; "" if none of the right readings explains what its steps add.

    A loss that reports one decides: it is the function of which the steps are to be the derivative.
    """
    differs = isinstance(reported, Form) and (form is None or not form.same(reported, is_alone(settled)))
    if isinstance(reported, Form) and differs and not reported.biases and reported.is_plain:
        _turn_on(settled, dial, reported)
        found = f"that of {form}" if form is not None else what
        said = f"judged as its own loss reports it, {reported}. What the step adds is not the derivative of that, but {found}"
    elif form is not None and not form.biases and form.is_plain and (form.factor in _KNOWN or reported is not None):
        _turn_on(settled, dial, form)
        other = f", though its loss reports {reported}" if differs or isinstance(reported, str) else ""
        along = "" if settled.plan.step else ", in steps along its gradients"
        said = f"judged too{along}, as {form}{other}"
    else:
        return ""
    settled.plan.notes.append(f"The penalty `{dial.said}` is {said.rstrip(',')}.")
    return dial.name


def _turn_on(settled: Settled, dial: Dial, form: Form) -> None:
    plan = settled.plan
    plan.penalty = dial.on("l2" if form.factor == 1 else f"l2 / {form.factor:g}")
    plan.claims["options"] = {"l2"}
    if form.over and not is_alone(settled):
        plan.claims["l2_over_batch"] = True


def _dials(settled: Settled) -> Iterator[Dial]:
    """The dials of a program that may be penalties, by what stands in the plan, then those that are off by default."""
    search, plan = settled.search, settled.plan
    space, steps = search.space(), plan.step or plan.gradient
    in_make, in_step = places(plan.make, space), places(steps, space)
    seen: dict[str, str] = {}
    for place in (*in_make, *in_step):
        if may_be_penalty(place.name) and place.text == "0.0":
            seen.setdefault(place.name, place.said)
    for name, said in seen.items():
        at = [p for p in in_make if p.name == name], [p for p in in_step if p.name == name]
        yield Dial(name, said, plan.make, steps, bool(at[0]), at)
    if plan.root != "model" or space is None:
        return
    for target in _off_by_default(space.names["model"]):
        line = f"{target} = 0.0"
        found = places([line])
        if found and found[0].name not in seen and may_be_penalty(found[0].name):
            moved = [replace(found[0], line=len(plan.make))]
            yield Dial(found[0].name, found[0].said, [*plan.make, line], steps, True, (moved, []))


def _off_by_default(model: object) -> list[str]:
    """The attributes of a network that are 0 as it is made, by their names a penalty."""
    own = getattr(model, "__dict__", {})
    standing = [key for key, value in own.items() if type(value) in (int, float) and value == 0]
    return [f"model.{key}" for key in standing if kind(key) == "penalty" and roles.argument(key) == "off"]
