"""The losses and optimisers of a program that are objects: what a trainer is given beside its network.

As in `Trainer(model, MSELoss(), SGD(lr=0.1))`: the ones that the program itself makes come first.
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Context, Offer
from mlp_conformance.recognise.calling.filling import fillings
from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.source.program import Program, values
from mlp_conformance.recognise.source.signatures import required, signature

#: What an optimiser's class is called, plain gradient descent first, and what it does.
_OPTIMISERS = (
    r"sgd|gradient_?descent|^gd",
    r"^(?!.*(ada|rms|nesterov|momentum|lion|lbfgs)).*(optim|descent|updat)",
    r"optim|descent|updat|ada|momentum|rms|nesterov|lion|lbfgs",
)
_UPDATES = (*roles.UPDATE[:9], r"^minimi[sz]e")
#: So many of each are tried.
_MOST = 2
#: Where a network keeps what an optimiser is given: as a method, or as an attribute.
_KEPT = ("parameters", "params", "get_parameters", "get_params", "weights", "layers")


def concrete(classes: dict[str, type]) -> dict[str, type]:
    """The classes without those that are there to be extended: they leave out what those that extend them have."""
    extended: dict[type, list[type]] = {}
    for cls in classes.values():
        for base in cls.__mro__[1:]:
            extended.setdefault(base, []).append(cls)
    return {
        key: cls
        for key, cls in classes.items()
        if not (inspect.isabstract(cls) or (cls in extended and _leaves_out(cls, extended[cls])))
    }


def _leaves_out(cls: type, extending: list[type]) -> bool:
    """Whether a method of the class itself is there to be overridden, is empty, or calls what only others have."""
    codes = {name: code for name, method in vars(cls).items() if (code := getattr(method, "__code__", None)) is not None}
    theirs = {name for other in extending for name, value in vars(other).items() if inspect.isroutine(value)}
    lacking = {name for name in theirs if not hasattr(cls, name)}
    return any(
        "NotImplementedError" in code.co_names
        or not lacking.isdisjoint(code.co_names)
        or (name in theirs and "forward" in name and not code.co_names and len(code.co_consts) <= 1)
        for name, code in codes.items()
    )


def is_derivative(name: str) -> bool:
    """Whether a function's name is that of a derivative."""
    lowered = name.lower()
    return any(word in lowered for word in ("prime", "deriv", "grad", "dsig", "dtanh", "drelu", "_d", "d_", "diff", "back"))


def is_loss(name: str) -> bool:
    """Whether a name is that of a loss."""
    lowered = name.lower()
    return any(
        word in lowered for word in ("loss", "nll", "likelihood", "criterion", "mse", "error", "entropy", "cost", "squared")
    )


@lru_cache(16)
def loss_objects(program: Program) -> tuple[str, ...]:
    """Expressions for the losses of a program that are objects."""
    made = _made(program)
    found = [key for key, cls in _classes(program) if is_loss(key) and not required(signature(cls) or [])]
    return tuple(f"program.{key}()" for key in sorted(found, key=lambda key: -made[key])[:_MOST])


def optimisers(classes: dict[str, type]) -> list[tuple[str, type]]:
    """The classes that take steps, by their names and what they do: plain gradient descent first."""
    found = []
    for key, cls in classes.items():
        rank = roles.rank(key, _OPTIMISERS)
        updates = any(roles.rank(name, _UPDATES) < len(_UPDATES) for name in dir(cls) if not name.startswith("__"))
        if rank < len(_OPTIMISERS) and updates:
            found.append((rank, key, cls))
    return [(key, cls) for _, key, cls in sorted(found, key=lambda entry: entry[0])]


@lru_cache(16)
def optimiser_objects(program: Program, root: str) -> tuple[str, ...]:
    """Expressions for the optimisers of a program, over the parameters of the network that stands in `root`."""
    made = _made(program)
    ordered = dict(sorted(_classes(program), key=lambda item: -made[item[0]]))
    texts: list[str] = []
    for key, cls in optimisers(ordered):
        whole = Context(Layout("", "inputs", "targets"), parameters=[root])
        held = {p.name: [text] for p in signature(cls) or [] for text in _kept(program, p.name, root)}
        for other in [{name: text[0] for name, text in held.items()}, {}] if held else [{}]:
            whole.names = other
            texts += islice(fillings(Offer(f"program.{key}", key, cls), whole), 1)
    return tuple(dict.fromkeys(texts))[: 2 * _MOST]


def _classes(program: Program) -> Iterator[tuple[str, type]]:
    """The classes of a program but for those that are there to be extended."""
    yield from concrete({key: value for key, value in values(program).items() if isinstance(value, type)}).items()


def _made(program: Program) -> Counter[str]:
    """How often a program calls what goes by each name."""
    calls = (node.func for node in ast.walk(program.tree) if isinstance(node, ast.Call))
    return Counter(call.id for call in calls if isinstance(call, ast.Name))


def _kept(program: Program, name: str, root: str) -> list[str]:
    """Where the network keeps what an argument of that name is given, if it is not the network itself."""
    lowered = name.lower().strip("_")
    if lowered not in _KEPT:
        return []
    runs = [node for node in program.tree.body if isinstance(node, ast.ClassDef) and _runs_forward(node)]
    for own in dict.fromkeys((lowered, *_KEPT)):
        for node in runs:
            method = next((part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == own), None)
            if method is not None:
                return [f"{root}.{own}{'' if method.decorator_list else '()'}"]
            if any(isinstance(part, ast.Attribute) and part.attr == own for part in _stored(node)):
                return [f"{root}.{own}"]
    return []


def _runs_forward(node: ast.ClassDef) -> bool:
    names = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
    return any(roles.rank(name, roles.FORWARD[:9]) < 9 for name in names)


def _stored(node: ast.ClassDef) -> Iterator[ast.AST]:
    """What a class assigns to."""
    return (part for part in ast.walk(node) if isinstance(getattr(part, "ctx", None), ast.Store))
