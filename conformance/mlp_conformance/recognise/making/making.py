"""Ways to make a network in sizes of our choice, or in its own, and where its parameters stand then."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Context, offers, ranked
from mlp_conformance.recognise.calling.filling import fillings
from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.calling.structures import own_structures
from mlp_conformance.recognise.jax_trees import writable
from mlp_conformance.recognise.making.by_kind import by_kind
from mlp_conformance.recognise.making.compose import grown
from mlp_conformance.recognise.making.computed import learnt
from mlp_conformance.recognise.making.construct import NO_SIZE, constructions
from mlp_conformance.recognise.making.widened import widened_plans
from mlp_conformance.recognise.numbers.readings import Question, question
from mlp_conformance.recognise.parameters.flat import in_vectors
from mlp_conformance.recognise.parameters.scalars import scalar_networks
from mlp_conformance.recognise.parameters.slots import arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import Leaf, is_keras_model, is_torch_module, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program, globals_used, values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.space import Space, is_over
from mlp_conformance.subject import described_error

#: Sizes with no two alike, so that a shape tells which layer it belongs to; also with one more for a row of biases.
TWO_LAYERS = (3, 7, 5)
THREE_LAYERS = (4, 11, 8, 6)
#: Hidden layers that are all as wide as the first.
EQUAL_LAYERS = (4, 8, 8, 6)
BATCH = 13
#: Three hidden layers, for programs that have just so many; as wide as one another.
FOUR_LAYERS = (4, 9, 7, 11, 6)
EQUAL_FOUR = (4, 8, 8, 8, 6)
#: A single output, for programs whose last layer is a vector or that train no more than one; the same of deeper ones.
ONE_OUTPUT = (3, 7, 1)
THREE_TO_ONE = (4, 11, 8, 1)
EQUAL_TO_ONE = (4, 8, 8, 1)
#: Where all hidden layers are as wide as the first.
_EQUAL = (EQUAL_LAYERS, EQUAL_FOUR, EQUAL_TO_ONE)
#: Sizes that are tried, in this order.
_SHAPES = (TWO_LAYERS, THREE_LAYERS, FOUR_LAYERS, EQUAL_LAYERS, EQUAL_FOUR, ONE_OUTPUT, THREE_TO_ONE, EQUAL_TO_ONE)
#: No hidden layer: only where a program has one class, which cannot be a layer of another then.
ONE_LAYER = ((3, 1), (3, 5))
#: Sizes that are tried where the names of arguments say nothing, and ways to construct a network that are tried then.
_BY_KIND, _READINGS = (TWO_LAYERS, THREE_LAYERS, EQUAL_LAYERS, ONE_OUTPUT), 3
#: What is said of an object without parameters.
_EMPTY = "makes something in which no arrays with the shapes of a network's weights and biases were found"
#: What says more of the sizes that are asked for than how many inputs and outputs there are.
_HIDDEN = re.compile(r"\bsizes\b(?!\[(0|-1)\])")
#: What turns data into float32 in a program with torch.
_IN_FLOAT32 = re.compile(r"float32|FloatTensor|\.float\(\)|torch\.Tensor\(")
#: Statements that give a constructor data where the adapter's operation has none.
_DATA_GIVEN = [
    "inputs = np.zeros((1, sizes[0])) if inputs is None else inputs",
    "targets = np.zeros((len(inputs), sizes[-1])) if targets is None else targets",
]


def made_in_sizes(
    program: Program,
    name: str,
    text: str,
    call: Any,
    root: str = "model",
    shapes: Sequence[tuple[int, ...]] = _SHAPES,
    within: str = "{}",
) -> Iterator[Plan]:
    """Plans for the ways in which something can be constructed in unequal sizes.

    within: what is done with what the call returns, as in "program.make_network({})".
    """
    any_found = found_deep = False
    for sizes in sorted(shapes, key=lambda sizes: sizes not in _EQUAL) if _takes_depth(call) else shapes:
        if (sizes in (EQUAL_LAYERS, THREE_TO_ONE, EQUAL_TO_ONE) and found_deep) or (
            sizes in (FOUR_LAYERS, EQUAL_FOUR) and any_found
        ):
            continue
        ways: Iterator[str] = islice(constructions(text, call, len(sizes) - 1), 40)
        for plan in _made_in(program, name, (text, call), root, sizes, ways, within, shapes == ONE_LAYER):
            any_found, found_deep = True, found_deep or len(sizes) > 3
            yield plan
    if root == "program" or any_found or shapes == ONE_LAYER or within != "{}":
        return
    for sizes in (size for size in _BY_KIND if size in shapes):
        ways = by_kind(program, text, call, len(sizes) - 1)
        for plan in _made_in(program, name, (text, call), root, sizes, ways, within, most=_READINGS):
            any_found = True
            yield plan
    if not any_found:
        yield from _fixed(program, name, text, call, root)


def _made_in(
    program: Program,
    name: str,
    called: tuple[str, Any],
    root: str,
    sizes: tuple[int, ...],
    ways: Iterator[str],
    within: str,
    without_hidden: bool = False,
    most: int = 1,
) -> Iterator[Plan]:
    """Plans for the first of some ways to construct something that make a network of these sizes; for so many of them."""
    text, call = called
    constants = size_constants(program) if not required(signature(call) or []) else []
    asked, count = question(sizes, BATCH), 0
    for construction in ways:
        if is_over():
            return
        if without_hidden and _HIDDEN.search(construction):
            continue  # it can have hidden layers, without which it is not known
        found = False
        space = Space(program.module, asked)
        made_so = within.format(construction)
        make = [construction] if root == "program" else [f"{root} = {made_so}{_double(call)}"]
        make = [*constants, *make] if len(sizes) == 3 else make
        make = [*_DATA_GIVEN, *make] if re.search(r"\b(inputs|targets)\b", made_so) else make
        if not space.run(make) or space.names[root] is None:
            program.mishaps += [f"`{_plainly(made_so)}` raised {space.mishap}"] if space.mishap else []
            if space.error is not None:
                program.refused.setdefault(name, f"`{_plainly(made_so)}` raised {described_error(space.error)}")
            continue
        if root == "model" and is_keras_model(space.names[root]) and not space.names[root].built:
            make = [*make, "model(np.zeros((1, sizes[0])))"]  # it has its weights after a first call
            if not space.run(make):
                continue
        if is_torch_module(space.names[root]) and ".double()" not in make[-1]:
            make = [*make[:-1], f"{make[-1]}.double()"]
            space.run(make)
        if any(leaf.kind == "torch" for leaf in _plain(root, space.names[root], program.in_double)):
            make, program.in_double = ["torch.set_default_dtype(torch.float64)", *make], True
            space.run(make)
        if "jax" in program.source:
            found_in = standing(root, space.names[root], program)
            make = [*make, *writable(root, space.names[root], [leaf.path for leaf in found_in if leaf.kind == "jax"])]
            space.run(make)
        made = tensors(parts := standing(root, space.names[root], program))
        for lines in [[], *_initialised(space, asked)] if root == "model" else [[]]:
            if lines:
                made = _after(program, asked, [*make, *lines])
            made = learnt(made, [*make, *lines], program.module, asked) if root == "model" else made
            arranged = list(islice(arrangements(made, sizes), 8)) or (
                [] if lines else list(in_vectors(made, parts, sizes, program.source))
            )
            for slots in arranged:
                found = True
                plan = Plan(str(program.path), name, [*make, *lines], root, slots, len(sizes) - 1, None)
                plan.equal, plan.tried = sizes in _EQUAL, sizes
                plan.sizes = sizes if _are_its_own([*make, *lines], sizes) else None
                yield plan
            if arranged:
                yield from widened_plans(plan, made)
            if found:
                break
        if found and ".double()" in make[-1] and _IN_FLOAT32.search(program.source):
            yield from _in_float32(program, name, make, root, asked)
        if not found and not count and _EMPTY not in program.refused.get(name, ""):
            program.refused[name] = f"`{_plainly(made_so)}` {_EMPTY}"
        count += found
        if count >= most:
            break


def _plainly(made: str) -> str:
    """An expression that makes a network as its program's author would write it."""
    return made.replace("program.", "")


def _takes_depth(call: Any) -> bool:
    """Whether something is told how many layers it has: then several of equal widths say more than one."""
    named = [p.name for p in signature(call) or []]
    between = [n for n in named if roles.argument(n, named) not in NO_SIZE and roles.size(n) not in ("inputs", "outputs")]
    ends = {roles.size(name) for name in named}
    if any(roles.size(name) == "all" and not roles.is_depth(name) for name in between) and any(map(roles.is_depth, named)):
        return False  # it is told the width of each as well
    return any(map(roles.is_depth, named)) or (len(between) == 2 and {"inputs", "outputs"} <= ends)


def _in_float32(program: Program, name: str, make: list[str], root: str, asked: Question) -> Iterator[Plan]:
    """The same network as the program has it: where what it does itself with its data is in float32, no other is of use."""
    own = [*make[:-1], make[-1].replace(".double()", "")]
    space = Space(program.module, asked)
    if space.run(own):
        for slots in islice(arrangements(tensors(leaves(root, space.names[root])), asked.sizes), 2):
            plan = Plan(str(program.path), name, own, root, slots, len(asked.sizes) - 1, None)
            plan.equal, plan.tried = asked.sizes in _EQUAL, asked.sizes
            yield plan


def _are_its_own(make: list[str], sizes: tuple[int, ...]) -> bool:
    """Whether hidden layers have the units that were asked for by chance, as `Net()` may that was told nothing of them."""
    return len(sizes) > 2 and not any(_HIDDEN.search(line.replace("len(sizes)", "")) for line in make)


def _plain(root: str, value: Any, in_double: bool) -> list[Leaf]:
    """The leaves of what may hold torch's tensors, and not all as a module's parameters, which are turned into float64.

    Those in float32, unless they are asked to be more.

    in_double: they have been, which lasts: then all of them.
    """
    if "torch" not in sys.modules or is_keras_model(value) or root == "program":
        return []
    return [leaf for leaf in leaves(root, value) if leaf.dtype == "float32" or in_double]


#: The data in a construction.
_DATA = re.compile(r"\b(inputs|targets)\b")


def _fixed(program: Program, name: str, text: str, call: Any, root: str) -> Iterator[Plan]:
    """Plans for a network whose sizes, or some of them, are its own affair."""
    asked = question(TWO_LAYERS, BATCH)
    ways = [f"{text}()", *islice(constructions(text, call, 2, own_structures(program)), 8)]
    in_columns = [_DATA.sub(r"\1.T", way) for way in ways if _DATA.search(way)]
    for construction in [*ways, *in_columns]:
        make = [f"{root} = {construction}{_double(call)}"]
        for first in (TWO_LAYERS[0], 2):
            space = Space(program.module, asked)
            space.names["inputs"], space.names["targets"] = np.zeros((BATCH, first)), np.zeros((BATCH, 5))
            if not space.run(make):
                continue
            if is_keras_model(space.names[root]) and not space.names[root].built:  # it has its weights after a first call
                make = [*make, f"{root}(np.zeros((1, sizes[0])))"]
                space.run(make)
            made = tensors(leaves(root, space.names[root]))
            if construction == f"{text}()" and root == "model":
                for own, slots in scalar_networks(leaves(root, space.names[root])):
                    yield Plan(str(program.path), name, make, root, slots, 2, own)
            for sizes in islice(own_sizes(made), 4):
                if sizes[0] == sizes[-1] == BATCH:  # it has counted the rows of what it takes for columns
                    continue
                told = "inputs" not in construction and "sizes" in construction
                ends = len(sizes) > 2 and (sizes[0], sizes[-1]) == (asked.sizes[0], asked.sizes[-1])
                if told and (_HIDDEN.search(construction) or not ends):  # the hidden units alone may be its own affair
                    continue
                given = _given(program, make, root, sizes) if "inputs" in construction else make
                for slots in islice(arrangements(made, sizes), 4):
                    yield Plan(str(program.path), name, given, root, slots, len(sizes) - 1, sizes)
            if "inputs" not in construction:
                break


def _given(program: Program, make: list[str], root: str, sizes: tuple[int, ...]) -> list[str]:
    """The statements that make a network from data: always from as many rows where their number is one of its sizes."""
    space = Space(program.module, question(sizes, BATCH))
    space.names["inputs"], space.names["targets"] = np.zeros((BATCH + 1, sizes[0])), np.zeros((BATCH + 1, sizes[-1]))
    if space.run(make) and sizes in own_sizes(tensors(leaves(root, space.names[root]))):
        return [*_DATA_GIVEN, *make]
    samples = f"some_inputs, some_targets = np.zeros(({BATCH}, sizes[0])), np.zeros(({BATCH}, sizes[-1]))"
    return [samples, *(_DATA.sub(r"some_\1", line) for line in make)]


def size_constants(program: Program) -> list[str]:
    """Statements that set the module's own numbers of units, if its functions use one for each layer of units."""
    found: dict[str, str] = {}
    for key in globals_used(program):
        if type(getattr(program.module, key, None)) is int and (size := roles.size(key)) in ("inputs", "hidden", "outputs"):
            found.setdefault(size, key)
    if len(found) < 3:
        return []
    return [f"{', '.join(f'program.{found[size]}' for size in ('inputs', 'hidden', 'outputs'))} = sizes"]


def standing(root: str, value: Any, program: Program) -> list[Leaf]:
    """The leaves of an object; of the module's own variables for the root "program"."""
    if root != "program":
        return leaves(root, value)
    seen: set[int] = set()
    return [leaf for name, inner in values(program).items() for leaf in leaves(f"program.{name}", inner, seen)]


def _double(call: Any) -> str:
    """Torch's modules are made in float32: here they are asked in float64."""
    modules = {c.__module__.partition(".")[0] for c in call.__mro__} if isinstance(call, type) else set()
    return ".double()" if "torch" in modules and "keras" not in modules else ""


def _initialised(space: Space, asked: Any) -> Iterator[list[str]]:
    """Statements that may draw the parameters of a network that has none after construction."""
    found = offers("model", space.names["model"])
    yield from grown(space.names["model"])
    for offer in ranked(found, roles.INITIALISE):
        for text in islice(constructions(offer.text, offer.call, len(asked.sizes) - 1), 4):
            yield [text]
    for offer in found:
        given = [roles.argument(p.name) for p in required(offer.parameters)]
        if given == ["inputs", "targets"] and roles.rank(offer.name, roles.TRAIN) == len(roles.TRAIN):
            yield [*_DATA_GIVEN, f"{offer.text}(inputs, targets)"]
    for offer in ranked(found, (r"^fit$", r"^partial_fit$", r"^train$", r"fit", r"train")):
        for targets in _SOME_TARGETS:
            for text in islice(fillings(offer, Context(Layout("some", "some_inputs", "some_targets"))), 2):
                samples = f"some_inputs, some_targets = np.zeros((sizes[-1] + 1, sizes[0])), {targets}"
                yield [samples, text.replace("epochs", "1", 1) if "=epochs" not in text else text.replace("=epochs", "=1")]


#: Targets from which a network learns its sizes when it draws its parameters in `fit`: rows, or numbers of classes.
_SOME_TARGETS = ("np.ones((sizes[-1] + 1, sizes[-1])) / sizes[-1]", "np.arange(sizes[-1] + 1) % max(sizes[-1], 2)")


def _after(program: Program, asked: Any, lines: list[str]) -> list[Any]:
    """The tensors that stand in a network after some statements; none if they fail."""
    space = Space(program.module, asked)
    return tensors(leaves("model", space.names["model"])) if space.run(lines) else []
