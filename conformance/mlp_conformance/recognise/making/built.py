"""Networks that a program itself puts together: the statements that make its object are run, its data and training are not.

What stands at the top level, under `if __name__ == "__main__"` or in `main` and makes a network is taken as it is, sizes
included: layers that are added one by one, a list of closures, an object that takes others.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import offers, ranked
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.slots import arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import is_torch_module, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.command_line import without_command_line
from mlp_conformance.recognise.source.entries import bodies
from mlp_conformance.recognise.source.few_units import with_few_units
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.siblings import is_beside
from mlp_conformance.recognise.source.starting import starting
from mlp_conformance.recognise.source.texts import program_text
from mlp_conformance.recognise.space import Space, worked
from mlp_conformance.recognise.writing import written

_BATCH = 13
#: What a method that runs or trains a network is called: statements with such calls make nothing.
_RUNS = (*roles.TRAIN[:-1], *roles.FORWARD[:10], r"^(plot|show|print|save|score|evaluate|accuracy|test)")
#: What classes of networks are called that a program imports.
_NETWORK = re.compile(r"\w*(Sequential|Model|Net(work)?|MLP|Perceptron)|(A|D|F|FF)?NN")
#: Seconds of work within which a network is made: what takes longer trains it.
_MAKING = 0.5
#: Numbers of inputs that are tried where a network takes its own from the data that it sees first.
_INPUTS = (3, 2)


def building(
    path: str | Path, name: str, near: str | Path | None = None, beside: bool = False, few_units: bool = False
) -> CodeType:
    """The statements of a file that make what it calls `name`, compiled; see `definitions` for the rest."""
    found = Path(path)
    if near is not None and not found.is_absolute() and (Path(near).parent / found).exists():
        found = Path(near).parent / found
    tree = program_text(found, beside).tree
    tree = with_few_units(tree) if few_units else tree
    making = next(making for making in _makings(tree, found) if making.name == name)
    return making.compiled(found)


@dataclass(frozen=True)
class Making:
    """The statements that make `name`; data: names of inputs and of targets that they use."""

    name: str
    statements: tuple[ast.stmt, ...]
    inputs: tuple[str, ...]
    targets: tuple[str, ...]

    def compiled(self, path: Path) -> CodeType:
        """The statements, with the defaults of what they would read from a command line: it is not theirs."""
        return compile(without_command_line(self.statements), str(path), "exec")


def _makings(tree: ast.Module, path: Path) -> Iterator[Making]:
    """What a program makes by calls of its own classes and functions, each with the statements that it takes."""
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own -= set(starting(tree))  # what trains as well
    own |= {name for node in tree.body if _renames(node, own) for name in _names(node, ast.Store)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    own |= {"Sequential", "Model"} if any("keras" in ast.unparse(node) for node in imports) else set()
    installed = [node for node in imports if isinstance(node, ast.ImportFrom) and not is_beside(path, node)]
    named = {alias.asname or alias.name for node in installed for alias in node.names}
    own |= {name for name in named if _NETWORK.fullmatch(name)}
    seen: set[str] = set()
    for body in bodies(tree):
        for node in body:
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name) or not _calls(node) & own:
                continue
            name = node.targets[0].id
            if name not in seen and roles.argument(name) not in ("inputs", "targets", "data"):
                seen.add(name)
                yield _making(body, name)


def made_by_itself(tree: ast.Module) -> list[str]:
    """The classes and functions of a program that it calls where it puts its network together, in turn."""
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    parts = [part for body in bodies(tree) for part in body if not isinstance(part, ast.FunctionDef | ast.ClassDef)]
    calls = (node.func for part in parts for node in ast.walk(part) if isinstance(node, ast.Call))
    found = [call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls]
    return [name for name in found if name in own]


def _renames(node: ast.stmt, own: set[str]) -> bool:
    """Whether a statement gives one of some names another one."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in own


def _making(body: list[ast.stmt], name: str) -> Making:
    """The assignments that lead to a name, and the calls of its own methods that do not train or run it."""
    wanted, chosen, data = {name}, [], set[str]()
    for node in reversed(body):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            stored = _names(node, ast.Store)
            if not stored & wanted:
                continue
            if not _is_symbolic(node.value) and any(roles.argument(name) in ("inputs", "targets", "data") for name in stored):
                data |= stored & wanted
                continue
        elif not (isinstance(node, ast.Expr) and _grows(node.value, name)):
            continue
        if isinstance(node, ast.Expr) and any(roles.rank(method, _RUNS) < len(_RUNS) for method in _methods(node.value)):
            continue
        chosen.append(node)
        wanted |= _names(node, ast.Load)
    inputs = tuple(sorted(other for other in data if roles.argument(other) == "inputs"))
    return Making(name, tuple(reversed(chosen)), inputs, tuple(sorted(data - set(inputs))))


def _is_symbolic(node: ast.expr | None) -> bool:
    """Whether an expression stands for what goes through a network, as `Input((4,))` and `Dense(3)(x)` do: that is no data."""
    if not isinstance(node, ast.Call):
        return False
    return isinstance(node.func, ast.Call) or getattr(node.func, "attr", getattr(node.func, "id", "")) == "Input"


def _grows(node: ast.expr, name: str) -> bool:
    """Whether an expression is a call of a method of that name's object, or a chain of them."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return isinstance(node, ast.Name) and node.id == name


def _methods(node: ast.expr) -> Iterator[str]:
    """The names of the methods in a chain of calls, not of what they are given: `compile` in `model.compile(SGD(0.1))`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield node.func.attr
        node = node.func.value


def _calls(node: ast.AST) -> set[str]:
    calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def _names(node: ast.AST, kind: type[ast.expr_context]) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, kind)}


def built_plans(program: Program) -> Iterator[tuple[Plan, dict[str, Any]]]:
    """Plans for what a program makes itself, with what their statements need to be given."""
    for making in _makings(program.tree, program.path):
        code = making.compiled(program.path)
        variable = f"making_{making.name}"
        given = {variable: code}
        data = [f"{name}=np.zeros((1, sizes[0]))" for name in making.inputs]
        data += [f"{name}=np.zeros((1, sizes[-1]))" for name in making.targets]
        make = [f"vars(program).update({', '.join(data)})"] * bool(data) + [f"exec({variable}, vars(program))"]
        more = (", beside=True" if program.beside else "") + program.in_units
        written_program = (
            f"{program.reading}\n"
            f"{variable} = building({written(str(program.path))}, {written(making.name)}, near=__file__{more})"
        )
        for root, lines in (("model", [*make, f"model = program.{making.name}"]), ("program", make)):
            for plan in _plans(program, making.name, root, lines, given):
                yield plan.but(program=written_program), given


def _plans(program: Program, name: str, root: str, make: list[str], given: dict[str, Any]) -> Iterator[Plan]:
    for n_in in _INPUTS:
        space = Space(program.module, question((n_in, 7, 1), _BATCH))
        space.names.update(given)
        start = worked()
        if not space.run(make) or worked() - start > _MAKING:
            return
        value = getattr(program.module, name, None)
        if value is not None and is_torch_module(value):
            make = [*make, f"program.{name}.double()"]
            value.double()
        if (root == "model") != _is_object(value):
            return
        path = "model" if root == "model" else f"program.{name}"
        found = tensors(leaves(path, value))
        shapes = list(islice(own_sizes(found), 3))
        if not shapes and root == "model":
            for offer in ranked(offers("model", value), roles.FORWARD)[:4]:
                line = f"{offer.text}(np.zeros((1, sizes[0])))"
                if space.run([line]) and (shapes := list(islice(own_sizes(found := tensors(leaves(path, value))), 3))):
                    make = [*make, line]
                    break
        for sizes in shapes:
            for slots in islice(arrangements(found, sizes), 3):
                yield Plan(str(program.path), name, make, root, slots, len(slots), sizes)
        if shapes:
            return


def _is_object(value: Any) -> bool:
    """Whether something is an object with methods, or a function, and no plain container of parts."""
    return inspect.isfunction(value) or (hasattr(value, "__dict__") and not isinstance(value, type | list | tuple | dict))
