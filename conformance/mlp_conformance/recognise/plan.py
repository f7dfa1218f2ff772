"""A plan is how a program is driven; its source is the adapter that a person would write, and what is run."""

from __future__ import annotations

import linecache
import os
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mlp_conformance.recognise.slots import Slot, following, generalised, read_pair, set_lines

#: An output that the program leaves as logits.
_LOGITS = re.compile(r"(softmax|sigmoid)\(")

_HEADER = '''"""{title}
{notes}
"""

{standard}import numpy as np
{imports}
from mlp_conformance import Claims, Unsupported, definitions{activation}
{program}


class Adapter:
    claims = Claims({claims})
'''


@dataclass
class Plan:
    """How a program is driven: statements, each a line of Python, over the arguments of the adapter's operations.

    make: leave the program's network in `root` ("model" or "params"), from `sizes`. slots: where its layers' parameters
    are. layers: the number of layers that can be made, None for any; sizes: the only ones; tried: those that it was found
    with. kept, constants: see `definitions`. forward, step: what is called before `output` can be read,
    or the parameters have moved. single: statements are about one sample `x`, `y`.
    """

    file: str
    name: str
    make: list[str]
    root: str = "model"
    slots: list[Slot] = field(default_factory=list)
    layers: int | None = None
    sizes: tuple[int, ...] | None = None
    tried: tuple[int, ...] | None = None
    equal: bool = False
    forward: list[str] = field(default_factory=list)
    output: str = ""
    step: list[str] = field(default_factory=list)
    whole: bool = False
    moved: list[tuple[str, str]] = field(default_factory=list)
    gradient: list[str] = field(default_factory=list)
    gradients: list[tuple[str, str]] = field(default_factory=list)
    loss: list[str] = field(default_factory=list)
    single: bool = False
    single_step: bool = False
    rate: float | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    uses_torch: bool = False
    program: str = ""
    kept: tuple[str, ...] = ()
    constants: dict[str, int] = field(default_factory=dict)

    @property
    def rewritten(self) -> str:
        """The arguments of `definitions` for what is changed in the program's text."""
        kept = f", kept={self.kept!r}".replace("'", '"') if self.kept else ""
        return kept + (f", constants={self.constants!r}".replace("'", '"') if self.constants else "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [read_pair(slot, str(k)) for k, slot in enumerate(self.slots)]

    @property
    def setting(self) -> list[str]:
        """Statements that set every layer's parameters from `network`."""
        common = generalised(self.slots) if self.layers is None else None
        if common is not None:
            lines = ["for k, layer in enumerate(network.layers):"]
            return lines + [f"    {line}" for line in set_lines(common, "layer.weights", "layer.biases")]
        names = ", ".join(f"(w{k}, b{k})" for k in range(1, len(self.slots) + 1))
        lines = [f"{names}{',' if len(self.slots) == 1 else ''} = network.parameters"]
        for k, slot in enumerate(self.slots, 1):
            lines += set_lines(slot, f"w{k}", f"b{k}")
        return lines

    def reading(self, pairs: Sequence[tuple[str, str]] | None = None) -> str:
        """An expression for all parameters as they stand now."""
        slots = self.slots if pairs is None else None
        common = generalised(slots) if slots and self.layers is None else None
        if common is not None:
            w, b = read_pair(common, "k")
            return f"[({w}, {b or None}) for k in range(len(network.layers))]"
        if pairs and self.layers is None and self.follows(pairs):
            each = [following([pair[part] for pair in pairs]) for part in (0, 1)]
            return f"[({each[0]}, {each[1] or None}) for k in range(len(network.layers))]"
        texts = [f"({w}, {b or None})" for w, b in (pairs if pairs is not None else self.pairs)]
        return f"[{', '.join(texts)}]"

    @staticmethod
    def follows(pairs: Sequence[tuple[str, str]]) -> bool:
        """Whether the layers' expressions count up, so that one of them is enough for any number of layers."""
        return len(pairs) > 1 and all(following([pair[part] for pair in pairs]) is not None for part in (0, 1))

    def source(self) -> str:
        """The adapter's text."""
        text = _HEADER.format(
            title=f"{self.name} in {self.file}, as it is judged by mlp-conformance.",
            notes="\n".join(textwrap.fill(note, 110) for note in [f"Taken for {' '.join(self.notes)}"]),
            program=self.program or f"\nprogram = definitions({written(self.file)}, near=__file__{self.rewritten})",
            claims=", ".join(f"{key}={written(value)}" for key, value in self.claims.items()),
            imports="import torch\n" if self.uses_torch else "import jax\n" if "jax." in " ".join(self.make) else "",
            activation=f"\nfrom mlp_reference.activations import {logits[1]}" if (logits := _LOGITS.match(self.output)) else "",
            standard=self._standard,
        ).replace("\n\nfrom mlp_conformance", "\nfrom mlp_conformance" if not self.uses_torch else "\n\nfrom mlp_conformance")
        text += "\n    def make(self, network, inputs=None, targets=None, learning_rate=0.1, epochs=1):\n"
        if self.equal:
            text += "        if len(set(network.sizes[1:-1])) > 1:\n"
            text += '            raise Unsupported("its hidden layers are all as wide")\n'
        lines = [*self.make, *self.setting]
        if any("sizes" in line for line in lines):
            lines.insert(0, "sizes = network.sizes")
        text += _indented([*lines, f"return {self.root}"], 8)
        if self.output:
            text += self._operation("forward", "network, inputs", self._forward())
        if self.loss:
            text += self._operation("loss", "network, inputs, targets", self._loss())
        if self.gradients:
            text += self._operation("gradients", "network, inputs, targets", self._gradients())
        if self.step:
            text += self._operation("train", "network, inputs, targets, learning_rate, epochs", self._train())
        if "in_vector(" in text:
            text = text.replace("Unsupported, definitions", "Unsupported, definitions, in_vector", 1)
        text = re.sub(r"(from mlp_conformance import [^\n]*)\n+from mlp_conformance import ", r"\1, ", text)
        lines = [line for line in text.splitlines() if "Unsupported" not in line]
        if len(lines) == len(text.splitlines()) - 1:
            text = text.replace("Claims, Unsupported", "Claims")
        return (
            text
            if not self.program or "definitions" in self.program or self.program == "#"
            else text.replace(", definitions\n", "\n")
        )

    @property
    def _standard(self) -> str:
        """The imports that it needs of the standard library."""
        text = " ".join([*self.make, *self.setting])
        lines = ["import inspect"] * ("inspect." in text) + ["from types import SimpleNamespace"] * ("SimpleNamespace(" in text)
        return "\n".join(lines) + "\n\n" * bool(lines)

    def _operation(self, name: str, arguments: str, lines: list[str]) -> str:
        return f"\n    def {name}(self, {arguments}):\n" + _indented(lines, 8)

    def _made(self, arguments: str) -> str:
        return f"{self.root} = self.make(network, {arguments})"

    def _forward(self) -> list[str]:
        made = self._made("inputs")
        if any("learning_rate" in line for line in self.forward):
            made = f"learning_rate = 0.0\n        {made}"
        if any("targets" in line for line in self.forward):
            made = f"targets = np.zeros((len(inputs), network.sizes[-1]))\n        {made}"
        if self.single:
            body = [made, "outputs = []", "for x in inputs:", *(f"    {line}" for line in self.forward)]
            return [*body, f"    outputs.append({self.output})", "return np.array(outputs)"]
        return [made, *self.forward, f"return {self.output}"]

    def _sample(self, lines: Sequence[str]) -> list[str]:
        used = re.search(r"(?<![\w.])[xy]\b(?!=)", "\n".join(lines))
        return ["x, y = inputs[0], targets[0]"] if used else []

    def _loss(self) -> list[str]:
        return [self._made("inputs, targets"), *self._sample(self.loss), *self.loss[:-1], f"return {self.loss[-1]}"]

    def _gradients(self) -> list[str]:
        return [
            self._made("inputs, targets"),
            *self._sample(self.gradient),
            *self.gradient,
            f"return {self.reading(self.gradients)}",
        ]

    def _train(self) -> list[str]:
        made = self._made("inputs, targets, learning_rate, epochs" if self.whole else "inputs, targets, learning_rate")
        steps = self.step if self.whole else ["for _ in range(epochs):", *(f"    {line}" for line in self.step)]
        if not self.whole and any("epochs" in line for line in self.step):
            steps = ["for _ in range(epochs):", *(f"    {line.replace('epochs', '1')}" for line in self.step)]
        return [made, *self._sample(self.step), *steps, f"return {self.reading()}"]

    def adapter(self, program: Any, **given: Any) -> type:
        """The adapter class that the source defines, over a program, and what else it names, that are at hand."""
        text = self.but(program="#").source()
        name = f"<adapter for {self.name}>"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        namespace: dict[str, Any] = {"__name__": "mlp_adapter", "__file__": __file__, "program": program, **given}
        exec(compile(text, name, "exec"), namespace)
        return namespace["Adapter"]

    def beside(self, output: Path) -> Plan:
        """The plan for an adapter that stands in another file: it names the program from there."""
        target, folder = Path(self.file).resolve(), output.resolve().parent
        named = os.path.relpath(target, folder)
        return self.but(file=named, program=self.program.replace(written(self.file), written(named)))

    def but(self, **changes: Any) -> Plan:
        return replace(self, **changes)


def _indented(lines: Sequence[str], width: int) -> str:
    return "".join(" " * width + line + "\n" for line in lines)


def written(value: Any) -> str:
    """A value as it stands in an adapter's text."""
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(repr(item).replace("'", '"') for item in sorted(value)) + "}"
    return repr(value).replace("'", '"')
