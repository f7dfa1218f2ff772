"""Everything in a program that may be its network, ready to be tried: its plan, its dials turned, what is asked of it."""

from __future__ import annotations

import argparse
import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import SETTINGS, class_dials, dials, setting, without_dropout
from mlp_conformance.recognise.calling.global_data import written_samples
from mlp_conformance.recognise.making.built import built_plans, made_by_itself
from mlp_conformance.recognise.making.candidates import candidates, classes_in
from mlp_conformance.recognise.making.compose import ends_in_its_loss
from mlp_conformance.recognise.making.found_calls import functions_of, methods
from mlp_conformance.recognise.making.making import (
    BATCH,
    EQUAL_LAYERS,
    THREE_LAYERS,
    TWO_LAYERS,
)
from mlp_conformance.recognise.making.object_script import object_searches
from mlp_conformance.recognise.making.scalar_script import scalar_script_searches
from mlp_conformance.recognise.making.script import ScriptSearch, script_plans
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.flat import is_flat
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
    loops_first = not name and ends_in_its_loss(classes_in(values(program)), made_by_itself(program.tree))
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
            yield ScriptSearch(program, fitted, question(sizes, BATCH), functions_of(program), given=given, script=script)
    if not name:
        for plan, given in built_plans(program):
            asked = question(plan.sizes or TWO_LAYERS, BATCH)
            find = methods(program) if plan.root == "model" else functions_of(program)
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
        elif inspect.isfunction(value):
            found += _of_defaults(f"program.{key}", value)
    for key in sorted(used - set(vars(program.module)) - set(dir(builtins))):
        if roles.argument(key) == "count" and key != "batch":
            found.append((f"program.{key}", "len(inputs)"))
    lines = [f"{target} = {text}" for target, text in found if text != "learning_rate" or "learning_rate" not in made]
    lines += without_dropout("model", space.names.get("model")) if plan.root == "model" else []
    return plan.but(
        make=[*_with_batch(lines), *plan.make, *lines] if any("inputs" in line for line in lines) else [*plan.make, *lines]
    )


def _of_defaults(path: str, function: FunctionType) -> list[tuple[str, str]]:
    """The dials of the objects that a function has for its arguments, as in `def train(net, batches=Batches(size=32))`.

    Not those of a learning rate: whether the call uses it is found out where steps are taken.
    """
    home = function.__module__.partition(".")[0]
    held = [
        (n, value) for n, value in enumerate(function.__defaults__ or ()) if type(value).__module__.partition(".")[0] == home
    ]
    found = [dial for n, value in held for dial in dials(f"{path}.__defaults__[{n}]", value)]
    return [(target, text) for target, text in found if text in (SETTINGS["batch_size"], "False")]


def _counts(model: Any, program: Program, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The numbers in a network to which its training counts, whatever they are called; and that of the program's samples."""
    own = getattr(model, "__dict__", {})
    counted = [
        f"model.{name}" for name in sorted(counted_attributes(program.tree)) if type(own.get(name)) is int and own[name] > 1
    ]
    samples, _ = own_samples(program)
    rows = [
        f"model.{name}" for name in own if roles.argument(name) == "count" and type(own[name]) is int and own[name] == samples
    ]
    counts = dict.fromkeys(counted, "epochs") | dict.fromkeys(rows, "len(inputs)")
    return [(target, text) for target, text in counts.items() if target not in dict(found)]


def _with_batch(lines: list[str]) -> list[str]:
    return (
        ["inputs = np.zeros((1, network.sizes[0])) if inputs is None else inputs"] if any("inputs" in x for x in lines) else []
    )
