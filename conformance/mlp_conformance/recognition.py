"""Classes of known shapes that need no adapter: the source document's own, scikit-learn's estimators, torch's Sequential.

Each is recognised by what it has, never by its name.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance import passing_through
from mlp_conformance.estimator_factories import estimator_adapter, held_adapter, is_estimator, makes_estimator
from mlp_conformance.quiet import quietly
from mlp_conformance.subject import OPERATIONS

#: What shows, fetches, keeps or deletes something, by its name: no method and no function of that is ever tried.
REACHES_OUT = re.compile(
    r"_*(plot|show|draw|display|render|visuali[sz]e|animate|open|browse|download|upload|fetch|save|dump|export|write|delete|remove)",
    re.I,
)
#: Functions that are a program's ways in, or that read, besides those: they are never tried.
DOES_MORE = re.compile(rf"(main|demo|run_?(all|demo|experiments?)|test_|load|read_)|{REACHES_OUT.pattern}", re.I)
#: Seconds that one call may take by which something is recognised.
_PROBING = 8.0

_ARGUMENTS = {"forward": 2, "loss": 3, "gradients": 3, "train": 5}
#: The document's names of its weights and biases, a pair for each layer.
PARAMETERS = (("weights_input_hidden", "bias_hidden"), ("weights_hidden_output", "bias_output"))
_DOCUMENT_METHODS = ("feedforward", "backpropagation")
_DOCUMENT_SIZES = ("input_size", "hidden_size", "output_size")


def recognised(found: Any) -> tuple[Callable[[], Any], str] | None:
    """How to make an adapter for an object of a known shape, and what it was taken for; None if it is of none."""
    if isinstance(found, type):
        if is_document_shaped(found):
            from mlp_conformance.adapters.document import DocumentAdapter

            return lambda: DocumentAdapter(
                found
            ), "a class of the source document's shape: MLP(input_size, hidden_size, output_size)"
        if is_sklearn_mlp(found):
            return lambda: _sklearn_adapter(found), "a scikit-learn multi-layer perceptron"
        return None
    if inspect.isfunction(found) and makes_sequential(found):
        from mlp_conformance.adapters.sequential import SequentialAdapter

        return lambda: SequentialAdapter(found), "a factory of torch.nn.Sequential"
    if inspect.isfunction(found) and _returns_estimator(found):
        return estimator_adapter(found)
    return held_adapter(found) if is_estimator(found) else None


def _returns_estimator(found: Callable[..., Any]) -> bool:
    return not DOES_MORE.match(found.__name__) and returns_something(found) and makes_estimator(found)


def _sklearn_adapter(model: type) -> Any:
    """The adapter of a class derived from scikit-learn's."""
    from sklearn.neural_network import MLPClassifier

    if issubclass(model, MLPClassifier):
        from mlp_conformance.adapters.sklearn_classifier import MLPClassifierAdapter

        return MLPClassifierAdapter(model)
    from mlp_conformance.adapters.sklearn import MLPRegressorAdapter

    return MLPRegressorAdapter(model)


def is_document_shaped(found: type) -> bool:
    """A class with the document's methods and parameters, constructed from three sizes."""
    if any(hasattr(found, name) for name in ("forward", "gradients")) and not hasattr(found, "feedforward"):
        return False
    if not all(callable(getattr(found, name, None)) for name in _DOCUMENT_METHODS):
        return False
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return False
    required = [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(required) <= 3 <= len(positional) and _has_the_documents_parameters(found)


def _has_the_documents_parameters(found: type) -> bool:
    """Whether an instance has the four arrays by their names; a class that cannot be made is asked again, and heard."""
    try:
        made = quietly(lambda: found(2, 3, 2), _PROBING)
    except (Exception, SystemExit):
        return True
    return all(hasattr(made, name) for names in PARAMETERS for name in names)


def is_sklearn_mlp(found: type) -> bool:
    """A class derived from scikit-learn's multi-layer perceptrons."""
    bases = {f"{base.__module__}.{base.__name__}" for base in found.__mro__}
    return any(base.startswith("sklearn.neural_network.") and base.endswith("BaseMultilayerPerceptron") for base in bases)


def makes_sequential(found: Callable[..., Any]) -> bool:
    """A function that, called without arguments, returns a torch.nn.Sequential of linear layers and activations.

    It is called to find out, unless its name says that it does more, or it returns nothing.
    """
    if "torch" not in sys.modules or DOES_MORE.match(found.__name__) or not returns_something(found):
        return False
    try:
        if any(p.default is p.empty for p in inspect.signature(found).parameters.values()):
            return False
        made = quietly(found, _PROBING)
    except (Exception, SystemExit):
        return False
    import torch

    return isinstance(made, torch.nn.Sequential)


def returns_something(found: Callable[..., Any]) -> bool:
    """Whether a function returns something, as far as its text tells."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(found)))
    except (OSError, TypeError, SyntaxError):
        return True
    returned = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    return any(value is not None and not (isinstance(value, ast.Constant) and value.value is None) for value in returned)


def the_network_in(module: ModuleType, path: Path) -> str | None:
    """The name of the one thing in a file that is of a known interface, None if there is none; LoadError if several are."""
    from mlp_conformance.loading import LoadError

    own = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }
    candidates = [name for name, value in own.items() if could_be_judged(value)]
    if any(isinstance(value, type) for value in own.values()):  # beside a network of its own, a library's is there to compare
        candidates = [name for name in candidates if not (inspect.isfunction(own[name]) and _returns_estimator(own[name]))]
    if len(candidates) > 1:
        raise LoadError(f"{path} has several candidates, {', '.join(candidates)}: name one, as {path}:{candidates[0]}")
    return candidates[0] if candidates else None


def could_be_judged(value: Any) -> bool:
    """Whether something is an adapter, or of a shape that needs none."""
    if isinstance(value, type):
        return is_document_shaped(value) or is_sklearn_mlp(value) or _answers_networks(value)
    if inspect.isfunction(value):
        return (
            makes_sequential(value)
            or _returns_estimator(value)
            or (knows_the_suite(value) and not inspect.signature(value).parameters)
        )
    return is_estimator(value) or any(callable(getattr(value, name, None)) for name in OPERATIONS)


def knows_the_suite(found: Any) -> bool:
    """Whether the file that something stands in imports names of this package: what it makes from nothing is an adapter.

    What Python itself notes in a module is none: `__loader__` is this package's own, of a module that it imports. Nor is
    what stands in for a library that is not installed.
    """
    named = {name: value for name, value in _globals_of(found).items() if not name.startswith("__")}
    modules = {str(getattr(value, "__module__", "")) for value in named.values()} - {passing_through.__name__}
    return any(module.startswith("mlp_conformance") for module in modules)


def _answers_networks(found: type) -> bool:
    """Whether a class has operations whose first argument is a network, as an adapter's have, and not a batch or nothing."""
    if hasattr(found, "claims"):
        return True
    aware = knows_the_suite(found)
    for name in OPERATIONS:
        operation = getattr(found, name, None)
        if not callable(operation):
            continue
        try:
            given = [p for p in inspect.signature(operation).parameters.values() if p.name != "self"]
        except (TypeError, ValueError):
            continue
        if any(p.kind is p.VAR_POSITIONAL for p in given):
            return aware
        if given and (given[0].name in ("network", "net", "_network") or (aware and len(given) == _ARGUMENTS[name])):
            return _made_of_nothing(found)
    return False


def _globals_of(found: type) -> dict[str, Any]:
    module = sys.modules.get(found.__module__)
    return dict(vars(module)) if module is not None else {}


def _made_of_nothing(found: type) -> bool:
    try:
        given = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):
        return True
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in given)
