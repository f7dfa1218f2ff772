"""The text of an adapter: what a plan says, as a person would write it down."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlp_conformance.recognise.plan import Plan

#: Columns of a line of code, and of a line of the docstring.
_WIDTH, _TEXT = 128, 120
#: An output that the program leaves as logits.
_LOGITS = re.compile(r"(softmax|sigmoid)\(")
#: Names of this package that an adapter may need, in the order in which they are imported.
_HELPERS = (
    "Claims", "Unsupported", "building", "cells", "decimals", "definitions", "descended", "in_vector", "loop_setup",
    "loop_step", "namespace", "package",
)  # fmt: skip
#: A claim that goes without saying.
_SUMMED = ("reductions", {"sum"})
#: A line that sets one dial, or several.
_DIAL = re.compile(r"([\w.]+(?:, [\w.]+)*) = ((?:learning_rate|epochs|\d\.\d)(?:, (?:learning_rate|epochs|\d\.\d))*)")
#: Training with a penalty of what gives its gradients alone: a step along them for each epoch.
_ALONG_GRADIENTS = ("return descended(network, learning_rate, epochs, lambda at: self.gradients(at, inputs, targets, l2))",)
#: What stands for the arguments that only `train` has where a forward pass is a training step.
_NOTHING = {
    "targets": "np.zeros((len(inputs), network.sizes[-1]))",
    "y": "np.zeros(network.sizes[-1])",
    "learning_rate": "0.0",
    "epochs": "1",
}


def written(value: Any) -> str:
    """A value as it stands in an adapter's text."""
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(repr(item).replace("'", '"') for item in sorted(value)) + "}"
    return repr(value).replace("'", '"')


def source(plan: Plan) -> str:
    """The adapter's text."""
    title = f"{plan.name} in {plan.file}, as it is judged by mlp-conformance."
    notes = textwrap.fill(f"Taken for {' '.join(plan.notes)}", _TEXT)
    claims = ", ".join(f"{key}={written(value)}" for key, value in plan.claims.items() if (key, value) != _SUMMED)
    methods = [_make(plan)]
    if plan.output:
        methods.append(_operation("forward", "network, inputs", _forward(plan)))
    if plan.loss:
        methods.append(_operation("loss", "network, inputs, targets", _loss(plan)))
    if plan.gradients:
        given = ", l2=0.0" if plan.penalty and not plan.step else ""
        methods.append(_operation("gradients", f"network, inputs, targets{given}", _gradients(plan)))
    if plan.step or plan.penalty:
        given = f"{', l2=0.0' if plan.penalty else ''}{', batch_size=None' if _takes_batches([*plan.make, *plan.step]) else ''}"
        methods.append(_operation("train", f"network, inputs, targets, learning_rate, epochs{given}", _train(plan)))
    body = "\n".join(["class Adapter:", *folded(f"    claims = Claims({claims})"), "", "\n\n".join(methods)])
    program = plan.program or f"program = definitions({written(plan.file)}, near=__file__{plan.rewritten})"
    return f'"""{title}\n{notes}\n"""\n\n{_imports(plan, program, body)}\n\n{program}\n\n\n{body}\n'


def _imports(plan: Plan, program: str, body: str) -> str:
    """The imports that the rest of the text needs: the standard library's, the libraries', this package's."""
    text = f"{program}\n{body}"
    standard = ["from types import SimpleNamespace"] * ("SimpleNamespace(" in text)
    libraries = ["import jax"] * ("jax." in body) + ["import numpy as np"] * ("np." in body)
    libraries += ["import torch"] * (plan.uses_torch or bool(re.search(r"(?<![\w.])torch\.", body)))
    names = [name for name in _HELPERS if re.search(rf"\b{name}\(", text)]
    own = [f"from mlp_conformance import {', '.join(names)}"]
    if logits := _LOGITS.match(plan.output):
        own.append(f"from mlp_reference.activations import {logits[1]}")
    return "\n\n".join("\n".join(block) for block in (standard, [*libraries, *own]) if block)


def _operation(name: str, arguments: str, lines: Sequence[str]) -> str:
    head = f"    def {name}(self, {arguments}):"
    return "\n".join([head, *(part for line in lines for part in folded(f"        {line}"))])


def _make(plan: Plan) -> str:
    made, _ = plan.penalty or (plan.make, [])
    lines = _together([*made, *plan.setting])
    said = [_named("sizes", "network.sizes", line) for line in lines]
    lines = said if max(map(len, said)) <= _WIDTH - 8 else ["sizes = network.sizes", *lines]
    refused = [("len(set(network.sizes[1:-1])) > 1", "its hidden layers are all as wide")] * plan.equal + plan.refused
    lines[:0] = [line for when, why in refused for line in (f"if {when}:", f"    raise Unsupported({written(why)})")]
    options = f"{', l2=0.0' if made != plan.make else ''}{', batch_size=None' if _takes_batches(made) else ''}"
    arguments = f"network, inputs=None, targets=None, learning_rate=0.1, epochs=1{options}"
    return _operation("make", arguments, [*lines, f"return {plan.root}"])


def _takes_batches(lines: Sequence[str]) -> bool:
    """Whether lines use a size of batches that is asked for."""
    return any("batch_size or len(inputs)" in line for line in lines)


def _together(lines: Sequence[str]) -> list[str]:
    """Lines that set a dial to an argument, in one line where they follow each other."""
    found: list[str] = []
    for line in lines:
        dial, before = _DIAL.fullmatch(line), _DIAL.fullmatch(found[-1]) if found else None
        if dial and before:
            found[-1] = f"{before[1]}, {dial[1]} = {before[2]}, {dial[2]}"
        else:
            found.append(line)
    return found


def _made(plan: Plan, arguments: str) -> str:
    return f"{plan.root} = self.make(network, {arguments})"


def _forward(plan: Plan) -> list[str]:
    """The calls of the forward pass; in a line with what is returned where there is one call."""
    outputs = str(plan.sizes[-1]) if plan.sizes else "network.sizes[-1]"
    lines = [_without_training(line).replace("network.sizes[-1]", outputs) for line in plan.forward]
    call = lines[0].removeprefix("output = ") if len(lines) == 1 and lines[0].startswith("output = ") else ""
    output = plan.output
    if call and len(re.findall(r"\boutput\b", output)) == 1 and " for " not in output:
        together = re.sub(r"\boutput\b", lambda _: call, output)
        lines, output = ([], together) if plan.single or len(together) < _WIDTH - 16 else (lines, output)
    if not plan.single:
        return [_made(plan, "inputs"), *lines, f"return {output}"]
    if "dtype=" not in output:
        output = re.sub(r"^np\.ravel\(np\.array\((.*)\)\)$", r"np.ravel(\1)", output)
    if not lines:
        return [_made(plan, "inputs"), f"return np.array([{output} for x in inputs])"]
    if call:
        answers = f"outputs = [{call} for x in inputs]"
        return [_made(plan, "inputs"), answers, f"return np.array([{output} for output in outputs])"]
    loop = ["outputs = []", "for x in inputs:", *(f"    {line}" for line in lines), f"    outputs.append({output})"]
    return [_made(plan, "inputs"), *loop, "return np.array(outputs)"]


def _without_training(line: str) -> str:
    """A line of the forward pass with something in the place of what only a training step is given."""
    for name, text in _NOTHING.items():
        line = _named(name, text, line)
    return line


def _of_one_run(line: str) -> str:
    """A line that is run once, for no step: with something in the place of a learning rate and a number of epochs."""
    return _named("learning_rate", _NOTHING["learning_rate"], _named("epochs", _NOTHING["epochs"], line))


def _named(name: str, text: str, line: str) -> str:
    """A line with a text in place of a name, but where that is a key, an attribute or the name of an argument."""
    return re.sub(rf"(?<![\w.\"]){name}\b(?!\s*=(?!=)|\")", lambda _: text, line)


def _one_sample(lines: Sequence[str]) -> list[str]:
    """Lines about the sample `x`, `y` as lines about the first of the inputs and targets."""
    text = "\n".join(lines)
    named = r"(?<![\w.])([xy])\b(?!\s*=)"
    if len(re.findall(named, text)) > 2:
        return ["x, y = inputs[0], targets[0]", *lines]
    whole = re.sub(rf"{named}\[None\]", lambda found: {"x": "inputs[:1]", "y": "targets[:1]"}[found[1]], text)
    return re.sub(named, lambda found: {"x": "inputs[0]", "y": "targets[0]"}[found[1]], whole).split("\n")


def _loss(plan: Plan) -> list[str]:
    *lines, returned = map(_of_one_run, plan.loss)
    if len(lines) == 1 and lines[0].startswith("output = ") and len(re.findall(r"\boutput\b", returned)) == 1:
        together = re.sub(r"\boutput\b", lambda _: lines[0].removeprefix("output = "), returned)
        lines, returned = ([], together) if len(together) < _WIDTH - 16 else (lines, returned)
    return [_made(plan, "inputs, targets"), *_one_sample([*lines, f"return {returned}"])]


def _gradients(plan: Plan) -> list[str]:
    makes, lines = plan.penalty if plan.penalty and not plan.step else (plan.make, plan.gradient)
    made = _made(plan, "inputs, targets" if makes == plan.make else "inputs, targets, l2=l2")
    lines = [_of_one_run(line) for line in lines]
    return [made, *_one_sample(lines), f"return {plan.reading(plan.gradients)}"]


def _train(plan: Plan) -> list[str]:
    if not plan.step:
        return list(_ALONG_GRADIENTS)
    makes, taken = plan.penalty or (plan.make, plan.step)
    given = "inputs, targets, learning_rate, epochs" if plan.whole else "inputs, targets, learning_rate"
    given += ", l2=l2" if makes != plan.make else ""
    made = _made(plan, f"{given}, batch_size=batch_size" if _takes_batches(makes) else given)
    steps = _one_sample(taken)
    before, steps = (steps[:1], steps[1:]) if steps[0].startswith("x, y = ") else ([], steps)
    if not plan.whole:
        steps = ["for _ in range(epochs):", *(f"    {_named('epochs', '1', line)}" for line in steps)]
    return [made, *before, *steps, f"return {plan.reading()}"]


def folded(line: str) -> list[str]:
    """A line of code as several where it is too long: what its outermost brackets hold stands between them."""
    indent = " " * (len(line) - len(line.lstrip()))
    start = _opening(line)
    if len(line) <= _WIDTH or start <= 0:
        return [line]
    parts, closing = _parts(line[start + 1 : -1]), line[-1]
    rows = [f"{indent}    {parts[0]}"]
    for part in parts[1:]:
        if len(rows[-1]) + 1 + len(part) > _WIDTH or part.startswith("for "):
            rows.append(f"{indent}    {part}")
        else:
            rows[-1] += f" {part}"
    return [line[: start + 1], *rows, f"{indent}{closing}"]


def _opening(line: str) -> int:
    """Where the bracket opens that closes at the end of a line; -1 if there is none."""
    depth = 0
    for index in range(len(line) - 1, -1, -1):
        depth += (line[index] in ")]}") - (line[index] in "([{")
        if depth == 0:
            return index if line[index] in "([{" else -1
    return -1


def _parts(text: str) -> list[str]:
    """The text between brackets, cut after its own commas, or before its own `for` where it has one."""
    depth, commas, loops = 0, [], []
    for index, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and letter == ",":
            commas.append(index + 1)
        elif depth == 0 and text.startswith(" for ", index):
            loops.append(index)
    cuts = loops or commas
    parts = [text[start:end].strip() for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return parts if loops or not commas else [*parts[:-1], f"{parts[-1]},"]
