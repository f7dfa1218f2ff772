"""What the commands `list` and `explain` say: requirements, checks, faults, examples and errata, and how they hang together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mlp_conformance import crosslinks
from mlp_conformance.adapters import NAMES
from mlp_conformance.checks import Check, checks
from mlp_conformance.faults import EVERY_FAULT, Fault, UnknownFault, fault
from mlp_reference.examples import Example, examples
from mlp_reference.specification import Erratum, Requirement, Statement, errata, requirements

if TYPE_CHECKING:
    from mlp_reference.demonstrations import Demonstration


class UnknownIdError(LookupError):
    """Nothing has that id."""


def listing(what: str) -> list[tuple[str, str]]:
    """(id, title) of everything of that kind."""
    match what:
        case "requirements":
            return [(found.id, f"{found.level:6}  {found.title}") for found in requirements().values()]
        case "checks":
            return [(found.id, found.title) for found in checks()]
        case "faults":
            return [(found.id, found.title) for found in EVERY_FAULT.values()]
        case "examples":
            return [(found.id, found.title) for found in examples().values()]
        case _:
            return [(name, _first_line(target)) for name, target in NAMES.items()]


def explanation(id: str) -> str:
    """The text for one id, whatever it is of; UnknownIdError with a suggestion if there is none."""
    name = id.removeprefix("fault:")
    if id in requirements():
        return _requirement(requirements()[id])
    if id in errata():
        return _erratum(errata()[id])
    if name in EVERY_FAULT:
        return _fault(fault(name))
    if id in examples():
        return _example(examples()[id])
    for found in checks():
        if found.id == id:
            return _check(found)
    if "=" in name or "/" in name:
        with contextlib.suppress(UnknownFault):
            return _fault(fault(name))
    from mlp_conformance.diagnosis.digits import SAID  # which loads the diagnosis
    from mlp_reference.demonstrations import demonstrations  # which loads what certifies runs

    if name in SAID:
        return SAID[name]

    if id in demonstrations():
        return _demonstration(demonstrations()[id])
    known = [
        *requirements(),
        *errata(),
        *EVERY_FAULT,
        *SAID,
        *demonstrations(),
        *examples(),
        *(found.id for found in checks()),
    ]
    folded = {other.lower(): other for other in known}
    close = get_close_matches(id.lower(), list(folded), n=3)
    hint = f"Did you mean {', '.join(folded[other] for other in close)}?" if close else "See `mlp-conformance list`."
    raise UnknownIdError(f"nothing is called {id!r}. {hint}")


def _requirement(found: Requirement) -> str:
    return _joined(
        f"{found.id}: {found.title} ({found.level})",
        found.text,
        _line("Tested by", _ids(crosslinks.testing([found.id]))),
        _line("Broken by the faults", _ids(crosslinks.breaking(found.id))),
        _line("From the document's statements", _ids(crosslinks.becoming(found.id))),
    )


def _erratum(found: Erratum) -> str:
    return _joined(
        f"{found.id}: {found.title}",
        found.text,
        _line("Requirements", _ids(crosslinks.resting_on(found.id))),
        _line("Statements", _ids(crosslinks.doubted_in(found.id))),
    )


def _demonstration(found: Demonstration) -> str:
    tables = []
    for run in found.runs:
        seen = f"{'epochs':>8}  {'loss':32}" + ("  loss of the unseen samples" if run.unseen else "")
        lines = [f"{epoch:>8,}  {loss[:32]:32}  {unseen[:32]}".rstrip() for epoch, loss, unseen in run.losses()]
        tables.append("\n".join([f"{run.example.id}: {run.example.title}, certified", seen, *lines]))
    if found.counts:
        head = f"{'network':>12}  {'samples':>8}  {'weights':>8}  {'multiplications':>16}  a weight and sample"
        rows = [(count, count.multiplications()) for count in found.counts]
        lines = [
            f"{'-'.join(map(str, count.sizes)):>12}  {count.samples:>8,}  {count.weights:>8,}  {made:>16,}  "
            f"{made / count.weights / count.samples:.4f}"
            for count, made in rows
        ]
        tables.append("\n".join(["Of one epoch, counted one by one", head, *lines]))
    return _joined(f"{found.id}: {found.title}", found.text, *tables)


def _check(found: Check) -> str:
    titles = [f"  {id}  {requirements()[id].title}" for id in found.requirements if id in requirements()]
    needs = f"Needs {', '.join(found.needs)}." if found.needs else ""
    return _joined(
        f"{found.id}: {found.title}",
        f"Counts for: {found.phase}. {needs}".strip(),
        "\n".join(["Tests", *titles]),
    )


def _fault(found: Fault) -> str:
    return _joined(
        f"{found.id}: {found.title}",
        found.explanation,
        f"  wrong  {found.wrong}\n  right  {found.right}",
        numeric_example(found),
        f"How to mend it: {found.mend}",
        f"Seen: {found.seen}.",
        _line("Breaks", list(found.breaks)),
        _line("Examples that tell it from right", _ids(crosslinks.separating(found.id))),
    )


def numeric_example(found: Fault) -> str:
    """The numbers of the smallest example that tells the fault from right, side by side."""
    import numpy as np

    from mlp_conformance.faults import compose
    from mlp_reference.formats import FLOAT64
    from mlp_reference.mlp import Algorithm
    from mlp_reference.network import Case

    def answers(algorithm: Algorithm, case: Case) -> dict[str, np.ndarray]:
        named: dict[str, np.ndarray] = {}
        outputs = algorithm.forward(case.network, case.inputs)
        named |= {f"a{i}": np.asarray(a) for i, a in enumerate(outputs, 1)}
        named["E"] = np.asarray(algorithm.loss(case.network, case.inputs, case.targets))
        for i, (w, b) in enumerate(algorithm.gradients(case.network, case.inputs, case.targets), 1):
            named |= {f"dE/dW{i}": np.asarray(w), f"dE/db{i}": np.asarray(b)}
        trained, _ = algorithm.train(case.network, case.inputs, case.targets, case.learning_rate, case.epochs)
        for i, (w, b) in enumerate(trained, 1):
            named |= {f"W{i} after {case.epochs}": np.asarray(w), f"b{i} after {case.epochs}": np.asarray(b)}
        return named

    sizes = sorted(examples().values(), key=lambda e: (e.id not in ("document-example-3",), sum(e.network.sizes)))
    for example in sizes:
        case = example.case(example.epochs[-1]).map(FLOAT64.nearest)
        try:
            with np.errstate(all="ignore"):
                right, wrong = answers(Algorithm(), case), answers(compose(found)(), case)
        except Exception:  # a fault may not even run on some network; another example shows it
            continue
        for name, value in right.items():
            other = wrong.get(name)
            if other is None or other.shape != value.shape:
                continue
            off = ~np.isclose(value, other, rtol=1e-9, atol=1e-12)
            if off.any():
                place = tuple(int(i) for i in np.argwhere(off)[0]) if value.ndim else ()
                at = f"{name}[{', '.join(map(str, place))}]" if place else name
                return f"In {example.id}, {at} is {float(other[place]):.12g} instead of {float(value[place]):.12g}."
    return ""


def _example(found: Example) -> str:
    network = found.network
    shape = "-".join(map(str, network.sizes))
    layers = ", ".join(layer.activation for layer in network.layers)
    return _joined(
        f"{found.id}: {found.title}",
        found.description,
        f"Network {shape} ({layers}), {network.loss}, {network.reduction}; {len(found.inputs)} samples; "
        f"learning rate {found.learning_rate}; epochs {', '.join(map(str, found.epochs))}.",
        f"Source: {found.source}" if found.source else "",
        _line("Tells from right", list(found.separates)),
        f"Derive it again: mlp-conformance golden derive spec/examples/{found.id}.json",
    )


def _first_line(target: str) -> str:
    """The first sentence of an adapter module's docstring, read without importing its library."""
    import ast
    import importlib.util

    spec = importlib.util.find_spec(target.partition(":")[0])
    if spec is None or spec.origin is None:
        return ""
    with open(spec.origin, encoding="utf-8") as source:
        return (ast.get_docstring(ast.parse(source.read())) or "").splitlines()[0]


def _ids(found: Iterable[Check | Statement | Fault | Example | Requirement]) -> list[str]:
    return [each.id for each in found]


def _line(label: str, ids: list[str]) -> str:
    return f"{label}: {', '.join(ids)}" if ids else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
