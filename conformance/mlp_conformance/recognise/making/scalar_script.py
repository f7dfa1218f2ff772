"""Scripts in which every weight is a number with a name of its own, and the loop goes through samples one by one.

The body of the loop over epochs is the step: it is executed on a data set of one sample, as in `ScriptSearch`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.calling.layouts import LAYOUTS
from mlp_conformance.recognise.making.script import Script, ScriptSearch
from mlp_conformance.recognise.numbers.readings import agrees, forward_readings, question
from mlp_conformance.recognise.parameters.scalars import scalar_networks
from mlp_conformance.recognise.parameters.tensors import Leaf
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.loop_steps import loop_step
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.space import Forward
from mlp_conformance.recognise.writing import written

_BATCH = 13
#: Arrangements of the numbers that are tried.
_MOST = 24
#: Forms in which one name has a data set of one sample: flat, and as pairs.
_TOGETHER = ("[(*x.tolist(), *y.tolist())]", "[(x.tolist(), y.tolist())]", "[(x.tolist(), y[0])]", "[[x.tolist(), y.tolist()]]")
#: The same where inputs and targets have a name each.
_APART = (("[x.tolist()]", "[y[0]]"), ("[x.tolist()]", "[y.tolist()]"), ("x[None]", "y[None]"), ("x[None]", "y"))


def scalar_script_searches(program: Program) -> Iterator[ScriptSearch]:
    """The searches in a program's loops over epochs that change numbers which stand at the top level."""
    numbers = {name: value for name, value in vars(program.module).items() if type(value) is float and name[:2] != "__"}
    for loop in _epochs(program.tree):
        stored = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        read = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        parameters = [name for name in numbers if name in stored and name in read]
        data = [name for name in sorted(read - stored) if _is_data(getattr(program.module, name, None))]
        if len(parameters) < 3 or not data:
            continue
        target = loop.target if isinstance(loop, ast.For) else None
        counters = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)] if target is not None else []
        found = [Leaf(f'params["{name}"]', "number", (), "float64") for name in parameters]
        for sizes, slots in islice(scalar_networks(found), _MOST):
            plan = Plan(str(program.path), program.path.stem, ["params = dict(vars(program))"], "params", slots, 2, sizes)
            given = f"{written(str(program.path))}, line={loop.lineno}, near=__file__{program.in_units}"
            plan.program = f"{program.reading}\nstep = loop_step({given})"
            step = loop_step(program.path, loop.lineno, few_units=program.few_units)
            script = Script(loop, parameters, data, counters)
            yield ScalarScript(program, plan, question(sizes, _BATCH), lambda space: [], given={"step": step}, script=script)


def _epochs(tree: ast.Module) -> Iterator[ast.For | ast.While]:
    """Loops of the top level that go through something in another loop."""
    for node in tree.body:
        for loop in node.body if isinstance(node, ast.If) else [node]:
            if isinstance(loop, ast.For | ast.While) and any(isinstance(inner, ast.For) for inner in loop.body):
                yield loop


def _is_data(value: Any) -> bool:
    """Whether something is a sequence of samples, or of targets."""
    return isinstance(value, list | tuple | np.ndarray) and len(value) > 1


class ScalarScript(ScriptSearch):
    """The search in such a loop, with the data set in every form that it may want."""

    def forwards(self, faulty: bool) -> Iterator[Forward]:
        assert self.script is not None
        layout = LAYOUTS[3]
        known = None
        for lines in self._given():
            space = self.space(1)
            if space is None or not space.run(lines):
                continue
            known = known or list(forward_readings(space.asked, faulty))
            own = {*self.script.parameters, *self.script.data, *self.script.counters}
            left = space.names["params"].items()
            space.names["output"] = {k: v for k, v in left if not k.startswith("__") and k not in own}
            for leaf, rows, values in self.outputs(space, layout):
                reading = next((reading for reading, expected in known if agrees(values, expected)), None)
                if reading is not None:
                    offer = Offer("exec", "the loop's body", exec)
                    yield Forward(lines, reading.through.format(rows), layout, reading, True, offer, leaf.path)

    def _given(self) -> Iterator[list[str]]:
        """Statements that give the loop's body one sample, and execute it."""
        script = self.script
        assert script is not None
        rates = [name for name in vars(self.program.module) if roles.argument(name) == "rate"]
        more = [f"{name}=learning_rate" for name in rates[:1]] + [f"{name}=1" for name in script.counters]
        for name in script.data:
            for form in _TOGETHER:
                yield [f"output = step(params, {', '.join([f'{name}={form}', *more])})"]
        xs = [name for name in script.data if roles.argument(name) != "targets"]
        ys = [name for name in script.data if roles.argument(name) == "targets"]
        for x, y in [(x, y) for x in xs for y in ys][:2]:
            for first, second in _APART:
                yield [f"output = step(params, {', '.join([f'{x}={first}', f'{y}={second}', *more])})"]
