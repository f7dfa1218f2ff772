"""Scripts without a class: module-level arrays are the network, and the body of the training loop is its step.

The loop is never run as it stands: its body is executed on our arrays, once for each step that is asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations, product
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.calling.layouts import LAYOUTS, WITH_ONES, Layout
from mlp_conformance.recognise.numbers.readings import agrees, forward_readings
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor, is_numeric
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.source.changed_arrays import filled_anew, reordered, subscripted
from mlp_conformance.recognise.source.data_beside import data_beside
from mlp_conformance.recognise.source.orders import draws_again
from mlp_conformance.recognise.source.own_samples import is_written, own_samples
from mlp_conformance.recognise.source.program import Program, globals_used
from mlp_conformance.recognise.space import Forward, Space
from mlp_conformance.recognise.steps.pairing import MIXED
from mlp_conformance.recognise.writing import written

#: A data set of one sample.
ONE = next(layout for layout in LAYOUTS if layout.name == "one sample, a row")

#: What a step is called by that takes samples as they are, where the loop draws their order.
IN_ORDER = ".in_order"
_DRAWN = "It draws its samples, some of them twice: judged is a step with each of them once."


@dataclass
class Script:
    """A loop and the module's arrays that it uses: parameters are those it assigns, data those it only reads.

    What it only reads, and has the shape of biases, may be some that it forgets to train.

    counters: the variables of the loop; counts: names of the number of samples, and of those in a batch; turns: of the
    number of batches; across: both where a sample is a column. samples: the number of samples where it is written in the
    loop, and the array of which it is the number of rows. helpers: the functions that it calls. vectors: the arrays that it
    reads with one number for each sample.
    """

    loop: ast.For | ast.While
    parameters: list[str]
    data: list[str]
    counters: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    across: tuple[list[str], list[str]] = ([], [])
    samples: tuple[int, str] | None = None
    helpers: list[str] = field(default_factory=list)
    vectors: list[str] = field(default_factory=list)

    @property
    def is_mixed(self) -> bool:
        """Whether the loop takes samples in an order that it draws."""
        return bool(MIXED.search("\n".join([ast.unparse(self.loop), *self.helpers])))

    @property
    def draws(self) -> bool:
        """Whether it draws samples one by one, so that some come twice."""
        return draws_again(self.loop)


def scripts(program: Program) -> Iterator[Script]:
    """Loops at the top level of a program that change arrays which stand there before."""
    top: list[ast.stmt] = []
    for node in program.tree.body:
        top += node.body if isinstance(node, ast.If) else [node]
    arrays = {
        name: np.asarray(value, dtype=float)
        for name, value in vars(program.module).items()
        if not name.startswith("__") and is_numeric(value)
    }
    for loop in top:
        if not isinstance(loop, ast.For | ast.While):
            continue
        for inner in [loop, *(n for n in ast.walk(loop) if isinstance(n, ast.For) and n is not loop)]:
            stored = {node.id for node in ast.walk(inner) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
            stored |= subscripted(inner)
            read = [node.id for node in ast.walk(inner) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
            stored -= reordered(inner) | filled_anew(inner)
            parameters = [name for name in arrays if name in stored]
            data = [name for name in arrays if name in read and name not in stored and arrays[name].ndim == 2]
            if any(arrays[name].ndim == 2 for name in parameters) and len(data) >= 2:
                target = inner.target if isinstance(inner, ast.For) else None
                counters = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)] if target is not None else []
                used = {name: value for name, value in vars(program.module).items() if name in read and type(value) is int}
                units = {n for name in parameters for n in arrays[name].shape}
                rows, columns = arrays[data[0]].shape
                helpers = [ast.unparse(f) for f in program.tree.body if isinstance(f, ast.FunctionDef) and f.name in read]
                along, across = _numbers(used, rows, units), _numbers(used, columns, units)
                vectors = [name for name in arrays if name in read and arrays[name].shape in ((rows,), (columns,))]
                vectors = [name for name in vectors if name not in stored]
                script = Script(inner, parameters, data, counters, *along, across, helpers=helpers, vectors=vectors)
                samples, turned = own_samples(program)
                if samples == (columns if turned else rows) and is_written(inner, samples):
                    yield replace(script, samples=(samples, data[0] + turned))
                yield script
                idle = [name for name in arrays if name in read and name not in [*stored, *vectors, *data[:2]]]
                idle = [name for name in idle if any(_fits(arrays[name].shape, n) for n in units if n > 1)]
                if idle:
                    yield replace(script, parameters=[*parameters, *idle], data=[name for name in data if name not in idle])


def _numbers(used: dict[str, int], samples: int, units: set[int]) -> tuple[list[str], list[str]]:
    """Of the whole numbers that a loop reads those of samples, all or in a batch, and those of batches."""
    batches = [name for name, value in used.items() if roles.is_batch_size(name, value)]
    others = {name: value for name, value in used.items() if name not in batches and not (value in units and roles.size(name))}
    in_turn = {number for name in batches if used[name] for number in (samples // used[name], -(-samples // used[name]))}
    counts = [name for name, value in others.items() if value == samples]
    return batches + counts, [name for name, value in others.items() if value in in_turn - {samples}]


def script_plans(program: Program) -> Iterator[tuple[Plan, Script, tuple[int, ...]]]:
    """Plans for the scripts in a program, and their own sizes: every order of arrays whose shapes make a chain of layers."""
    for script in scripts(program):
        shapes = {name: np.shape(getattr(program.module, name)) for name in script.parameters}
        matrices = [name for name in script.parameters if len(shapes[name]) == 2 and min(shapes[name]) > 1]
        rest = [name for name in script.parameters if name not in matrices]
        for count in range(0, len(rest) + 1):
            for more in permutations(rest, count):
                names = [*matrices, *more]
                biases = [name for name in rest if name not in more]
                yield from _chains(program, script, names, biases, shapes)
                if not biases:
                    yield from _chains(program, script, names, biases, shapes, 1)


def _chains(
    program: Program,
    script: Script,
    names: list[str],
    biases: list[str],
    shapes: dict[str, tuple[int, ...]],
    more: int = 0,
) -> Iterator[tuple[Plan, Script, tuple[int, ...]]]:
    """The plans of matrices in every order in which they are layers; more: rows for biases, beside one for each unit before."""
    if not names or any(len(shapes[name]) != 2 for name in names):
        return
    for order, by_output in product(permutations(names), (False, True)):
        ends = [shapes[name][::-1] if by_output else shapes[name] for name in order]
        if any(a[1] + more != b[0] for a, b in pairwise(ends)) or ends[0][0] <= more:
            continue
        own: list[str | None] = [next((b for b in biases if _fits(shapes[b], end[1])), None) for end in ends]
        for chosen in {tuple(own), *(p for p in permutations(biases, len(order)) if len(biases) == len(order))}:
            if any(b is not None and not _fits(shapes[b], end[1]) for b, end in zip(chosen, ends, strict=True)):
                continue
            if len({b for b in chosen if b}) != sum(b is not None for b in chosen) or (biases and None in chosen):
                continue
            make = [
                "params = namespace(program)"
                if set(script.parameters) & globals_used(program)
                else "params = dict(vars(program))"
            ]
            for joined in ("last", "first") if more else ("",):
                slots = [
                    Slot(
                        _named(name, shapes[name]),
                        by_output,
                        _named(b, shapes[b], by_output) if b is not None else None,
                        joined,
                    )
                    for name, b in zip(order, chosen, strict=True)
                ]
                plan = Plan(str(program.path), program.path.stem, make, "params", slots, len(order))
                counted = f', samples=({script.samples[0]}, "{script.samples[1]}")' if script.samples else ""
                counted += program.in_units
                plan.program = (
                    f"{program.reading}\n"
                    f"step = loop_step({written(str(program.path))}, line={script.loop.lineno}, near=__file__{counted})"
                )
                if script.samples:
                    plan.notes.append(f"The {script.samples[0]} in its loop is taken for the number of samples.")
                plan.notes += [_DRAWN] * script.draws
                yield plan, script, (ends[0][0] - more, *(end[1] for end in ends))


def _fits(shape: tuple[int, ...], count: int) -> bool:
    return shape in ((count,), (1, count), (count, 1))


def _named(name: str, shape: tuple[int, ...], by_output: bool = False) -> Tensor:
    """A stand-in for an array of the script, whatever its size: only the axes of a bias matter."""
    form = tuple(1 if n == 1 else 7 for n in shape)
    form = ((7, 1) if by_output else (1, 7)) if form == (1, 1) else form
    return Tensor(f'params["{name}"]', (), Leaf(f'params["{name}"]', "new", form, "float64"))


@dataclass
class ScriptSearch(Search):
    """The search in a script: its loop's body is the only call, and the order of its data the only question."""

    script: Script | None = None

    def forwards(self, faulty: bool) -> Iterator[Forward]:
        """Ways to get the output from the loop's body: of a batch, or of one sample where it goes through them itself."""
        assert self.script is not None
        singly = () if self.script.is_mixed and not self.script.draws else (ONE,)
        for layout in (*LAYOUTS[:2], *WITH_ONES.get(self.plan.slots[0].joined, ()), *singly):
            known = None
            for lines in self._lines(layout):
                space = self.space(1 if layout.single else None)
                if space is None or not space.run(lines):
                    self._keep_mishap(space, False)
                    continue
                known = known or list(forward_readings(space.asked, faulty))
                space.names["output"] = {k: v for k, v in space.names["params"].items() if not k.startswith("__")}
                ways = []
                for leaf, rows, values in self.outputs(space, layout):
                    for reading, expected in known:
                        if agrees(values, expected):
                            offer = Offer("exec", "the loop's body", exec)
                            ways.append(Forward(lines, reading.through.format(rows), layout, reading, True, offer, leaf.path))
                            break
                self._keep_mishap(space, True)
                yield from sorted(ways, key=lambda way: way.reading.output == "linear")

    def _keep_mishap(self, space: Space | None, ran: bool) -> None:
        """Keep what the loop's body raised, or that it ran: it is said where no output is found."""
        if self.script is not None and space is not None:
            self.mishaps.of_loop(space, self.script.loop.lineno, ran)

    def _lines(self, layout: Layout) -> Iterator[list[str]]:
        script = self.script
        assert script is not None
        rates = [
            name
            for name, value in vars(self.program.module).items()
            if roles.argument(name) == "rate" and isinstance(value, int | float)
        ]
        given = "".join(f", {name}=learning_rate" for name in rates[:1]) + "".join(f", {name}=1" for name in script.counters)
        counts, turns = script.across if layout.is_turned else (script.counts, script.turns)
        given += "".join(f", {name}=len(inputs)" for name in counts) + "".join(f", {name}=1" for name in turns)
        pairs = sorted(permutations(script.data, 2), key=lambda p: -(_is(p[0], "inputs") + _is(p[1], "targets")))
        for x, y in pairs[:6]:
            more = given_beside(data_beside(script.vectors, x, y), layout, self.asked.sizes[-1])
            yield [f"output = step{IN_ORDER * script.is_mixed}(params, {x}={layout.x}, {y}={layout.y}{given}{more})"]

    def sequences(self, forward: Forward) -> Iterator[tuple[list[str], bool]]:
        assert self.script is not None
        lines = [line.removeprefix("output = ") for line in forward.lines]
        if not self.script.draws:  # the order of a batch is all the same, unless inputs and targets are parted
            lines = [line.replace(f"step{IN_ORDER}", "step") for line in lines]
        yield from self._bodies(lines, 1 if forward.layout.single else None)

    def _bodies(self, lines: list[str], batch: int | None) -> Iterator[tuple[list[str], bool]]:
        """The loop's body once; several times as one call, where the first alone changes nothing: it may use what it keeps."""
        yield lines, False
        if self.taken(lines, batch) is None:
            yield ["for _ in range(epochs):", *(f"    {line}" for line in lines)], True

    def gradients(self, forward: Forward, batch: int | None) -> Iterator[tuple[list[str], Any]]:
        space = self.space(batch)
        lines = [line.replace("output = ", "grads = ") for line in forward.lines]
        if space is not None and space.run(lines) and isinstance(space.names["grads"], dict):
            space.names["grads"] = {k: v for k, v in space.names["grads"].items() if not k.startswith("__")}
            yield lines, space


def given_beside(beside: dict[str, str], layout: Layout, outputs: int) -> str:
    """The keyword arguments of a step for `data_beside`, in a layout; outputs: with one there are no classes."""
    classes = "targets.argmax(axis=1)" if outputs > 1 else "targets.ravel()"
    forms = {"inputs": layout.x, "targets": layout.y, "rows": "targets", "classes": classes}
    return "".join(f", {name}={forms[form]}" for name, form in beside.items())


def _is(name: str, role: str) -> bool:
    return roles.argument(name) == role
