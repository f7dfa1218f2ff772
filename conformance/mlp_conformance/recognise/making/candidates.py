"""What in a program may be its network: classes, functions that make one, layers put together, arrays of a script."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, permutations
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.arguments import argument_plans
from mlp_conformance.recognise.calling.calls import Offer, ranked, returned_names
from mlp_conformance.recognise.making.built import made_by_itself
from mlp_conformance.recognise.making.compose import called, compositions
from mlp_conformance.recognise.making.containers import Parts
from mlp_conformance.recognise.making.found_calls import also_returned, functions_of, methods
from mlp_conformance.recognise.making.libraries import flax_plans, is_flax_module
from mlp_conformance.recognise.making.makers import class_methods, returns_new, says_nothing, takes_sizes
from mlp_conformance.recognise.making.making import (
    BATCH,
    ONE_LAYER,
    ONE_OUTPUT,
    TWO_LAYERS,
    made_in_sizes,
    size_constants,
)
from mlp_conformance.recognise.making.of_the_module import arrays_of_the_module, numbers_of_the_module
from mlp_conformance.recognise.making.parameterless import methods_over_parameters
from mlp_conformance.recognise.making.started import started_plans
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.flat import flat_arrangements, length
from mlp_conformance.recognise.parameters.slots import arrangements
from mlp_conformance.recognise.parameters.tensors import Leaf, is_keras_model_class, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program, values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.space import Space
from mlp_conformance.recognition import REACHES_OUT


def candidates(program: Program, name: str) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Networks that the program may contain: plans of which only the making and the parameters are known."""
    own = values(program)
    if name:
        own = {name: own[name]} if name in own else {}
    classes = classes_in(own)
    functions = {key: value for key, value in own.items() if inspect.isfunction(inspect.unwrap(value))}
    yield from flax_plans(program, classes)
    models = {key: cls for key, cls in classes.items() if is_keras_model_class(cls)}
    for key, function in functions.items() if models else ():
        if returns_new(function, set(models)):  # where it is compiled, and so knows its loss
            for plan in made_in_sizes(program, key, f"program.{key}", function):
                yield plan, methods(program), []
    classes = {key: cls for key, cls in classes.items() if not is_flax_module(cls)}
    inner = _parts(program.tree)
    for key, cls in sorted(classes.items(), key=lambda item: (-len(vars(item[1])), item[0] in inner)):
        for plan in made_in_sizes(program, key, f"program.{key}", cls):
            yield plan, methods(program), []
    for key, lines, hidden in _compositions(program):
        if name in ("", key):
            for plan, find_offers, returned in _composed(program, key, lines):
                yield plan.but(hidden=hidden), find_offers, returned
    found = [Offer(f"program.{k}", k, f) for k, f in functions.items() if not REACHES_OUT.match(k)]
    found += methods_over_parameters(program)
    makers = ranked([*found, *class_methods(classes)], roles.INITIALISE)
    makers += [
        offer for offer in found if offer not in makers and (returns_new(offer.call, set(classes)) or takes_sizes(offer))
    ]
    makers += [offer for offer in found if offer not in makers and says_nothing(offer)]
    started = [] if name else [(plan, also_returned(program), returned) for plan, returned in started_plans(program)]
    yield from started if not makers else ()
    for plan in argument_plans(program, functions):
        yield plan, functions_of(program), []
    for maker in makers:
        returned, title = returned_names(maker.call), _name(maker)
        for plan in made_in_sizes(program, title, maker.text, maker.call, root="params"):
            yield plan, functions_of(program), returned
        for plan in made_in_sizes(program, title, maker.text, maker.call):
            yield plan, methods(program), []
    yield from _made_of_made(program, makers)
    for maker in makers:
        for plan in made_in_sizes(program, _name(maker), maker.text, maker.call, root="program"):
            yield plan, functions_of(program), []
    yield from started if makers else ()
    yield from _in_one_vector(program, functions)
    for key, cls in classes.items() if len(classes) == 1 else ():
        for plan in made_in_sizes(program, key, f"program.{key}", cls, shapes=ONE_LAYER):
            yield plan, methods(program), []
    if functions and not name:
        for plan in (*arrays_of_the_module(program), *numbers_of_the_module(program)):
            yield plan, functions_of(program), []


def hidden_ends(program: Program) -> list[str]:
    """What the hidden layers end in of the networks that are put together from a program's layers, as expressions."""
    return list(dict.fromkeys(hidden for _, _, hidden in _compositions(program)))


def _compositions(program: Program) -> Iterator[tuple[str, list[str], str]]:
    own = values(program)
    classes = {key: cls for key, cls in classes_in(own).items() if not is_flax_module(cls)}
    functions = {key: value for key, value in own.items() if inspect.isfunction(inspect.unwrap(value))}
    parts = Parts(classes, functions, words_in(program.tree), _runner(program))
    return compositions(parts, made_by_itself(program.tree))


def _name(maker: Offer) -> str:
    """What a network is called that a function makes; by the class of which that is a method."""
    return re.sub(r"\(.*", "", maker.text.removeprefix("program."))


def classes_in(own: dict[str, Any]) -> dict[str, type]:
    """The classes among a program's own things."""
    return {key: value for key, value in own.items() if isinstance(value, type) and not issubclass(value, BaseException)}


def _parts(tree: ast.Module) -> set[str]:
    """The names of classes of which other classes make objects, as a network does of its layers."""
    owners = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    calls = [(owner, node) for owner in owners for node in ast.walk(owner) if isinstance(node, ast.Call)]
    return {name for owner, node in calls if (name := getattr(node.func, "id", owner.name)) != owner.name}


@cache
def words_in(tree: ast.AST) -> frozenset[str]:
    """The words that stand in a program between quotes."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(text for text in texts if text.isidentifier())


def _made_of_made(program: Program, makers: list[Offer]) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Networks that one function makes of what another returns, as in `make_network(make_layers(sizes))`."""
    for outer, inner in permutations(makers, 2):
        if len(required(outer.parameters)) == 1 and any(roles.size(p.name) for p in required(inner.parameters)):
            name, within = outer.text.removeprefix("program."), f"{outer.text}({{}})"
            for plan in made_in_sizes(program, name, inner.text, inner.call, within=within):
                yield plan, methods(program), []


def _in_one_vector(program: Program, functions: dict[str, Any]) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Functions that take all parameters as one vector and cut it up."""
    takes = any(roles.argument(p.name) == "parameters" for call in functions.values() for p in signature(call) or [])
    if not takes or "reshape" not in program.source:
        return
    vector = Leaf("params", "array", (length(TWO_LAYERS),), "float64")
    make = [*size_constants(program), "params = np.zeros(sum((a + 1) * b for a, b in zip(sizes, sizes[1:])))"]
    for slots in flat_arrangements([vector], TWO_LAYERS, program.source):
        name = program.package or program.path.stem
        yield Plan(str(program.path), name, make, "params", slots, 2), functions_of(program), []


def _runner(program: Program) -> Any:
    def run(lines: list[str]) -> Any:
        space = Space(program.module, question(TWO_LAYERS, BATCH))
        return space.names.get("model") if space.run(lines) else None

    return run


def _composed(program: Program, key: str, lines: list[str]) -> Iterator[tuple[Plan, Any, list[str]]]:
    """The plan of a network that is put together from layers."""
    run = _runner(program)
    value = run(lines)
    for made in (lines, *called(lines, value)) if value is not None else ():
        held = tensors(leaves("model", run(made) if made is not lines else value))
        found = list(islice(arrangements(held, TWO_LAYERS), 2))
        for slots in found:
            plan = Plan(str(program.path), key, made, "model", slots, 2)
            yield plan, methods(program), []
            yield plan.but(tried=ONE_OUTPUT), methods(program), []
        if found:
            return
