"""Whether something without `claims` is an adapter, or a program whose methods have the names of an adapter's.

That a method accepts as many arguments is no sign: `train(X, y, rate, epochs)` does, and knows nothing of networks. What an
operation is named to be given is one, and so is an answer of the right shape.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from mlp_conformance.claims import Unsupported
from mlp_conformance.hints import ARGUMENTS, takes
from mlp_conformance.quiet import NoAnswer, quietly
from mlp_conformance.recognition import knows_the_suite
from mlp_conformance.subject import described_error
from mlp_reference.network import Layer, Network

#: Names and annotations of what is a network.
_NETWORK = re.compile(r"net|mlp|perceptron|\bnn\b|^nn_|_nn$", re.I)
#: Names of what follows it.
_INPUTS = re.compile(r"in(put)?s?$|x$|data$|batch$", re.I)
#: Seconds that one call may take.
_TRIAL = 8.0


def not_an_adapter(found: Any) -> str:
    """What keeps an object without claims from being an adapter, in words that follow its name; "" where it is one."""
    operations = {name: operation for name in ARGUMENTS if callable(operation := getattr(found, name, None))}
    if getattr(found, "claims", None) is not None or knows_the_suite(type(found)) or not operations:
        return ""
    bound = {name: operation for name, operation in operations.items() if takes(operation, ARGUMENTS[name])}
    if not bound:
        return "do not take (network, inputs, ...), as an adapter's do"
    given = [_parameters(operation)[:2] for operation in bound.values()]
    if any([p.name for p in pair[:1]] == ["network"] and _INPUTS.match(pair[-1].name) for pair in given):
        return ""  # as the interface has it: what goes wrong there is for the checks to find
    is_named = any(_is_named_for_networks(first) for pair in given for first in pair[:1])
    raised = ""
    for name, operation in bound.items():
        try:
            answer = quietly(partial(operation, *_arguments(name)), _TRIAL)
        except (Unsupported, NoAnswer):
            return ""
        except (Exception, SystemExit) as error:
            raised = raised or f"{name} raised {described_error(error)}"
            continue
        if is_named or _has_the_shape(name, answer):
            return ""
    if raised:
        return f"cannot be called as an adapter's are, with (network, inputs, ...): {raised}"
    return "do not answer as an adapter's do when they are called with (network, inputs, ...)"


def _parameters(operation: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(operation).parameters.values())
    except (TypeError, ValueError):
        return []


def _is_named_for_networks(first: inspect.Parameter) -> bool:
    """Whether a first parameter is a network by its name or its annotation."""
    annotation = first.annotation
    said = "" if annotation is first.empty else getattr(annotation, "__name__", str(annotation))
    return bool(_NETWORK.search(first.name) or _NETWORK.search(said))


def _network() -> Network:
    """One that the claims by default allow."""
    random = np.random.default_rng(1)
    layers = [Layer(random.normal(size=(a, b)), random.normal(size=b), "sigmoid") for a, b in ((2, 3), (3, 2))]
    return Network(tuple(layers), "half_squared_error", "sum")


def _arguments(name: str) -> tuple[Any, ...]:
    network, inputs, targets = _network(), np.array([[0.25, -0.5], [1.0, 0.75]]), np.array([[0.25, 0.75], [0.5, 0.125]])
    return (network, inputs, targets, np.float64(0.25), 1)[: len(ARGUMENTS[name])]


def _has_the_shape(name: str, answer: Any) -> bool:
    """Whether an answer is an output of two samples, or has the shapes of the parameters; a number may be anything."""
    try:
        if name == "forward":
            shapes = [np.shape(answer), *([np.shape(answer[-1])] if isinstance(answer, list | tuple) else [])]
            return (2, 2) in shapes
        if name == "loss":
            return False
        pairs = answer[0] if name == "train" and isinstance(answer, tuple) and len(answer[0]) == 2 else answer
        found = [tuple(np.shape(part) for part in pair) for pair in pairs]
    except Exception:  # what cannot be looked at so has other shapes
        return False
    return found == [((2, 3), (3,)), ((3, 2), (2,))]
