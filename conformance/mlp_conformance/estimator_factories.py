"""Scikit-learn's perceptrons, by themselves or at the end of a pipeline, as a script has one or a function returns it."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from types import CodeType, ModuleType
from typing import Any

from mlp_conformance.quiet import quietly

#: Names of what such a function makes.
_KINDS = {"MLPClassifier", "MLPRegressor"}
#: What an argument without a default may be.
_GIVEN: tuple[Any, ...] = ((8,), 8, 0.1, "tanh")
#: Seconds that one call may take.
_PROBING = 8.0


def makes_estimator(found: Callable[..., Any]) -> bool:
    """Whether a function returns a perceptron of scikit-learn; it is called to find out if its text names one."""
    return _call(found) is not None


def estimator_adapter(found: Callable[..., Any]) -> tuple[Callable[[], Any], str]:
    """How to make an adapter for what such a function returns, and what it was taken for."""
    call = _call(found)
    assert call is not None
    return lambda: _adapter(call), f"what {found.__name__} returns, {_told(_made(call))}"


def is_estimator(found: Any) -> bool:
    """Whether something is a perceptron of scikit-learn, or a pipeline that ends in one, and no class of these."""
    return "sklearn" in sys.modules and not isinstance(found, type) and _perceptron(found) is not None


def estimators(module: ModuleType) -> list[str]:
    """The names of such objects in a module."""
    return [name for name, value in vars(module).items() if is_estimator(value)]


def held_adapter(found: Any) -> tuple[Callable[[], Any], str]:
    """The same for such an object itself, with its settings and without what it may have learnt."""
    return lambda: _adapter(lambda: found), _told(found)


def _told(made: Any) -> str:
    """What something is taken for, and what stands before the perceptron in it."""
    steps = [type(part).__name__ for _, part in getattr(made, "steps", ())]
    before = f", without {', '.join(steps[:-1])} before it, which is no part of a network" if len(steps) > 1 else ""
    return f"scikit-learn's {type(_perceptron(made)).__name__}{before}"


def _adapter(call: Callable[[], Any]) -> Any:
    """The adapter of scikit-learn's class, over what the function makes, with its activation."""
    from sklearn.base import clone
    from sklearn.neural_network import MLPClassifier

    from mlp_conformance.adapters.sklearn_estimator import ACTIVATIONS

    made = _perceptron(_made(call))

    def model() -> Any:
        """An estimator with the same settings that has learnt nothing."""
        return clone(made)

    model.__name__ = type(made).__name__
    adapter: Any
    if isinstance(made, MLPClassifier):
        from mlp_conformance.adapters.sklearn_classifier import MLPClassifierAdapter

        adapter = MLPClassifierAdapter(model)  # type: ignore[arg-type]
    else:
        from mlp_conformance.adapters.sklearn import MLPRegressorAdapter

        adapter = MLPRegressorAdapter(model)  # type: ignore[arg-type]
    own = {name for name, theirs in ACTIVATIONS.items() if theirs == made.activation}
    adapter.claims = replace(adapter.claims, activations=own or set(ACTIVATIONS))
    return adapter


@cache
def _call(found: Callable[..., Any]) -> Callable[[], Any] | None:
    """A call of a function without arguments that returns a perceptron; None if there is none."""
    if "sklearn" not in sys.modules or not inspect.isfunction(found) or not _KINDS & set(_names(found.__code__)):
        return None
    for call in _calls(found):
        try:
            made = _made(call)
        except (Exception, SystemExit):
            continue
        if _perceptron(made) is not None:
            return call
    return None


def _made(call: Callable[[], Any]) -> Any:
    """What a call returns, without what it prints and without warnings, of training that has not converged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return quietly(call, _PROBING)


def _calls(found: Callable[..., Any]) -> Iterator[Callable[[], Any]]:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [p for p in inspect.signature(found).parameters.values() if p.default is p.empty and p.kind not in kinds]
    for value in _GIVEN if needed else (None,):
        by_name = {p.name: value for p in needed if p.kind is p.KEYWORD_ONLY}
        given = [value for p in needed if p.kind is not p.KEYWORD_ONLY]
        yield lambda given=given, by_name=by_name: found(*given, **by_name)  # type: ignore[misc]


def _perceptron(made: Any) -> Any:
    """The perceptron that something is or ends in; None for all else."""
    steps = getattr(made, "steps", None)
    last = steps[-1][1] if isinstance(steps, list) and steps and type(made).__module__ == "sklearn.pipeline" else made
    own = any(base.__module__.startswith("sklearn.neural_network") for base in type(last).__mro__)
    return last if own and hasattr(last, "hidden_layer_sizes") else None


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function's text has, and those of the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
