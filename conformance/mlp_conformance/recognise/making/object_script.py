"""Scripts whose loop drives objects, or arrays that are made from data: what stands before the loop makes the network.

The statements before the loop that make what it uses are executed on our data, then the loop's body is its step.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.calling.dials import dials, setting, without_dropout
from mlp_conformance.recognise.calling.layouts import LAYOUTS, OTHER_TARGETS, Layout
from mlp_conformance.recognise.calling.mishaps import Kind, Mishap
from mlp_conformance.recognise.making.script import IN_ORDER, ONE, Script, ScriptSearch, given_beside
from mlp_conformance.recognise.numbers.readings import ForwardReading, agrees, forward_readings, question
from mlp_conformance.recognise.parameters.slots import arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import is_numeric, is_torch_module, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.after_loops import changed_after
from mlp_conformance.recognise.source.data_beside import data_beside
from mlp_conformance.recognise.source.loop_setups import Loop, loop_setup, loops, names
from mlp_conformance.recognise.source.loop_steps import loop_step, namespace
from mlp_conformance.recognise.source.loops import takes_singly
from mlp_conformance.recognise.source.program import Program, globals_used, values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.space import Forward, Space, is_over
from mlp_conformance.recognise.steps.stepping import find_step
from mlp_conformance.recognise.writing import written

_BATCH = 13
#: What gives out the batches of a loop that are taken from elsewhere: of one sample.
_LOADER = "torch.utils.data.DataLoader(range(1))"
#: Forms in which a script's loop may want all samples at once, and the data set of one for loops that go through them singly.
_LAYOUTS = (
    *LAYOUTS[:2],
    *(layout for layout in OTHER_TARGETS if not layout.single),
    *LAYOUTS[7:],
    Layout(
        "rows, as a tensor of float32", "torch.tensor(inputs).float()", "torch.tensor(targets).float()", "{}.detach().numpy()"
    ),
    Layout("rows, as lists, targets as a vector", "inputs.tolist()", "targets.ravel().tolist()", "np.array({})", vector=True),
    ONE,
)


def object_searches(program: Program) -> Iterator[ScriptSearch]:
    """The searches in a program's loops, each with the forms of data that it may want."""
    for loop in loops(program.tree):
        following = [node for node in program.tree.body if node.lineno > loop.node.lineno]
        for x, y in loop.data(set(changed_after(loop.node, following))):
            silent = () if loop.taken else tuple(name for name in (x, y) if not roles.argument(name))
            setup = [node for node in loop.making(silent) if not isinstance(node, ast.For | ast.Import | ast.ImportFrom)]
            made = sorted({name for node in setup for name in names(node, ast.Store)})
            if made:
                given = {*loop.counters, *made, *vars(program.module)}
                beside = data_beside(loop.used - names(loop.node, ast.Store) - given, x, y)
                reads = any({x, y} & names(node, ast.Load) for node in setup)  # as `n, m = X.shape` does
                for turned in ("", ".T") if reads and not loop.taken else (None,):
                    yield from _searches(program, loop, made, x, y, silent, beside, turned)


def _searches(
    program: Program,
    loop: Loop,
    made: list[str],
    x: str,
    y: str,
    silent: tuple[str, ...],
    beside: dict[str, str],
    turned: str | None,
) -> Iterator[ScriptSearch]:
    """The searches in one of its loops; turned: the form of the data that is read before it, None if none is."""
    line = loop.node.lineno
    few = program.few_units
    setup = loop_setup(program.path, line, data=silent, few_units=few)
    given: dict[str, Any] = {"step": loop_step(program.path, line, few_units=few), "setup": setup}
    named = f", data={silent}".replace("'", '"') if silent else ""
    loader = f", {loop.loader}={_LOADER}" if loop.loader else ""
    data = loader if loop.taken else f", {x}=np.zeros((1, sizes[0])){turned or ''}, {y}=np.zeros((1, sizes[-1])){turned or ''}"
    make = [f"params = dict(vars(program){data})", "exec(setup, params)"]
    if set(made) & globals_used(program):  # its functions find there what is made anew
        given["namespace"] = namespace
        make[:1] = ["params = namespace(program)", *([f"params.update({data[2:]})"] if data else [])]
    if program.in_double:  # it has been told so, which lasts: an adapter has to say it too
        make.insert(0, "torch.set_default_dtype(torch.float64)")
    for first in ((3, 7, 5), (2, 7, 1)):
        space = Space(program.module, question(first, _BATCH))
        space.names.update(given)
        if not space.run(make):
            continue
        objects = {name: space.names["params"][name] for name in made if name in space.names["params"]}
        doubled = [f'params["{name}"].double()' for name, value in objects.items() if is_torch_module(value)]
        space.run(doubled)
        found = tensors(leaves("params", objects))
        counts = _counts(space, make, objects)
        set_dials = [
            f"{target} = {text}"
            for name, value in objects.items()
            for target, text in (
                [(f'params["{name}"]', setting(name, value))] if setting(name, value) else dials(f'params["{name}"]', value)
            )
            if text != "epochs"
        ]
        set_dials += [line for name, value in objects.items() for line in without_dropout(f'params["{name}"]', value)]
        for sizes in islice(own_sizes(found), 3):
            for slots in islice(arrangements(found, sizes), 3):
                plan = Plan(
                    str(program.path), program.path.stem, [*make, *doubled, *set_dials], "params", slots, len(slots), sizes
                )
                plan.program = (
                    f"{program.reading}\n"
                    f"setup = loop_setup({written(str(program.path))}, line={line}, near=__file__{named}{program.in_units})\n"
                    f"step = loop_step({written(str(program.path))}, line={line}, near=__file__{program.in_units})"
                )
                script = Script(loop.node, made, [x, y], loop.counters, counts)
                asked = question(sizes, _BATCH)
                search = ObjectScript(
                    program, plan, asked, lambda space: [], given=given, script=script, beside=beside, turned=turned
                )
                search.in_a_vector = _is_vector(vars(program.module).get(y))
                yield from search.in_every_form()
        return


def _standing_in(template: str) -> str:
    """The name in a script by which what an expression is about is reached."""
    found = re.match(r'params\["(\w+)"\]', template)
    return found[1] if found else ""


def _is_vector(value: Any) -> bool:
    """Whether something is a vector of numbers."""
    return is_numeric(value) and np.asarray(value).ndim == 1


def _counts(space: Space, make: list[str], objects: dict[str, Any]) -> list[str]:
    """The names of the number of samples: 1 where the data have one row, 2 where they have two."""
    ones = [name for name, value in objects.items() if type(value) is int and value == 1]
    again = [line.replace("np.zeros((1, ", "np.zeros((2, ") for line in make]
    return [name for name in ones if space.names["params"].get(name) == 2] if ones and space.run(again) else []


@dataclass
class ObjectScript(ScriptSearch):
    """The search in a loop that drives objects, with data in one form, which every copy of it keeps.

    beside: `data_beside`. turned: ".T" or "", where only forms with samples in columns, or in rows, are for it.
    """

    layout: Layout = LAYOUTS[0]
    beside: dict[str, str] = field(default_factory=dict)
    turned: str | None = None

    def in_every_form(self) -> Iterator[ObjectScript]:
        """The same with data in each form that the loop may want: those first whose step is right, as others may still run.

        A column of targets where a loop wants numbers gives an output that is right and a step that is not, often one of
        another shape: then those come first that keep it.
        """
        assert self.script is not None
        singly = takes_singly(self.script.loop, self.script.data[0])
        others: list[ObjectScript] = []
        reshaped: list[ObjectScript] = []
        silent: list[ObjectScript] = []
        for layout in _LAYOUTS:
            if is_over() or (layout.vector if self.asked.sizes[-1] > 1 else layout.labels) or (layout.single and not singly):
                continue
            if self.turned is not None and layout.is_turned != bool(self.turned):
                continue
            search = replace(self, layout=layout)
            search = search.with_labels() if layout.labels else search
            forward = next(search.forwards(False), None)
            if forward is not None and find_step(search, forward, faults=False)[2] is not None:
                yield search
            else:
                (silent if forward is None else others if search.keeps_shapes() else reshaped).append(search)
        yield from (*others, *reshaped, *silent)

    def keeps_shapes(self) -> bool:
        """Whether the parameters have the shapes after a step that they had before."""
        found = self.taken([self.step], self.batch)
        return found is None or not any(np.isnan(part).all() for pair in found[1] for part in pair)

    @property
    def batch(self) -> int | None:
        """The number of samples that the loop's body is given, if it is one."""
        return 1 if self.layout.single else None

    @property
    def step(self) -> str:
        """The call of the loop's body."""
        assert self.script is not None
        x, y = self.script.data
        given = "".join(f", {name}=1" for name in self.script.counters)
        given += "".join(f", {name}=len(inputs)" for name in self.script.counts)
        given += given_beside(self.beside, self.layout, self.asked.sizes[-1])
        data = f"{x}={self.layout.x}, {y}={self.layout.y}" if y else f"{x}=({self.layout.x}, {self.layout.y})"
        return f"step{IN_ORDER * self.script.is_mixed}(params, {data}{given})"

    def forwards(self, faulty: bool) -> Iterator[Forward]:
        """The output that the loop's body keeps, or else what an object answers that it drives, as in `loss(model(x), y)`."""
        assert self.script is not None
        space = self.space(self.batch)
        if space is None or not space.run([f"output = {self.step}"]):
            self._keep_mishap(space, False)
            return
        self._keep_mishap(space, True)
        known = list(forward_readings(space.asked, faulty))
        own = {*values(self.program), *self.script.data} - set(self.script.parameters) - names(self.script.loop, ast.Store)
        space.names["output"] = {k: v for k, v in space.names["params"].items() if not k.startswith("__") and k not in own}
        ways = self._read(space, [f"output = {self.step}"], known)
        if not ways:
            space = self.space(self.batch)
            for name in self._answering(space) if space is not None else ():
                line = f'output = params["{name}"]({self.layout.x})'
                if space is not None and space.run([line]):
                    ways += self._read(space, [line], known)
        ways = ways or list(self._by_functions(faulty))
        yield from sorted(ways, key=lambda way: way.reading.output == "linear")

    def _by_functions(self, faulty: bool) -> Iterator[Forward]:
        """What functions answer that are given the network and inputs, as in `feed_forward(network, x)`."""
        networks = {name for slot in self.plan.slots if (name := _standing_in(slot.weights.template))}
        if len(networks) != 1:
            return
        network = f'params["{networks.pop()}"]'
        for layout in (LAYOUTS[0], *(layout for layout in LAYOUTS if layout.single)):
            batch = 1 if layout.single else None
            space = self.space(batch)
            known = list(forward_readings(space.asked, faulty)) if space is not None else []
            for key, call in values(self.program).items() if space is not None else ():
                roles_of = [roles.argument(p.name) for p in required(signature(call) or [])] if inspect.isfunction(call) else []
                if sorted(roles_of) != ["inputs", "parameters"] or roles.rank(key, roles.FORWARD) == len(roles.FORWARD):
                    continue
                given = (network, layout.x) if roles_of[0] == "parameters" else (layout.x, network)
                line = f'output = params["{key}"]({", ".join(given)})'
                if (fresh := self.space(batch)) is None or not fresh.run([line]):
                    continue
                ways = self._read(fresh, [line], known, layout)
                yield from ways
                if not ways and any(leaf.path.startswith("output") for leaf, _, _ in self.outputs(fresh, layout)):
                    said = f"`{key}` gives numbers of an output's shape, which are no reading's"
                    self.mishaps.add(Mishap(Kind.UNREAD, said, False, key))

    def _answering(self, space: Space) -> list[str]:
        """The names of what may answer for inputs alone: torch's modules, and functions that run forward by their names."""
        assert self.script is not None
        names = space.names["params"]
        found = [name for name in self.script.parameters if is_torch_module(names.get(name))]
        functions = [
            key for key, value in names.items() if inspect.isfunction(value) and len(required(signature(value) or [])) == 1
        ]
        return found + [key for key in functions if roles.rank(key, roles.FORWARD) < len(roles.FORWARD)]

    def _read(
        self,
        space: Space,
        lines: list[str],
        known: Sequence[tuple[ForwardReading, np.ndarray]],
        given: Layout | None = None,
    ) -> list[Forward]:
        """The readings of what has the shape of an output after some lines; given: a layout other than the loop's."""
        ways, layout = [], given or self.layout
        for leaf, rows, found in self.outputs(space, layout):
            reading = next((reading for reading, expected in known if agrees(found, expected)), None)
            if reading is not None:
                ways.append(
                    Forward(
                        lines,
                        reading.through.format(rows),
                        layout,
                        reading,
                        True,
                        Offer("exec", "the loop's body", exec),
                        leaf.path,
                    )
                )
        return ways

    def gradients(self, forward: Forward, batch: int | None) -> Iterator[tuple[list[str], Space]]:
        """What the loop's body leaves, as in every script; its call is not that of the output where a function gives that."""
        yield from super().gradients(replace(forward, lines=[f"output = {self.step}"]), batch)

    def sequences(self, forward: Forward) -> Iterator[tuple[list[str], bool]]:
        assert self.script is not None
        step = self.step if self.script.draws else self.step.replace(f"step{IN_ORDER}", "step")
        yield from self._bodies([step], self.batch)

    def nearest(self) -> Any:
        """Nothing: a loop whose output is no reading's is left alone."""
        return None
