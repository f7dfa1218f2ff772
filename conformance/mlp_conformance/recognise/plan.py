"""A plan is how a program is driven; its source is the adapter that a person would write, and what is run."""

from __future__ import annotations

import linecache
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mlp_conformance.recognise.parameters.forms import all_of, set_and_read
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.statements import read_pair
from mlp_conformance.recognise.writing import source, written


@dataclass
class Plan:
    """How a program is driven: statements, each a line of Python, over the arguments of the adapter's operations.

    make: leave the program's network in `root` ("model" or "params"), from `sizes`. slots: where its layers' parameters
    are. layers: the number of layers that can be made, None for any; sizes: the only ones; tried: those that it was found
    with. refused: conditions on `network` under which it is none that is judged, and why. hidden: what the hidden layers
    end in, where the network is put together from layers. kept, constants, few_units: see `definitions`;
    siblings: its `beside`.
    forward, step: what is called before `output` can be read, or the parameters have moved. single: statements are about
    one sample `x`, `y`. penalty: the statements of `make` and `step` with a penalty `l2` turned on, if training with one is
    judged.
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
    refused: list[tuple[str, str]] = field(default_factory=list)
    hidden: str | None = None
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
    constants: dict[str, int | str] = field(default_factory=dict)
    penalty: tuple[list[str], list[str]] | None = None
    siblings: bool = False
    few_units: bool = False

    @property
    def rewritten(self) -> str:
        """The arguments of `definitions` for what is changed in the program's text."""
        kept = f", kept={self.kept!r}".replace("'", '"') if self.kept else ""
        kept += (", beside=True" if self.siblings else "") + (", few_units=True" if self.few_units else "")
        kept += ", starts=True" if "program.starts" in " ".join([*self.make, *self.step]) else ""
        return kept + (f", constants={self.constants!r}".replace("'", '"') if self.constants else "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [read_pair(slot, str(k)) for k, slot in enumerate(self.slots)]

    @property
    def setting(self) -> list[str]:
        """Statements that set every layer's parameters from `network`."""
        return set_and_read(tuple(self.slots), self.layers)[0]

    def reading(self, pairs: Sequence[tuple[str, str]] | None = None) -> str:
        """An expression for all parameters as they stand now, or for others that stand in `pairs`."""
        return set_and_read(tuple(self.slots), self.layers)[1] if pairs is None else all_of(pairs, self.layers)

    def source(self) -> str:
        """The adapter's text."""
        return source(self)

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
        if self.program.startswith("program = package("):
            return self
        target, folder = Path(self.file).resolve(), output.resolve().parent
        named = os.path.relpath(target, folder)
        return self.but(file=named, program=self.program.replace(written(self.file), written(named)))

    def but(self, **changes: Any) -> Plan:
        return replace(self, **changes)
