"""What the page of a run tells of a failure: where its numbers part, under the right formula and under the diagnosed one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from mlp_conformance.report.working import ShownLine, ShownSection, compared, shown
from mlp_conformance.results import Finding, Report
from mlp_conformance.worked.account import DIGITS, Account
from mlp_conformance.worked.digits import written
from mlp_conformance.worked.drawing import account_picture
from mlp_reference.network import Case

#: Lines of one formula that are shown of a failing case.
_LINES = 8
#: Bytes of a line beside its formulas.
_LINE = 250
#: Larger arrays are described by their shape.
_LARGEST = 60


@dataclass(frozen=True)
class Story:
    """One account, told: parting and line are where the numbers part, None where every single number is right."""

    check: str
    anchor: str
    heading: str
    shape: str
    batch: str
    given: list[tuple[str, str]]
    sections: list[ShownSection]
    parting: ShownSection | None
    line: ShownLine | None
    expected: Markup
    got: Markup
    wrong_value: str | None
    wrong_formula: str
    picture: Markup
    what: str

    @property
    def weight(self) -> int:
        """Bytes that the sections and the picture take on a page, nearly."""
        lines = [line for section in self.sections for line in section.lines]
        return len(self.picture) + sum(len(line.symbol) + len(line.numbers) + _LINE for line in lines)

    def shortened(self) -> Story:
        """With two lines of each formula, wrong ones before right ones."""
        return replace(self, sections=[section.shortened(2) for section in self.sections])


def told(account: Account, report: Report) -> Story | None:
    """The story of an account; None if its case cannot be worked through."""
    if account.worked is None:
        return None
    key = account.parting
    sections = shown(account.worked, DIGITS, account.marks, key, _LINES)
    place = next(((section, line) for section in sections for line in section.lines if line.parting), None)
    parting, line = place if place else (None, None)
    expected, got = compared(line.mark.expected, line.mark.got) if line and line.mark else (Markup(""), Markup(""))
    wrong_value, wrong_formula = _under_diagnosis(account, key, report.diagnosis)
    network, m = account.case.network, len(account.case.inputs)
    shape = "-".join(map(str, network.sizes))
    samples = f"{m} sample{'s' if m > 1 else ''}"
    epochs = f", epoch {account.case.epochs}" if account.case.epochs > 1 else ""
    return Story(
        account.check,
        anchor(account.check),
        f"a network of {shape} units, {samples}{epochs}",
        shape,
        f" with {samples}{epochs}",
        given(account.case),
        sections,
        parting,
        line,
        expected,
        got,
        wrong_value,
        wrong_formula,
        account_picture(account),
        "its activation is" if any(k.startswith("a") and v.wrong for k, v in account.marks.items()) else "its error δ is",
    )


def anchor(check: str) -> str:
    """The id of a check's place on the page."""
    return "check-" + re.sub(r"[^a-z0-9]+", "-", check.lower())


def _under_diagnosis(account: Account, key: str | None, diagnosis: Sequence[Finding]) -> tuple[str | None, str]:
    """What the diagnosed formula gives where the numbers part, if that is what was answered; and that formula."""
    from mlp_conformance.faults import FAULTS, compose

    for finding in diagnosis:
        faults = [FAULTS.get(id) for id in finding.fault.split("+")]
        known = [fault for fault in faults if fault is not None and fault.kind == "formula"]
        if key and finding.complete and len(known) == len(faults):
            found = account.under(compose(*known)(), key)
            if found is not None and found[1]:
                return found[0], finding.wrong
    return None, ""


def given(case: Case) -> list[tuple[str, str]]:
    """What a case gives, as rows of a table; large arrays are described."""
    rows = [("inputs x", case.inputs), ("targets y", case.targets)]
    for index, layer in enumerate(case.network.layers, 1):
        rows += [(f"weights W{index}", layer.weights), (f"biases b{index}", layer.biases)]
    found = [(name, _array(array)) for name, array in rows]
    network = case.network
    loss = network.loss.replace("_", " ")
    reduction = {"sum": "summed", "mean_samples": "averaged over samples", "mean_elements": "averaged over all elements"}
    return [
        *found,
        ("loss", f"{loss}, {reduction[network.reduction]}"),
        ("learning rate η", _array(np.asarray(case.learning_rate, dtype=object))),
    ]


def _array(array: Any) -> str:
    if array.size > _LARGEST:
        return " × ".join(map(str, array.shape)) + " numbers"
    if array.ndim == 0:
        return written(array.item(), 17)[0].replace("-", "−")
    return "[" + ", ".join(_array(np.asarray(part, dtype=object)) for part in array) + "]"
