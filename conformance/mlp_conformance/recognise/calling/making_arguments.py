"""What an argument of something that makes a network may be given, by its name and place, in terms of the network's sizes."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import setting
from mlp_conformance.recognise.source.signatures import GENERATORS

#: How many hidden layers there are, how many layers of weights, and of units.
LAYER_COUNTS = ("len(sizes) - 2", "len(sizes) - 1", "len(sizes)")
#: The members of an enumeration that are activations, and so many that are tried.
_ACTIVATION, _MEMBERS = re.compile(r"sigmoid|logistic|tanh|relu", re.I), 3


def choices(
    parameter: inspect.Parameter,
    position: int,
    count: int,
    depth: int,
    own: dict[str, str] | None = None,
    beside: Collection[str] = (),
) -> list[str]:
    """Expressions for one argument, in terms of `sizes`, `learning_rate` and the program's own functions and structures.

    beside: the names of the other arguments.
    """
    name, role = parameter.name, roles.argument(parameter.name, beside)
    if own and name.lower() in own:
        return [own[name.lower()]]
    if (numbered := roles.parameter_number(name)) is not None:
        return _arrays(*numbered)
    if role in ("off", "keep"):
        return [setting(name, 1.0 if roles.is_factor(name) else 0.0, beside)]
    if role in ("rate",):
        return ["learning_rate"]
    if role == "scale":
        return ["0.5"]
    if role == "epochs":
        return ["1"]
    if role == "batch_size":
        return ["1"]
    if role == "generator":
        return [*(["jax.random.PRNGKey(0)"] if "jax" in sys.modules else []), *GENERATORS]
    if role == "seed":
        return ["0"]
    if role == "key":
        return ["program.nnx.Rngs(0)"] if name == "rngs" else ["jax.random.PRNGKey(0)", "0"]
    if role == "activation":
        return ['"sigmoid"', "program.sigmoid", '["sigmoid"] * (len(sizes) - 1)']
    if role == "loss_name":
        return ['"mse"']
    if roles.is_depth(name) and not isinstance(parameter.default, list | tuple):
        return list(LAYER_COUNTS)
    size = roles.size(name)
    lists = ["list(sizes)", "tuple(sizes)"]
    if size == "inputs" and role not in ("targets",):
        return ["sizes[0]", "inputs"] if role == "inputs" else ["sizes[0]"]
    if size == "outputs":
        return ["sizes[-1]", "targets"] if role == "targets" else ["sizes[-1]"]
    if size == "hidden":
        number = "".join(c for c in name if c.isdigit())
        if number and depth > 2:
            return [f"sizes[{number}]"]
        return ["sizes[1]", "list(sizes[1:-1])"] if depth == 2 else ["list(sizes[1:-1])", "sizes[1]"]
    if size == "all" and (count == 1 or any(roles.is_depth(other) for other in beside)):
        return lists  # the one beside it says how many there are
    if role in ("inputs", "data"):
        return ["inputs"]
    if role == "targets":
        return ["targets"]
    if count >= 3 and position < depth + 1:
        is_last = position == count - 1 < depth  # `(n_in, n_hidden, n_out)` of a network that is deeper than it has numbers
        return [f"sizes[{position}]", *(["sizes[-1]"] if is_last else [])]
    if count == 2:
        return ["sizes[0]", "sizes[1]", "sizes[-1]"][position : position + 1] or ["sizes[-1]"]
    return lists


def members(found: Callable[..., Any], annotation: Any) -> list[str]:
    """Expressions for the members of an enumeration that an argument is to be one of, those first that are activations."""
    named = getattr(sys.modules.get(found.__module__), annotation, None) if isinstance(annotation, str) else annotation
    if not (isinstance(named, type) and issubclass(named, Enum)):
        return []
    names = sorted(named.__members__, key=lambda name: not _ACTIVATION.fullmatch(name))
    return [f"program.{named.__name__}.{name}" for name in names[:_MEMBERS]]


def _arrays(kind: str, number: int) -> list[str]:
    """Expressions for the weights or biases of a layer, for what is made from arrays, as `Model(w1, b1, w2, b2)` is."""
    n_in, n_out = f"sizes[{number - 1}]", f"sizes[{number}]"
    shapes = [f"({n_in}, {n_out})", f"({n_out}, {n_in})"] if kind == "weights" else [f"({n_out},)"]
    library = "torch.zeros({}, dtype=torch.float64)" if "torch" in sys.modules else "np.zeros({})"
    return [library.format(shape) for shape in shapes]
