"""Losses that are objects: what one gives is the objective where the training goes back from what it says the derivative is.

A function beside the training may be a metric that is only printed. An object that has a loss and its derivative says that they
belong together: where the steps are those of another function, they are judged by the loss.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from mlp_conformance.recognise.losses.constants import write_constants
from mlp_conformance.recognise.losses.metrics import descends, known_losses, place_of_number, spoken, value_after
from mlp_conformance.recognise.numbers.readings import is_near
from mlp_conformance.recognise.source.program import values

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled
    from mlp_conformance.recognise.space import Forward

#: What the method is called that gives a loss, and what the one that gives its derivative is.
_LOSS = re.compile(
    r"^(forward|__call__|loss|cost|fn|function|calculate|compute|value|evaluate|call|f)$|^(compute|calculate)_", re.I
)
_DERIVATIVE = re.compile(
    r"^(backward|backprop|grad(ient)?|derivative|deriv|prime|delta|d|df|back)$|_(prime|grad(ient)?s?|deriv(ative)?|delta)$",
    re.I,
)
#: Modules whose objects are no losses of a program's own.
_OF_LIBRARIES = ("builtins", "numpy", "torch", "keras", "jax", "collections")


def judge_loss_object(settled: Settled) -> None:
    """Have training judged by the loss of the object that it goes back from, where its steps are those of another one."""
    step, plan = settled.step, settled.plan
    if step is None or step.reading is None or step.reading.fault is not None or not step.lines or not settled.exact:
        return
    descended = (step.reading.loss, step.reading.reduction)
    for made, cls, loss, derivative in _objects(settled):
        for lines in _calls(settled.forward, made, loss):
            meant = _meant(settled, lines)
            whole = _goes_back_from(settled, cls, loss, derivative) if meant else None
            if whole is None:
                continue
            text = lines[-1].partition(" = ")[2]
            if whole and (descended not in meant or not plan.loss):
                plan.claims["loss"] = descended if descended in meant else meant[0]
                plan.loss = [*lines[:-1], f"float({text})"]
                write_constants(settled, text, _source(cls))
            if whole and descended not in meant:
                _part(settled, f"{cls.__name__}.{derivative}", f"{cls.__name__}.{loss}", meant[0])
            elif not whole and _is_squared(descended[0]) not in {_is_squared(known) for known, _ in meant}:
                plan.claims["loss"] = meant[0][0], descended[1]
                plan.loss = []
                _part(settled, f"{cls.__name__}.{derivative}", f"{cls.__name__}.{loss}", plan.claims["loss"])
            return


def _is_squared(loss: str) -> bool:
    return loss.endswith("squared_error")


def _part(settled: Settled, derivative: str, loss: str, meant: tuple[str, str]) -> None:
    """Have steps of another loss judged by that of the object from whose derivative they go back."""
    step, plan = settled.step, settled.plan
    assert step is not None
    assert step.reading is not None
    steps = spoken(step.reading.loss, step.reading.reduction)
    settled.step = replace(step, reading=None, meant=meant, first=1.0)
    plan.notes = [note for note in plan.notes if not note.endswith(descends(step.reading.loss, step.reading.reduction))]
    plan.notes.append(
        f"Its training goes back from `{derivative}`, so it is judged by `{loss}`, {spoken(*meant)}; "
        f"its steps are those of {steps}."
    )


def _objects(settled: Settled) -> Iterator[tuple[str, type, str, str]]:
    """The objects that have a loss and its derivative, those that the network holds first.

    An expression for each, its class, and the names of the two methods.
    """
    plan, space = settled.plan, settled.search.space()
    root = space.names.get(plan.root) if space is not None and plan.root.isidentifier() else None
    parts = getattr(root, "__dict__", {}).items()
    held = {f"{plan.root}.{name}": value if isinstance(value, type) else type(value) for name, value in parts}
    own = {f"program.{name}()": value for name, value in values(settled.search.program).items() if name != plan.name}
    for made, cls in (held | own).items():
        if not isinstance(cls, type) or cls.__module__.partition(".")[0] in _OF_LIBRARIES:
            continue
        methods = [key for key in dir(cls) if inspect.isroutine(getattr(cls, key)) and (key == "__call__" or key[:2] != "__")]
        losses = [key for key in methods if _LOSS.search(key) and not _DERIVATIVE.search(key)]
        derivatives = [key for key in methods if _DERIVATIVE.search(key)]
        for loss in losses if len(derivatives) == 1 else ():
            if len(_required(getattr(cls, loss))) in (2, 3):
                yield made, cls, loss, derivatives[0]


def _source(cls: type) -> str:
    """The text of a class; empty where there is none."""
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return ""


def _required(call: Callable[..., Any]) -> list[str]:
    """The arguments that a method needs, and the object itself if it is one."""
    try:
        given = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in given if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _calls(forward: Forward, made: str, loss: str) -> Iterator[list[str]]:
    """Statements that leave the loss of an object in `value`: of the output and the targets, in both orders."""
    call = made if loss == "__call__" else f"{made}.{loss}"
    for first, second in ((forward.raw, forward.layout.y), (forward.layout.y, forward.raw)):
        yield [*forward.naming, f"value = {call}({first}, {second})"]


def _meant(settled: Settled, lines: list[str]) -> list[tuple[str, str]]:
    """The known losses that statements give, with their reductions: several where one sample is all that there is."""
    search, forward = settled.search, settled.forward
    batch = 1 if forward.layout.single else None
    space = search.space(batch)
    if space is None or not space.run(lines):
        return []
    lines[-1] += place_of_number(space.names["value"])
    found = value_after(search, lines, batch)
    known = known_losses(search, forward, space.asked)
    return [key for key, value in known.items() if found is not None and is_near(found, value)]


def _goes_back_from(settled: Settled, cls: type, loss: str, derivative: str) -> bool | None:
    """Whether a training step that calls the derivative of such an object gives it all samples at once; None if none calls it.

    Of single ones nothing says how they are put together, which is the affair of what calls it: only what the loss is.
    """
    assert settled.step is not None
    space = settled.search.space(1 if settled.forward.layout.single else None)
    if space is None:
        return None
    with _watched(cls, loss) as asked, _watched(cls, derivative) as calls:
        space.run(settled.step.lines)
    return max([*asked, *calls]) >= space.asked.targets.size > space.asked.sizes[-1] if calls else None


@contextmanager
def _watched(cls: type, name: str) -> Iterator[list[int]]:
    """A list to which every call of a method adds how many numbers its largest argument has."""
    calls: list[int] = []
    owner = next(base for base in cls.__mro__ if name in vars(base))
    own = vars(owner)[name]
    inner = own.__func__ if isinstance(own, staticmethod | classmethod) else own

    @wraps(inner)
    def watching(*given: Any, **named: Any) -> Any:
        parts = (part for part in (*given, *named.values()) if isinstance(part, np.ndarray))
        calls.append(max((part.size for part in parts), default=0))
        return inner(*given, **named)

    setattr(owner, name, type(own)(watching) if isinstance(own, staticmethod | classmethod) else watching)
    try:
        yield calls
    finally:
        setattr(owner, name, own)
