"""Models of libraries, Keras and Flax: how they are made and where their parameters are then."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.making.making import BATCH, THREE_LAYERS, TWO_LAYERS
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.slots import arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import is_keras_model, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.space import Space

#: Widths of all layers but the inputs, as a module's fields may take them.
_WIDTHS = ("list(sizes[1:])", "tuple(sizes[1:])", "*sizes[1:]", "sizes[1], sizes[-1]", "")


def is_flax_module(found: Any) -> bool:
    """Whether something is a class derived from flax.linen.Module; Flax is not loaded to find out."""
    linen = sys.modules.get("flax.linen")
    return linen is not None and isinstance(found, type) and issubclass(found, linen.Module)


def pipeline_steps(program: Program) -> list[str]:
    """What scikit-learn's pipelines in a program do before their perceptron, by class names; [] where there is none."""
    steps: list[str] = []
    for value in vars(program.module).values():
        parts = [part for _, part in value.steps] if type(value).__module__ == "sklearn.pipeline" else []
        if parts and type(parts[-1]).__name__.startswith("MLP"):
            steps += [type(part).__name__ for part in parts]
    return steps


def flax_plans(program: Program, classes: dict[str, type]) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Plans for Flax modules: their parameters are a dictionary beside them, and functions take both."""
    for key, cls in classes.items():
        if not is_flax_module(cls):
            continue
        variable = _variable(program.tree, key)
        for inner in ("", '["params"]') if "'params'" in program.source or '"params"' in program.source else ("",):
            yield from _flax_plans(program, key, variable, inner)


def _flax_plans(program: Program, key: str, variable: str, inner: str) -> Iterator[tuple[Plan, Any, list[str]]]:
    for widths in _WIDTHS:
        for sizes in (TWO_LAYERS, THREE_LAYERS):
            space = Space(program.module, question(sizes, BATCH))
            make = [
                f"program.{variable} = program.{key}({widths})",
                f"shapes = jax.eval_shape(program.{variable}.init, jax.random.PRNGKey(0), np.zeros((1, sizes[0]))){inner}",
                "params = jax.tree_util.tree_map(lambda array: np.zeros(array.shape), shapes)",
            ]
            if not space.run(make):
                continue
            found = tensors(leaves("params", space.names["params"]))
            chosen: list[tuple[int, ...]] = [sizes]
            chosen += [] if widths else islice(own_sizes(found), 2)
            ways = [(slots, one) for one in chosen for slots in islice(arrangements(found, one), 2)]
            for slots, one in ways:
                own = None if one == sizes else one
                yield (
                    Plan(str(program.path), key, make, "params", slots, len(slots), own),
                    _applied(program, variable, inner),
                    [],
                )
            if ways:
                return


def _applied(program: Program, variable: str, inner: str) -> Any:
    """The program's functions, and the module applied to inputs."""
    from mlp_conformance.recognise.calling.calls import offers

    text = f'program.{variable}.bind({{"params": params}})' if inner else f"program.{variable}.bind(params)"

    def find(space: Space) -> list[Offer]:
        return [Offer(text, "apply", lambda inputs: None), *offers("program", program.module)]

    return find


def _variable(tree: ast.Module, key: str) -> str:
    """The name in the module that stands for an object of a class, as in `model = MLP([8, 2])`; "model" if there is none."""
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == key:
            return node.targets[0].id
    return "model"


#: Keras's losses of probabilities, and what makes a linear output one.
_OF_PROBABILITIES = {"binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}


def logits_for_probabilities(model: Any) -> str:
    """What is said of a Keras model whose loss takes probabilities and is given a linear output; empty of any other."""
    loss, last = (getattr(model, "loss", None), model.layers[-1]) if is_keras_model(model) else (None, None)
    if loss is None or getattr(getattr(last, "activation", None), "__name__", "") != "linear":
        return ""
    written = loss if isinstance(loss, str) else type(loss).__name__
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", written).lower().removeprefix("sparse_")
    if name not in _OF_PROBABILITIES or getattr(loss, "from_logits", False):
        return ""
    activation = _OF_PROBABILITIES[name]
    return (
        f"Its loss `{written}` takes probabilities and is given pre-activations, as the last layer has no {activation}: say "
        "from_logits=True, or give that layer the activation."
    )
