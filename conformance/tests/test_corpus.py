"""The corpus: programs as people write them are driven without help, their conventions read rightly, their mistakes seen."""

from __future__ import annotations

import builtins
import dis
import importlib
import inspect
import json
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlp_conformance.checks import Settings
from mlp_conformance.cli import commands
from mlp_conformance.loading import load
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

CORPUS = Path(__file__).parents[1] / "corpus"
ROWS = {row["file"]: row for row in json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))}
#: Programs that are not understood yet, and why.
NOT_DRIVEN = {
    "torch_step_first.py": "it never takes a step",
}
#: Programs with a mistake that are read every day; `tox -e corpus` judges them all.
WRONG = {
    "perceptron_mlp.py",
    "deep_mse_columns.py",
    "stacked_layers.py",
    "digits_network.py",
    "xor_biases.py",
    "lab3.ipynb",
    "lbfgs_net.py",
    "two_dictionaries.py",
    "shuffles_inputs_only.py",
    "objects_by_default.py",
    "crossing_lights.py",
    "capas_neuronales.py",
    "unrolled_cost.py",
    "step_by_step.py",
    "pair_of_arrays.py",
    "node_classes.py",
    "tremor_columns.py",
    "drops_last_batch.py",
    "bp_from_one.py",
    "loss_object_net.py",
}
#: Lines of an adapter, its docstring included, and columns of one.
LONGEST, WIDEST = 40, 180
RIGHT = {name for name, row in ROWS.items() if row["right"]} - set(NOT_DRIVEN)


def _needs(name: str) -> None:
    text = (CORPUS / name).read_text(encoding="utf-8")
    for module in ("torch", "autograd", "jax", "keras", "flax"):
        if f"import {module}" in text or f"from {module}" in text:
            os.environ.setdefault("KERAS_BACKEND", "torch")
            pytest.importorskip(module, reason=f"pip install {module}")


def test_no_label_goes_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tox -e corpus` drives every program against torch: none lacks its driver, its conventions or its correction."""
    monkeypatch.syspath_prepend(str(CORPUS))
    drivers = importlib.import_module("drivers").DRIVERS
    assert set(drivers) == set(ROWS)
    assert [name for name, row in ROWS.items() if "conventions" not in row] == []
    assert [name for name, row in ROWS.items() if row["right"] == ("correction" in row)] == []


@pytest.mark.parametrize("name", sorted(RIGHT | WRONG))
def test_a_right_program_needs_no_fault_and_a_wrong_one_does(name: str) -> None:
    _needs(name)
    driven = drive(read_program(CORPUS / name))
    settled, lines = driven.settled, driven.plan.source().splitlines()
    reading = settled.step.reading if settled.step is not None else None
    explained = settled.exact and (settled.step is None or (reading is not None and reading.fault is None))
    assert explained == ROWS[name]["right"]
    assert len(lines) <= LONGEST
    assert max(map(len, lines)) <= WIDEST
    _is_whole(driven)


def _is_whole(driven: Driven) -> None:
    """The adapter's text is Python, and all names in it are known."""
    code = compile(driven.plan.source(), "adapter", "exec")
    adapter = driven.plan.adapter(driven.settled.search.program.module, **driven.settled.search.given)
    methods = [method for method in vars(adapter).values() if inspect.isfunction(method)]
    used = {i.argval for method in methods for i in dis.get_instructions(method) if i.opname == "LOAD_GLOBAL"}
    assert used <= set(methods[0].__globals__) | set(dir(builtins)), used
    assert used <= {*code.co_names, *dir(builtins)}, used


#: Programs that are read with little time every day; `tox -e corpus` reads all right ones, and one with a mistake, of which a
#: worse reading is taken where a busy machine leaves just so much time that a first one is found and the right one is not.
HURRIED = {*RIGHT, "xor_by_hand.py"} if os.environ.get("MLP_CORPUS") else {"digit_recognizer.py", "network_nielsen.py"}


@pytest.mark.parametrize("name", sorted(HURRIED))
def test_a_slow_machine_may_cost_the_verdict_and_never_makes_it_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _needs(name)
    clock = time.process_time
    monkeypatch.setattr(time, "process_time", lambda: 15 * clock())
    try:
        settled = drive(read_program(CORPUS / name)).settled
    except NotDriven:
        return
    assert settled.exact
    if settled.step is not None:
        assert settled.step.reading is not None
        fault = settled.step.reading.fault
        assert (fault and fault.id) == (None if "only_with_nan" in ROWS[name] else ROWS[name]["fault"])


@pytest.mark.parametrize("name", sorted(NOT_DRIVEN))
def test_without_certainty_there_is_no_verdict(name: str) -> None:
    with pytest.raises(NotDriven):
        drive(read_program(CORPUS / name))


#: Programs whose adapters are judged every day; `tox -e corpus` judges those of all.
ADAPTERS = ["network_nielsen.py", "nn_columns.py", "eleven_lines.py", "augmented_rows.py", "moons.ipynb", "vector_for_scipy.py"]
if os.environ.get("MLP_CORPUS"):
    ADAPTERS = sorted(set(ROWS) - set(NOT_DRIVEN))


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_printed_adapter_gets_the_same_verdict(name: str, tmp_path: Path) -> None:
    _needs(name)
    adapter = tmp_path / "adapter.py"
    written = CliRunner().invoke(commands, ["adapt", str(CORPUS / name), "--output", str(adapter)])
    assert written.exit_code == 0, written.output
    chosen = select("drawn")
    direct = judge(load(str(CORPUS / name)), chosen, Settings(examples=5))
    printed = judge(load(f"{adapter}:Adapter"), chosen, Settings(examples=5))
    assert [(r.check, r.verdict) for r in direct.results] == [(r.check, r.verdict) for r in printed.results]
    assert len(adapter.read_text(encoding="utf-8").splitlines()) <= LONGEST
    if ROWS[name]["right"]:
        assert not any(result.is_broken for result in direct.results)
