"""What a program lets its user set that is no part of a network: its learning rate, epochs and batch, and what is to be off.

A dial that the program offers (an argument, an attribute, a constant) is a convention and is set; what is built into its
formulas is not.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.turned_off import ENDLESS, kind
from mlp_conformance.recognise.parameters.tensors import is_keras_model, is_torch_module

#: What the dials of a program are set to, by role.
SETTINGS = {"rate": "learning_rate", "epochs": "epochs", "batch_size": "len(inputs)", "keep": "1.0"}


def setting(name: str, default: Any, beside: Collection[str] = ()) -> str:
    """The expression to set a dial of that name to; empty if it is none.

    default: the number that stands there; beside: the names of what else stands there.
    """
    role = roles.argument(name, beside)
    if role == "off" and default is True:
        return "False"
    if isinstance(default, Decimal):
        return f"decimals({SETTINGS['rate']})" if role == "rate" else ""
    if not isinstance(default, int | float) or isinstance(default, bool):
        return ""
    if role == "off" and (roles.is_patience(name) or (re.search("stop", name, re.I) and type(default) is int)):
        return ENDLESS  # a number of epochs to wait for
    if role == "off" and kind(name) == "stopping early" and not name.lower().startswith("tol"):
        return ""
    if role == "epochs" and not float(default).is_integer():
        return ""  # a `step` of 0.1 is no number of steps
    if role == "off":  # a factor that is applied again and again does nothing at 1, one that is added does at 0
        return "1.0" if roles.is_factor(name) and default > 0.5 else "0.0"
    return whole_batch(default) if roles.is_batch_size(name, default) else SETTINGS.get(role, "")


def whole_batch(default: Any) -> str:
    """What makes a batch of all samples: a number between 0 and 1 is the part of them that a batch has."""
    return "1.0" if isinstance(default, float) and 0 < default <= 1 else SETTINGS["batch_size"]


def dials(path: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(what to assign to, expression) for the dials of an object, and of the settings that it keeps."""
    if is_keras_model(value):
        if getattr(value, "optimizer", None) is not None:
            yield f"{path}.optimizer.learning_rate", SETTINGS["rate"]
        return
    if hasattr(value, "param_groups"):  # torch's optimisers
        yield f'{path}.param_groups[0]["lr"]', SETTINGS["rate"]
        if value.param_groups[0].get("momentum"):
            yield f'{path}.param_groups[0]["momentum"]', "0.0"
            yield f'{path}.param_groups[0]["nesterov"]', "False"
        return
    if isinstance(value, dict):
        found = {f'{path}["{key}"]': (key, inner) for key, inner in value.items() if isinstance(key, str)}
    else:
        own = class_numbers(type(value)) | getattr(value, "__dict__", {})
        found = {f"{path}.{key}": (key, inner) for key, inner in own.items()}
    beside = [key for key, _ in found.values()]
    for target, (key, inner) in found.items():
        text = setting(key, inner, beside)
        if text and text != str(inner):
            yield target, text
        if depth == 0 and (isinstance(inner, dict | SimpleNamespace | argparse.Namespace) or dataclasses.is_dataclass(inner)):
            yield from dials(target, inner, 1)


def without_dropout(path: str, value: Any) -> list[str]:
    """Statements that turn off what torch's modules leave out by chance, whether they train or not; none if nothing does."""
    parts = value.modules() if is_torch_module(value) else ()
    if not any("Dropout" in type(part).__name__ and part.p for part in parts):
        return []
    return [f"for part in {path}.modules():", '    if "Dropout" in type(part).__name__:', "        part.p = 0.0"]


def class_dials(path: str, cls: type) -> Iterator[tuple[str, str]]:
    """The same for the numbers that all objects of a class share, as the neurons of `class Neuron: eta = 0.15` do."""
    own = class_numbers(cls)
    for key, inner in own.items():
        text = setting(key, inner, own) if key in vars(cls) else ""
        if text and text != str(inner):
            yield f"{path}.{key}", text


def class_numbers(cls: type) -> dict[str, float]:
    """The numbers that objects have from their class, as in `class Net: LEARNING_RATE = 0.5`."""
    found = {key: inner for base in reversed(cls.__mro__) for key, inner in vars(base).items()}
    return {key: inner for key, inner in found.items() if type(inner) in (int, float) and not key.startswith("__")}
