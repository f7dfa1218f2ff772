"""What to do about an error of an adapter: how its operations are called, and what may be done with the arrays it is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError
from typing import Any

from mlp_reference.network import Layer, Network

#: The arguments of each operation, in their order.
ARGUMENTS = {
    "forward": ("network", "inputs"),
    "loss": ("network", "inputs", "targets"),
    "gradients": ("network", "inputs", "targets"),
    "train": ("network", "inputs", "targets", "learning_rate", "epochs"),
}


def takes(method: Callable[..., Any], arguments: Sequence[Any], options: Mapping[str, Any] | None = None) -> bool:
    """Whether a method can be called with these; of what cannot be inspected it is taken for granted."""
    try:
        inspect.signature(method).bind(*arguments, **(options or {}))
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def advice(error: BaseException, operation: str, method: Callable[..., Any], options: Mapping[str, Any]) -> str:
    """A sentence that says what to do about an error that a call of an operation raised; "" where none is known."""
    if isinstance(error, FrozenInstanceError) and isinstance(_refusing(error), Layer | Network):
        return (
            ". What is given cannot be replaced: write into its arrays, `layer.weights[:] -= ...`, "
            "or build new arrays and return them"
        )
    if isinstance(error, TypeError) and operation in ARGUMENTS and not takes(method, ARGUMENTS[operation], options):
        return f"{_place(method)}. It is called as {_called(operation, options)}{_definition(operation, method, options)}"
    return ""


def _refusing(error: FrozenInstanceError) -> Any:
    """The frozen object whose field was to be replaced: the `self` of the method that raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else trace.tb_frame.f_locals.get("self")


def _called(operation: str, options: Mapping[str, Any]) -> str:
    return f"{operation}({', '.join([*ARGUMENTS[operation], *(f'{name}=...' for name in options)])})"


def _definition(operation: str, method: Callable[..., Any], options: Mapping[str, Any]) -> str:
    """How a method has to be defined to be called so; "" for what is no method."""
    if not inspect.ismethod(method):
        return ""
    return f": define it as {operation}({', '.join(['self', *ARGUMENTS[operation], *(f'{name}=None' for name in options)])})"


def _place(method: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(method), "__code__", None)
    return f" ({code.co_filename}, line {code.co_firstlineno})" if code is not None else ""
