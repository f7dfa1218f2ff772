"""Finding arrays in objects: every number that can be reached from an object, as tensors with the expression that reads them.

A tensor is one array, or scalars and vectors that stand in objects of one kind and make up an array together, such as
the weights of the neurons of a layer.
"""

from __future__ import annotations

import inspect
import re
import sys
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from numbers import Real
from typing import Any

import numpy as np

from mlp_conformance.recognise.numbers.decimals import DECIMAL
from mlp_conformance.recognise.parameters.cells import cells
from mlp_conformance.standing_in import SHOWING

_DEEPEST = 7
_MOST = 4000
_PLAIN = (
    str,
    bytes,
    type(None),
    bool,
    type,
    type(sys),
    type(lambda: 0),
    type(print),
    np.random.Generator,
    np.random.RandomState,
)
#: Libraries whose objects hold nothing that is part of a network.
_BESIDE = SHOWING | {"PIL", "logging", "threading"}


@dataclass(frozen=True)
class Leaf:
    """An array, list of numbers or number as it stands in the program: how to read it, its shape, what kind it is."""

    path: str
    #: "array", "list", "typed" (an `array.array`), "torch", "jax", "nnx", "keras", "number", "scalars" (named one by one),
    #: "value" (in an object's `.data`), "new" (assigned anew)
    kind: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Tensor:
    """A leaf, or leaves stacked along `counts` more axes: `template` has a {} for each.

    rows: the shape of the matrix whose rows the leaf has one after another, as arrays of C have; () if it is what it is.
    alone: whether no array of another kind of name has its shape, of which it could be a moment or a gradient.
    """

    template: str
    counts: tuple[int, ...]
    leaf: Leaf
    rows: tuple[int, ...] = ()
    alone: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return self.rows or self.counts + self.leaf.shape

    @property
    def lengths(self) -> tuple[int, ...]:
        """Of the axes that an expression for the whole array has to say."""
        return self.rows or self.counts

    @property
    def read(self) -> str:
        """An expression for the whole array."""
        return self.read_as(*map(str, self.lengths))

    def read_as(self, *lengths: str) -> str:
        """The same with expressions for the lengths of the axes that it has to say."""
        if self.rows:
            return f"np.reshape({self.template.format()}, ({', '.join(lengths)}))"
        names = "ijk"[: len(self.counts)]
        inner = self.template.format(*names)
        inner += {"torch": ".detach().numpy()", "value": ".data", "keras": ".numpy()"}.get(self.leaf.kind, "")
        for name, count in reversed(list(zip(names, lengths, strict=True))):
            inner = f"[{inner} for {name} in range({count})]"
        wrapped = ("list", "typed", "jax", "nnx", "number", "value", "scalars")
        plain = ", dtype=float" if self.leaf.dtype == DECIMAL else ""
        return f"np.array({inner}{plain})" if self.counts or self.leaf.kind in wrapped else inner


def leaves(root: str, value: Any, seen: set[int] | None = None) -> list[Leaf]:
    """Every numeric leaf that can be reached from `value`, whose expression is `root`, the nearest first.

    A number of an automatic differentiation leads to all that it was computed from: what is near is what is meant.
    """
    seen = set() if seen is None else seen
    found: list[Leaf] = []
    pending = deque([(root, value, 0)])
    while pending and len(found) < _MOST:
        path, inner, depth = pending.popleft()
        for item in _within(path, inner, depth, seen):
            if isinstance(item, Leaf):
                found.append(item)
            else:
                pending.append((*item, depth + 1))
    return found


def _within(path: str, value: Any, depth: int, seen: set[int]) -> Iterator[Leaf | tuple[str, Any]]:
    """The leaf that a value is, or (expression, value) of its parts."""
    if inspect.isfunction(value) and depth < _DEEPEST and id(value) not in seen:
        seen.add(id(value))
        remembered = cells(value)
        for name in remembered:
            inner = remembered.get(name)
            if inner is not None and not inspect.isfunction(inner):
                yield f'cells({path})["{name}"]', inner
        return
    if depth > _DEEPEST or isinstance(value, _PLAIN) or type(value).__module__ == "unittest.mock":
        return
    if type(value).__module__.partition(".")[0] in _BESIDE:
        return
    if isinstance(value, Real | np.generic):
        if np.asarray(value).dtype.kind in "fiu":
            yield Leaf(path, "number", (), str(np.asarray(value).dtype))
        return
    if isinstance(value, Decimal):
        yield Leaf(path, "number", (), DECIMAL)
        return
    if id(value) in seen:
        yield from _known_elsewhere(path, value)
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        yield Leaf(path, "array", value.shape, str(value.dtype))
    elif type(value).__module__.startswith("jax") and hasattr(value, "dtype"):
        yield Leaf(path, "jax", tuple(value.shape), str(value.dtype))
    elif type(value).__module__.startswith("flax.nnx") and type(value).__name__ == "Param":
        yield Leaf(path, "nnx", tuple(value.shape), str(value.dtype))
    elif is_keras_model(value):
        for index, variable in enumerate(value.trainable_variables):
            yield Leaf(f"{path}.trainable_variables[{index}]", "keras", tuple(variable.shape), str(variable.dtype))
    elif is_tensor(value):
        yield Leaf(path, "torch", tuple(value.shape), str(value.dtype).removeprefix("torch."))
        yield from ((f"{path}.{name}", item) for name, item in vars(value).items())
    elif is_torch_module(value):
        for name, parameter in value.named_parameters():
            dotted = re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", "." + name)
            yield Leaf(path + dotted, "torch", tuple(parameter.shape), str(parameter.dtype).removeprefix("torch."))
        yield from ((f"{path}.{name}", item) for name, item in vars(value).items() if _is_unregistered(item, value))
    elif isinstance(value, list | tuple) and (shape := _rectangular(value)) is not None:
        first = value[0] if len(shape) == 1 else value[0][0]
        yield Leaf(path, "list", shape, DECIMAL if isinstance(first, Decimal) else "float64")
    elif isinstance(value, array) and value.typecode in "fd":
        yield Leaf(path, "typed", (len(value),), "float64" if value.typecode == "d" else "float32")
    elif isinstance(value, dict):
        for key, item in list(value.items()):
            if isinstance(key, str | int) or (isinstance(key, tuple) and key and all(isinstance(k, str | int) for k in key)):
                written = ", ".join(map(repr, key)) if isinstance(key, tuple) else repr(key)
                yield f"{path}[{written}]".replace("'", '"'), item
    elif isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.dtype == object and value.ndim):
        names = getattr(value, "_fields", None)
        for index, item in enumerate(list(value)):
            yield f"{path}.{names[index]}" if names else f"{path}[{index}]", item
    elif isinstance(getattr(value, "data", None), Real) and hasattr(value, "grad"):
        yield Leaf(path, "value", (), "float64")
    elif not callable(value) or hasattr(value, "__dict__"):
        for name, item in _attributes(value).items():
            yield f"{path}.{name}", item


def _is_unregistered(item: Any, owner: Any) -> bool:
    """Whether an attribute of a torch module is a plain list of modules, of which it does not know: no optimiser gets them."""
    if not isinstance(item, list | tuple) or not all(is_torch_module(part) for part in item):
        return False
    known = {id(parameter) for parameter in owner.parameters()}
    return any(id(parameter) not in known for part in item for parameter in part.parameters())


def _known_elsewhere(path: str, value: Any) -> Iterator[Leaf]:
    """The numbers of a connection that another list has too: both its ends know it, and either may tell its place."""
    if path.endswith("]") and not isinstance(value, list | tuple | dict) and not is_torch_module(value):
        parts = _attributes(value)
        if not any(isinstance(part, list | tuple | dict | set | np.ndarray) for part in parts.values()):
            for name, part in parts.items():
                if isinstance(part, float | np.floating):
                    yield Leaf(f"{path}.{name}", "number", (), str(np.asarray(part).dtype))


def _attributes(value: Any) -> dict[str, Any]:
    if type(value).__module__.partition(".")[0] in ("numpy", "builtins", "collections", "functools", "random"):
        return {}
    found = dict(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = getattr(cls, "__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            try:
                found[name] = getattr(value, name)
            except Exception:  # a slot that is empty, or that answers with an error
                continue
    cls_name = type(value).__name__
    return {
        (name if not name.startswith("__") or name.endswith("__") else f"_{cls_name}{name}"): item
        for name, item in found.items()
    }


def is_tensor(value: Any) -> bool:
    """Whether something is a torch.Tensor of floats; torch is not loaded to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and hasattr(torch, "Tensor") and isinstance(value, torch.Tensor) and value.is_floating_point()


def is_torch_module(value: Any) -> bool:
    """Whether something is a torch.nn.Module and no keras.Model, which may be one; torch is not loaded to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and hasattr(torch, "nn") and isinstance(value, torch.nn.Module) and not is_keras_model(value)


def is_keras_model(value: Any) -> bool:
    """Whether something is a keras.Model; Keras is not loaded to find out."""
    keras = sys.modules.get("keras")
    return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)


def is_keras_model_class(found: Any) -> bool:
    """Whether something is a class derived from keras.Model; Keras is not loaded to find out."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(found, type) and issubclass(found, keras.Model)


def _rectangular(value: Any) -> tuple[int, ...] | None:
    """The shape of a list of numbers, or of lists of numbers; None for anything else."""
    if not value:
        return None
    if all(isinstance(x, Real | np.generic | Decimal) and not isinstance(x, bool) for x in value):
        return (len(value),)
    if all(isinstance(x, list | tuple) for x in value):
        inner = {_rectangular(x) for x in value}
        shape = inner.pop()
        if not inner and shape is not None and len(shape) == 1:
            return (len(value), *shape)
    return None


#: A number in brackets, by itself or, in a dictionary's key, among others.
_INDEX = re.compile(r"(?<=\[)\d+(?=[\],])|(?<=, )\d+(?=[\],])")


def tensors(found: list[Leaf]) -> list[Tensor]:
    """The leaves themselves, and those that make up arrays of at most two axes together."""
    result = [Tensor(leaf.path.replace("{", "{{").replace("}", "}}"), (), leaf) for leaf in found]
    groups: dict[str, dict[tuple[int, ...], Leaf]] = {}
    for leaf in found:
        indices = tuple(int(i) for i in _INDEX.findall(leaf.path))
        if indices and len(leaf.shape) < 2:
            groups.setdefault(_INDEX.sub("{}", leaf.path), {})[indices] = leaf
    groups = dict(_with_places(template, members, groups) for template, members in groups.items())
    for template, members in groups.items():
        length = len(next(iter(members)))
        for stacked in range(1, min(length, 2) + 1):
            for fixed in dict.fromkeys(indices[: length - stacked] for indices in members):
                part = {i[length - stacked :]: leaf for i, leaf in members.items() if i[: length - stacked] == fixed}
                spans = [range(min(i[axis] for i in part), max(i[axis] for i in part) + 1) for axis in range(stacked)]
                shapes = {leaf.shape for leaf in part.values()}
                full = set(part) == set(product(*spans))
                text = _from(template, fixed, [span.start for span in spans])
                if full and text and len(shapes) == 1 and stacked + len(next(iter(shapes))) <= 2:
                    result.append(Tensor(text, tuple(map(len, spans)), next(iter(part.values()))))
    return result


def _from(template: str, fixed: Sequence[int], starts: Sequence[int]) -> str:
    """A template with numbers in its first places, and what the others count from; empty if that cannot be written.

    Units after a bias unit that is the first of its layer, and has no weights of its own, count from 1.
    """
    for index in fixed:
        template = template.replace("{}", str(index), 1)
    for place, start in reversed(list(enumerate(starts))):
        if start:
            parts = template.split("{}")
            before, after = "{}".join(parts[: place + 1]), "{}".join(parts[place + 1 :])
            if start > 1 or not before.endswith("[") or not after.startswith("]."):
                return ""
            template = f"{before}1:][{{}}{after}"
    return template


def _with_places(
    template: str, members: dict[tuple[int, ...], Leaf], groups: dict[str, dict[tuple[int, ...], Leaf]]
) -> tuple[str, dict[tuple[int, ...], Leaf]]:
    """A template with the numbers written out that are places and do not count, as 0 in `layers[{}][{}][0][{}]` of pairs.

    A pair has other things at its other places.
    """
    parts = template.split("{}")
    for place in range(len(parts) - 2, 0, -1):
        prefix = "{}".join(parts[: place + 1])
        own = {indices[place] for indices in members}
        alike = (others for text, others in groups.items() if text.startswith(prefix + "{}") and others is not members)
        if len(own) == 1 and any(own.isdisjoint(indices[place] for indices in others) for others in alike):
            parts[place : place + 2] = [f"{parts[place]}{own.pop()}{parts[place + 1]}"]
            members = {indices[:place] + indices[place + 1 :]: leaf for indices, leaf in members.items()}
    return "{}".join(parts), members


def is_numeric(value: Any) -> bool:
    """Whether something is an array, or a list that makes one, of numbers."""
    if not isinstance(value, np.ndarray | list) or (isinstance(value, list) and not value):
        return False
    try:
        return np.asarray(value).dtype.kind in "fiub"
    except Exception:  # a ragged list, or tensors that refuse
        return False
