"""How something may be constructed whose arguments have names that say nothing, in whatever language: by position and kind.

Each argument is a number of units, all of them, a learning rate, a count or an activation: what fits is found by trying.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import combinations, islice, product, zip_longest
from typing import Any

import numpy as np

from mlp_conformance.quiet import quietly
from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.making_arguments import choices
from mlp_conformance.recognise.source.program import Program, values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_reference.activations import sigmoid

#: Ways that are tried, and arguments whose meaning may be open at once.
_MOST, _OPEN = 300, 6
#: Arguments whose names say what they are, and that are no sizes.
_SAID = (*roles.OF_DRAWING, "rate", "epochs", "batch_size", "activation", "loss_name", "settings", "off", "keep", "device")
#: What an activation makes of these numbers tells which it is.
_ASKED = np.array([-1.5, 0.0, 2.0])
_ACTIVATIONS = (sigmoid(_ASKED), np.tanh(_ASKED), np.maximum(_ASKED, 0))
#: Derivatives, of the activation at these numbers, or in terms of what it has made of them.
_DERIVATIVES = (
    sigmoid(_ASKED) * (1 - sigmoid(_ASKED)),
    _ASKED * (1 - _ASKED),
    1 - np.tanh(_ASKED) ** 2,
    1 - _ASKED**2,
    np.heaviside(_ASKED, 0),
    np.heaviside(_ASKED, 1),
)
#: Seconds that one function may take by which it is told.
_PROBING = 0.5


def by_kind(program: Program, call: str, found: Callable[..., Any], depth: int) -> Iterator[str]:
    """Expressions `call(...)` that may make a network of `sizes`, with `depth` layers of weights, whatever the names.

    The sizes stand in the order of the layers, or in one list; what is left is tried as a rate, a count, an activation.
    """
    yield from islice(_ways(program, call, found, depth), _MOST)


def _ways(program: Program, call: str, found: Callable[..., Any], depth: int) -> Iterator[str]:
    parameters = {p.name: p for p in signature(found) or [] if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    needed = [p.name for p in required(list(parameters.values()))]
    said = {name: _said(p, list(parameters), depth) for name, p in parameters.items()}
    unsaid = [name for name in needed if not said[name]]
    counts = [name for name, p in parameters.items() if name not in needed and not said[name] and _may_be_sizes(p.default)]
    functions = _functions(program) or ['"sigmoid"']
    for free in dict.fromkeys((tuple(unsaid), (*unsaid, *counts))):
        if not free or len(free) > _OPEN:
            continue
        wanted = [*needed, *(name for name in free if name not in needed)]
        ways = []
        for chosen in _sizes(free, depth):
            rest = [name for name in free if name not in chosen and name in needed]
            if all(_of_that_kind(parameters[name], text) for name, text in chosen.items()):
                settings = sorted(product(("learning_rate", "1", *functions), repeat=len(rest)), key=_unlikely)
                ways.append([chosen | dict(zip(rest, each, strict=True)) for each in settings])
        for turn in zip_longest(*ways):  # what is likeliest of each before what is less so of any
            for texts in (way for way in turn if way is not None):
                given = [(name, texts.get(name, said[name])) for name in wanted if name in texts or name in needed]
                yield f"{call}({', '.join(_given(parameters[name], text, name in needed) for name, text in given)})"


def _said(parameter: inspect.Parameter, names: list[str], depth: int) -> str:
    """What an argument is given whose name says that it is no size; empty for all others."""
    if parameter.default is not parameter.empty or roles.argument(parameter.name, names) not in _SAID:
        return ""
    return next(iter(choices(parameter, 0, 1, depth, beside=names)), "")


def _may_be_sizes(default: Any) -> bool:
    """Whether a default is a number of units or several."""
    several = isinstance(default, list | tuple) and bool(default)
    numbers = list(default) if several else [default]
    return all(type(number) is int and number > 0 for number in numbers)


def _of_that_kind(parameter: inspect.Parameter, text: str) -> bool:
    """Whether an argument with a default is given what its default is: a number, or several."""
    return parameter.default is parameter.empty or isinstance(parameter.default, list | tuple) == text.startswith("list(")


def _sizes(free: tuple[str, ...], depth: int) -> Iterator[dict[str, str]]:
    """Which arguments may be the sizes: all in one, one for each layer of units, or those of hidden layers in one."""
    forms = [
        ["list(sizes)"],
        [f"sizes[{k}]" if k < depth else "sizes[-1]" for k in range(depth + 1)],
        ["sizes[0]", "list(sizes[1:-1])", "sizes[-1]"],
        ["sizes[0]", "sizes[-1]", "list(sizes[1:-1])"],
        ["list(sizes[1:-1])", "sizes[0]", "sizes[-1]"],
        ["sizes[0]", "list(sizes[1:])"],
    ]
    for form in forms:
        yield from (dict(zip(places, form, strict=True)) for places in combinations(free, len(form)))


def _unlikely(settings: tuple[str, ...]) -> int:
    """How unlikely it is that arguments are these: one of each kind is what programs have."""
    return len(settings) - len(set(settings))


def _given(parameter: inspect.Parameter, text: str, is_needed: bool) -> str:
    by_name = parameter.kind is parameter.KEYWORD_ONLY or not is_needed
    return f"{parameter.name}={text}" if by_name else text


def _functions(program: Program) -> list[str]:
    """Expressions for the program's own activation and its derivative, in this order, by what they compute."""
    found: dict[int, str] = {}
    for name, value in values(program).items():
        if inspect.isfunction(value) and len(required(signature(value) or [])) == 1:
            answer = _answer(value)
            for place, known in enumerate((_ACTIVATIONS, _DERIVATIVES)):
                if answer is not None and any(answer.shape == other.shape and np.allclose(answer, other) for other in known):
                    found.setdefault(place, f"program.{name}")
    return [found[place] for place in sorted(found)]


def _answer(call: Callable[..., Any]) -> np.ndarray | None:
    """What a function makes of some numbers, if it makes numbers of them."""
    try:
        answer = quietly(lambda: call(_ASKED.copy()), _PROBING)
        return np.array(answer, dtype=np.float64)
    except (Exception, SystemExit):
        return None
