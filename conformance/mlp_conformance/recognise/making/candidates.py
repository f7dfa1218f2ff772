"""What in a program may be its network: classes, functions that make one, layers put together, arrays of a script."""

from __future__ import annotations

import argparse
import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, permutations
from types import SimpleNamespace
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.arguments import argument_plans
from mlp_conformance.recognise.calling.calls import Offer, offers, ranked, returned_names
from mlp_conformance.recognise.calling.dials import class_dials, dials, setting, without_dropout
from mlp_conformance.recognise.calling.global_data import written_samples
from mlp_conformance.recognise.making.built import built_plans, made_by_itself
from mlp_conformance.recognise.making.compose import called, compositions, ends_in_its_loss
from mlp_conformance.recognise.making.containers import Parts
from mlp_conformance.recognise.making.libraries import flax_plans, is_flax_module
from mlp_conformance.recognise.making.makers import class_methods, returns_new, says_nothing, takes_sizes
from mlp_conformance.recognise.making.making import (
    BATCH,
    EQUAL_LAYERS,
    ONE_LAYER,
    ONE_OUTPUT,
    THREE_LAYERS,
    TWO_LAYERS,
    made_in_sizes,
    size_constants,
)
from mlp_conformance.recognise.making.object_script import object_searches
from mlp_conformance.recognise.making.of_the_module import arrays_of_the_module, numbers_of_the_module
from mlp_conformance.recognise.making.parameterless import methods_over_parameters
from mlp_conformance.recognise.making.scalar_script import scalar_script_searches
from mlp_conformance.recognise.making.script import ScriptSearch, script_plans
from mlp_conformance.recognise.making.started import started_plans
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.flat import flat_arrangements, is_flat, length
from mlp_conformance.recognise.parameters.slots import arrangements
from mlp_conformance.recognise.parameters.tensors import Leaf, is_keras_model_class, leaves, tensors
from mlp_conformance.recognise.parameters.thresholds import with_thresholds
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.source.few_units import few_units
from mlp_conformance.recognise.source.loop_steps import loop_step, namespace
from mlp_conformance.recognise.source.optimiser_choice import plain_choices
from mlp_conformance.recognise.source.own_samples import own_samples
from mlp_conformance.recognise.source.program import Program, globals_used, read_program, values
from mlp_conformance.recognise.source.rewriting import (
    drawn_attributes,
    fixed_lengths,
    optional_parts,
    redrawing_calls,
)
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.source.starting import starting
from mlp_conformance.recognise.source.turns import counted_attributes
from mlp_conformance.recognise.space import Space


def searches(program: Program, name: str) -> Iterator[Search]:
    """Everything in a program that may be its network, ready to be tried."""
    written = written_samples(program) if program.path.exists() else {}
    constants: dict[str, int | str] = {}
    if program.path.exists():
        constants |= {**fixed_lengths(program.tree), **optional_parts(program.tree), **plain_choices(program.tree), **written}
    starts = bool(starting(program.tree)) and program.path.exists()
    few = program.path.exists() and bool(few_units(program.tree))
    if constants or starts or few:
        program = read_program(program.path, (), constants, starts, program.beside, few)
    loops_first = not name and ends_in_its_loss(_classes(values(program)), made_by_itself(program.tree))
    together = False
    for search in object_searches(program) if loops_first else ():
        together = together or next(search.forwards(False), None) is not None
        yield search
    for plan, find_offers, returned in _also_with_thresholds(candidates(program, name), program):
        plan = plan.but(constants=constants, kept=_drawn_again(plan, program), siblings=program.beside, few_units=few)
        plan.program = program.reading if program.package else plan.program
        if together and plan.make[0].startswith("layers = "):
            continue  # its layers without what its loop has after them
        plan.notes += [f"The {number} in its functions is taken for the number of samples." for number in written.values()]
        if plan.kept:
            yield _rewritten(plan, program, find_offers, returned)
            continue
        deep = EQUAL_LAYERS if plan.equal else THREE_LAYERS
        asked = question(plan.sizes or plan.tried or (TWO_LAYERS if plan.layers == 2 else deep), BATCH)
        yield Search(program, _with_dials(plan, program, asked), asked, find_offers, returned, certain=is_flat(plan.slots))
    if program.package:
        return
    for plan, script, own in script_plans(program) if not name else ():
        step = loop_step(program.path, script.loop.lineno, samples=script.samples, few_units=few)
        given = {"step": step, "namespace": namespace}
        shapes = (TWO_LAYERS if plan.layers == 2 else THREE_LAYERS if plan.layers == 3 else (3, 5), own)
        for sizes in shapes:  # the numbers of units may stand in its loop too
            fitted = plan if sizes != own else plan.but(sizes=own)
            yield ScriptSearch(program, fitted, question(sizes, BATCH), _functions(program), given=given, script=script)
    if not name:
        for plan, given in built_plans(program):
            asked = question(plan.sizes or TWO_LAYERS, BATCH)
            find = _methods(program) if plan.root == "model" else _functions(program)
            yield Search(program, _with_dials(plan, program, asked, given), asked, find, given=given)
        yield from object_searches(program) if not loops_first else ()
        yield from scalar_script_searches(program)


def _also_with_thresholds(
    found: Iterator[tuple[Plan, Any, list[str]]], program: Program
) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Each plan, and the same with thresholds for biases where its program may have them."""
    for plan, find_offers, returned in found:
        yield plan, find_offers, returned
        if (other := with_thresholds(plan, program.tree)) is not None:
            yield other, find_offers, returned


def _drawn_again(plan: Plan, program: Program) -> tuple[str, ...]:
    """The parameters' attributes that other methods than the constructor draw, where a network is made by one of these."""
    own = {
        found[1]
        for slot in plan.slots
        for t in (slot.weights, slot.bias)
        if t and (found := re.match(r"model\.(\w+)", t.template))
    }
    drawn: set[str] = set()
    for names in _drawn_in_methods(program.tree) if len(plan.make) > 1 and program.path.exists() else ():
        drawn |= names if names & own else set()
    return tuple(sorted(drawn) + sorted(redrawing_calls(program.tree)))


@cache
def _drawn_in_methods(tree: ast.AST) -> list[set[str]]:
    """The attributes that each statement of other methods than the constructor draws."""
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name != "__init__"]
    assigned = [node for method in methods for node in ast.walk(method) if isinstance(node, ast.Assign)]
    return [names for node in assigned if (names := drawn_attributes(node))]


def _rewritten(plan: Plan, program: Program, find_offers: Any, returned: list[str]) -> Search:
    """The search in a program whose methods do not draw its parameters anew."""
    starts = bool(starting(program.tree))
    other = read_program(program.path, plan.kept, plan.constants, starts, program.beside, program.few_units)
    asked = question(plan.sizes or plan.tried or (TWO_LAYERS if plan.layers == 2 else THREE_LAYERS), BATCH)
    return Search(other, _with_dials(plan, other, asked), asked, find_offers, returned)


def _with_dials(plan: Plan, program: Program, asked: Any, given: dict[str, Any] | None = None) -> Plan:
    """The plan, setting what stands in the network or in the module as plain numbers and is no parameter of it."""
    program.restore()
    space = Space(program.module, asked)
    space.names.update(given or {})
    space.run(plan.make)
    made = " ".join(plan.make)
    found = list(dials("model", space.names.get("model"))) if plan.root == "model" else []
    found += _counts(space.names.get("model"), program, found) if plan.root == "model" else []
    used = globals_used(program)
    traced = "jit" in program.source  # a constant that was traced once stays as it was
    constants = values(program)
    for key, value in constants.items() if not traced else ():
        text = setting(key, value, constants) if key in used else ""
        if text and (text != "0.0" or roles.is_penalty(key) or roles.is_momentum(key, constants)):
            found.append((f"program.{key}", text))
        elif key in used and isinstance(value, dict | SimpleNamespace | argparse.Namespace):
            found += dials(f"program.{key}", value, 1)
        elif key in used and isinstance(value, type) and type(space.names.get("model")) is not value:
            found += class_dials(f"program.{key}", value)
    for key in sorted(used - set(vars(program.module)) - set(dir(builtins))):
        if roles.argument(key) == "count" and key != "batch":
            found.append((f"program.{key}", "len(inputs)"))
    lines = [f"{target} = {text}" for target, text in found if text != "learning_rate" or "learning_rate" not in made]
    lines += without_dropout("model", space.names.get("model")) if plan.root == "model" else []
    return plan.but(
        make=[*_with_batch(lines), *plan.make, *lines] if any("inputs" in line for line in lines) else [*plan.make, *lines]
    )


def _counts(model: Any, program: Program, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The numbers in a network to which its training counts, whatever they are called; and that of the program's samples."""
    own = getattr(model, "__dict__", {})
    counted = [
        f"model.{name}" for name in sorted(counted_attributes(program.tree)) if type(own.get(name)) is int and own[name] > 1
    ]
    samples = own_samples(program)
    rows = [
        f"model.{name}" for name in own if roles.argument(name) == "count" and type(own[name]) is int and own[name] == samples
    ]
    counts = dict.fromkeys(counted, "epochs") | dict.fromkeys(rows, "len(inputs)")
    return [(target, text) for target, text in counts.items() if target not in dict(found)]


def _with_batch(lines: list[str]) -> list[str]:
    return (
        ["inputs = np.zeros((1, network.sizes[0])) if inputs is None else inputs"] if any("inputs" in x for x in lines) else []
    )


def candidates(program: Program, name: str) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Networks that the program may contain: plans of which only the making and the parameters are known."""
    own = values(program)
    everything = own
    if name:
        own = {name: own[name]} if name in own else {}
    classes = _classes(own)
    functions = {key: value for key, value in own.items() if inspect.isfunction(inspect.unwrap(value))}
    yield from flax_plans(program, classes)
    models = {key: cls for key, cls in classes.items() if is_keras_model_class(cls)}
    for key, function in functions.items() if models else ():
        if returns_new(function, set(models)):  # where it is compiled, and so knows its loss
            for plan in made_in_sizes(program, key, f"program.{key}", function):
                yield plan, _methods(program), []
    classes = {key: cls for key, cls in classes.items() if not is_flax_module(cls)}
    inner = _parts(program.tree)
    for key, cls in sorted(classes.items(), key=lambda item: (-len(vars(item[1])), item[0] in inner)):
        for plan in made_in_sizes(program, key, f"program.{key}", cls):
            yield plan, _methods(program), []
    all_classes = classes if not name else {key: value for key, value in everything.items() if isinstance(value, type)}
    all_functions = functions if not name else {k: v for k, v in everything.items() if inspect.isfunction(inspect.unwrap(v))}
    parts = Parts(all_classes, all_functions, words_in(program.tree), _runner(program))
    for key, lines, hidden in compositions(parts, made_by_itself(program.tree)):
        if name in ("", key):
            for plan, find_offers, returned in _composed(program, key, lines):
                yield plan.but(hidden=hidden), find_offers, returned
    found = [Offer(f"program.{k}", k, f) for k, f in functions.items()]
    found += methods_over_parameters(program)
    makers = ranked([*found, *class_methods(classes)], roles.INITIALISE)
    makers += [
        offer for offer in found if offer not in makers and (returns_new(offer.call, set(classes)) or takes_sizes(offer))
    ]
    makers += [offer for offer in found if offer not in makers and says_nothing(offer)]
    started = [] if name else [(plan, _returned(program), returned) for plan, returned in started_plans(program)]
    yield from started if not makers else ()
    for plan in argument_plans(program, functions):
        yield plan, _functions(program), []
    for maker in makers:
        returned, title = returned_names(maker.call), _name(maker)
        for plan in made_in_sizes(program, title, maker.text, maker.call, root="params"):
            yield plan, _functions(program), returned
        for plan in made_in_sizes(program, title, maker.text, maker.call):
            yield plan, _methods(program), []
    yield from _made_of_made(program, makers)
    for maker in makers:
        for plan in made_in_sizes(program, _name(maker), maker.text, maker.call, root="program"):
            yield plan, _functions(program), []
    yield from started if makers else ()
    yield from _in_one_vector(program, functions)
    for key, cls in classes.items() if len(classes) == 1 else ():
        for plan in made_in_sizes(program, key, f"program.{key}", cls, shapes=ONE_LAYER):
            yield plan, _methods(program), []
    if functions and not name:
        for plan in (*arrays_of_the_module(program), *numbers_of_the_module(program)):
            yield plan, _functions(program), []


def _name(maker: Offer) -> str:
    """What a network is called that a function makes; by the class of which that is a method."""
    return re.sub(r"\(.*", "", maker.text.removeprefix("program."))


def _classes(own: dict[str, Any]) -> dict[str, type]:
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
                yield plan, _methods(program), []


def _in_one_vector(program: Program, functions: dict[str, Any]) -> Iterator[tuple[Plan, Any, list[str]]]:
    """Functions that take all parameters as one vector and cut it up."""
    takes = any(roles.argument(p.name) == "parameters" for call in functions.values() for p in signature(call) or [])
    if not takes or "reshape" not in program.source:
        return
    vector = Leaf("params", "array", (length(TWO_LAYERS),), "float64")
    make = [*size_constants(program), "params = np.zeros(sum((a + 1) * b for a, b in zip(sizes, sizes[1:])))"]
    for slots in flat_arrangements([vector], TWO_LAYERS, program.source):
        name = program.package or program.path.stem
        yield Plan(str(program.path), name, make, "params", slots, 2), _functions(program), []


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
            yield plan, _methods(program), []
            yield plan.but(tried=ONE_OUTPUT), _methods(program), []
        if found:
            return


def _methods(program: Program) -> Any:
    def find(space: Space) -> list[Offer]:
        return (
            offers("model", space.names["model"])
            + [
                offer
                for offer in offers("program", program.module)
                if any(roles.argument(p.name) == "parameters" for p in offer.parameters)
            ]
            + _loss_functions(program)
        )

    return find


def _loss_functions(program: Program) -> list[Offer]:
    found = [offer for offer in offers("program", program.module) if len(offer.parameters) == 2]
    return [offer for offer in found if roles.rank(offer.name, roles.LOSS) < len(roles.LOSS)]


def _returned(program: Program) -> Any:
    """The functions of a program, and those among what one of them has returned: a network that it has trained."""

    def find(space: Space) -> list[Offer]:
        return offers("program", program.module) + offers("params", space.names["params"])

    return find


def _functions(program: Program) -> Any:
    def find(space: Space) -> list[Offer]:
        return offers("program", program.module) + list(methods_over_parameters(program))

    return find
