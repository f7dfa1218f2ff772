"""Settings objects: a dictionary, a dataclass or a namespace that a constructor takes in place of its arguments."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.dials import setting


def settings_objects(found: Callable[..., Any], parameter: inspect.Parameter, depth: int) -> list[str]:
    """Expressions for a settings object with what a class takes out of it, by the fields' names."""
    texts = []
    for name, cls in _settings_classes(found):
        fields = {f.name: f.default for f in dataclasses.fields(cls) if f.init}
        texts.append(f"program.{name}({_given(fields, depth)})")
    attributes, keys = _used(found, parameter.name)
    if attributes:
        texts.append(f"SimpleNamespace({_given(attributes, depth)})")
    if keys:
        texts.append(f"dict({_given(keys, depth)})")
    return texts


def keyword_settings(found: Callable[..., Any], parameter: inspect.Parameter, depth: int) -> str:
    """Keyword arguments for what a class takes out of its `**kwargs`, by their names."""
    _, keys = _used(found, parameter.name)
    return _given(keys, depth)


def _settings_classes(found: Callable[..., Any]) -> Iterator[tuple[str, type]]:
    """The dataclasses of the program that are named like settings."""
    words = ("config", "setting", "option", "hyper", "param", "args")
    module = sys.modules.get(found.__module__)
    for name, value in vars(module).items() if module is not None else ():
        is_data = isinstance(value, type) and dataclasses.is_dataclass(value) and value is not found
        if is_data and any(word in name.lower() for word in words):
            yield name, value


def _used(found: Callable[..., Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes and the keys that a class reads from an argument of that name, and from where it keeps it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(found)))
    except (OSError, TypeError, SyntaxError):
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
            keys[str(node.args[0].value)] = None
    return attributes, keys


def _given(fields: dict[str, Any], depth: int) -> str:
    """Arguments for the fields whose names say what they are."""
    from mlp_conformance.recognise.construct import choices

    texts = []
    for name, default in fields.items():
        role, size = roles.argument(name, fields), roles.size(name)
        if role in ("off", "keep"):
            texts.append(f"{name}={setting(name, 1.0 if roles.is_factor(name) else 0.0, fields)}")
        elif isinstance(default, str) or role in ("activation", "loss_name"):
            continue
        elif role in ("rate", "epochs", "batch_size", "seed") or size:
            parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
            plural = size == "hidden" and name.lower().endswith(("s", "sizes", "dims", "layers"))
            options = choices(parameter, 0, 1, depth)
            texts.append(f"{name}={'list(sizes[1:-1])' if plural else options[0]}")
    return ", ".join(texts)
