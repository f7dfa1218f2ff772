"""Which calls a program offers, and with which expressions for their arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.parameters.tensors import is_keras_model, is_torch_module
from mlp_conformance.recognise.source.signatures import signature, text_of
from mlp_conformance.recognition import DOES_MORE, REACHES_OUT


@dataclass(frozen=True)
class Offer:
    """A function of the program or a method of its network: how it is written, and what it is."""

    text: str
    name: str
    call: Callable[..., Any]

    @property
    def parameters(self) -> list[inspect.Parameter]:
        return signature(self.call) or []

    @property
    def returned(self) -> list[str]:
        """The names in its last `return a, b`, if there is one."""
        return returned_names(self.call)


@dataclass
class Context:
    """What is at hand when a call's arguments are filled in. names: expressions by lower-case name of a variable."""

    layout: Layout
    output: list[str] = field(default_factory=list)
    cache: list[str] = field(default_factory=list)
    gradients: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    optimisers: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def offers(prefix: str, owner: Any) -> list[Offer]:
    """The functions in a module or the methods of an object, private ones last."""
    if inspect.ismodule(owner):
        found = [
            Offer(f"{prefix}.{name}", name, value)
            for name, value in vars(owner).items()
            if inspect.isfunction(inspect.unwrap(value)) and _stands_in(owner, name, value) and not DOES_MORE.match(name)
        ]
    elif inspect.isfunction(owner) or isinstance(owner, tuple | dict):
        parts = owner.items() if isinstance(owner, dict) else enumerate(owner) if isinstance(owner, tuple) else ()
        named = [(f"{prefix}[{key!r}]".replace("'", '"'), value) for key, value in parts] or [(prefix, owner)]
        found = [Offer(text, value.__name__, value) for text, value in named if inspect.isfunction(value)]
    else:
        found = []
        for name in dir(type(owner)):
            if (name.startswith("__") and name not in ("__call__", "__matmul__")) or REACHES_OUT.match(name):
                continue
            try:
                value = getattr(owner, name, None)
            except Exception:  # a property that is not to be asked yet
                continue
            if callable(value) and not isinstance(value, type) and _is_own(type(owner), name):
                found.append(Offer(prefix if name == "__call__" else f"{prefix}.{name}", name, value))
        if is_keras_model(owner):
            return keras_offers(prefix, owner)
        if is_torch_module(owner):
            found.insert(0, Offer(prefix, "forward", lambda inputs: owner(inputs)))
        for name, value in getattr(owner, "__dict__", {}).items():
            if inspect.isroutine(value):
                found.append(Offer(f"{prefix}.{name}", name, value))
    return sorted(found, key=lambda offer: offer.name.startswith("_") and offer.name != "__call__")


def _stands_in(module: ModuleType, name: str, function: Any) -> bool:
    """Whether a function is a module's own; of a package's, which has many, also whether its name says what it does."""
    home = getattr(function, "__module__", "")
    return home == module.__name__ or (
        home in getattr(module, "__modules__", ()) and any(roles.rank(name, k) < len(k) for k in _DO)
    )


#: What functions of a network do.
_DO = (roles.FORWARD, roles.BACKWARD, roles.UPDATE, roles.TRAIN, roles.LOSS, roles.INITIALISE)


def keras_offers(prefix: str, model: Any) -> list[Offer]:
    """What a Keras model can do for a batch: its output, and, once it is compiled, its loss and a step of its optimiser."""
    found = [Offer(f"{prefix}.predict_on_batch", "predict", lambda inputs: model.predict_on_batch(inputs))]
    if getattr(model, "optimizer", None) is not None:
        found.append(Offer(f"{prefix}.test_on_batch", "loss", lambda inputs, targets: model.test_on_batch(inputs, targets)))
        found.append(
            Offer(f"{prefix}.train_on_batch", "train_on_batch", lambda inputs, targets: model.train_on_batch(inputs, targets))
        )
        if type(model).train_step.__module__.partition(".")[0] != "keras":  # it takes apart what `fit` gives it
            found.append(Offer(f"{prefix}.fit", "fit", _fit))
    return found


def _fit(inputs: Any, targets: Any, *, batch_size: int, epochs: int, shuffle: bool, verbose: int) -> None:
    """What `fit` of Keras is given."""


def _is_own(cls: type, name: str) -> bool:
    owner = next((c for c in cls.__mro__ if name in vars(c)), cls)
    return owner.__module__.partition(".")[0] not in ("builtins", "torch", "collections", "abc", "typing")


def returned_names(call: Callable[..., Any]) -> list[str]:
    """["dW1", "db1"] for a function that ends with `return dW1, db1`; [] where it does not tell."""
    tree = text_of(call)
    if tree is None:
        return []
    returns = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    if not returns or not isinstance(returns[-1], ast.Tuple):
        return [returns[-1].id] if returns and isinstance(returns[-1], ast.Name) else []
    return [_name_of(element) for element in returns[-1].elts]


def _name_of(element: ast.expr) -> str:
    """The variable that is returned, also turned round or as another container: `dws[::-1]`, `list(reversed(dws))`."""
    while True:
        if isinstance(element, ast.Subscript) and isinstance(element.slice, ast.Slice):
            element = element.value
        elif isinstance(element, ast.Call) and len(element.args) == 1 and not element.keywords:
            element = element.args[0]
        else:
            return element.id if isinstance(element, ast.Name) else ""


def ranked(found: Iterable[Offer], patterns: tuple[str, ...], others: bool = False) -> list[Offer]:
    """Offers by what their names promise; those whose names promise nothing only with `others`, last."""
    scored = [(roles.rank(offer.name, patterns), index, offer) for index, offer in enumerate(found)]
    return [offer for score, _, offer in sorted(scored, key=lambda s: s[:2]) if others or score < len(patterns)]
