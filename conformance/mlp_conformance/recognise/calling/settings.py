"""Settings objects: a dictionary, a dataclass or a namespace that a constructor takes in place of its arguments."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import setting
from mlp_conformance.recognise.calling.making_arguments import LAYER_COUNTS, choices
from mlp_conformance.recognise.source.signatures import text_of

#: Ways in which fields may be meant that are tried.
_WAYS = 4


def settings_objects(found: Callable[..., Any], parameter: inspect.Parameter, depth: int) -> list[str]:
    """Expressions for a settings object with what a class takes out of it, by the fields' names."""
    texts = []
    for name, cls in _settings_classes(found):
        fields = {f.name: f.default for f in dataclasses.fields(cls) if f.init}
        texts += [f"program.{name}({given})" for given in _given(fields, depth)]
    attributes, keys = _used(found, parameter.name)
    if attributes:
        texts += [f"SimpleNamespace({given})" for given in _given(attributes, depth)]
    if keys:
        texts += [f"dict({given})" for given in _given(keys, depth)]
    return texts


def keyword_settings(found: Callable[..., Any], parameter: inspect.Parameter, depth: int) -> list[str]:
    """Keyword arguments for what a class takes out of its `**kwargs`, by their names."""
    _, keys = _used(found, parameter.name)
    return [given for given in _given(keys, depth) if given]


def _settings_classes(found: Callable[..., Any]) -> Iterator[tuple[str, type]]:
    """The dataclasses of the program that are named like settings."""
    words = ("config", "setting", "option", "hyper", "param", "args")
    module = sys.modules.get(found.__module__)
    for name, value in vars(module).items() if module is not None else ():
        is_data = isinstance(value, type) and dataclasses.is_dataclass(value) and value is not found
        if is_data and any(word in name.lower() for word in words):
            yield name, value


def _used(found: Callable[..., Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes and the keys that a class reads from an argument of that name, and from where it keeps it.

    Each with its default, if it has one and that is plainly written: `settings.pop("units", (7,))`.
    """
    tree = text_of(found)
    if tree is None:
        return {}, {}
    kept = {name}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node.value)):
            for target in node.targets:
                kept |= (
                    {target.attr}
                    if isinstance(target, ast.Attribute)
                    else {target.id}
                    if isinstance(target, ast.Name)
                    else set()
                )

        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            given = {n.id for part in node.args for n in ast.walk(part) if isinstance(n, ast.Name)}
            own = node.func.value  # `config = DEFAULTS.copy(); config.update(kwargs)`
            kept |= {getattr(own, "id", getattr(own, "attr", ""))} - {""} if name in given else set()

    def is_kept(node: ast.expr) -> bool:
        return (isinstance(node, ast.Name) and node.id in kept) or (isinstance(node, ast.Attribute) and node.attr in kept)

    attributes: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and is_kept(node.value)
            and node.attr not in ("get", "items", "keys", "copy", "update")
        ):
            attributes[node.attr] = None
        elif isinstance(node, ast.Subscript) and is_kept(node.value) and isinstance(node.slice, ast.Constant):
            keys[str(node.slice.value)] = None
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("get", "pop", "setdefault")
            and is_kept(node.func.value)
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            keys[str(node.args[0].value)] = _default(node)
    return attributes, keys


def _default(call: ast.Call) -> Any:
    try:
        return ast.literal_eval(call.args[1])
    except (IndexError, ValueError):
        return None


def _given(fields: dict[str, Any], depth: int) -> list[str]:
    """Arguments for the fields whose names say what they are, in every way in which they may be meant."""
    options = [texts for name, default in fields.items() if (texts := _options(name, default, depth, fields))]
    return [", ".join(chosen) for chosen in islice(product(*options), _WAYS)]


def _options(name: str, default: Any, depth: int, beside: dict[str, Any]) -> list[str]:
    """What a field may be set to, as keyword arguments; nothing where its name, or its default, says that it is left alone."""
    role, size = roles.argument(name, beside), roles.size(name)
    if role in ("off", "keep"):
        return [f"{name}={setting(name, 1.0 if roles.is_factor(name) else 0.0, beside)}"]
    if isinstance(default, str | bool) or role in ("activation", "loss_name"):
        return []
    if role == "epochs" and isinstance(default, float) and not default.is_integer():
        return []  # a `step` of 0.1 is no number of steps
    if role not in ("rate", "epochs", "batch_size", "seed") and not size and not roles.is_depth(name):
        return []
    if roles.is_depth(name) and isinstance(default, int | None):
        return [f"{name}={text}" for text in LAYER_COUNTS]
    plural = size == "hidden" and name.lower().endswith(("s", "sizes", "dims", "layers"))
    if plural and not isinstance(default, int):
        return [f"{name}=list(sizes[1:-1])"]
    if size == "all" and role not in ("rate", "epochs", "batch_size", "seed"):  # `units` are all, or those of hidden layers
        return (
            [f"{name}=sizes[1]"] if isinstance(default, int) else [f"{name}={t}" for t in ("list(sizes)", "list(sizes[1:-1])")]
        )
    texts = choices(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY), 0, 1, depth)
    return [f"{name}={text}" for text in (texts if size == "hidden" and default is None else texts[:1])]
