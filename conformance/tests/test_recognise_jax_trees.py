"""Programs of JAX are tried in many shapes, each of which it compiles: that is done in haste, and networks are made once."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mlp_conformance.quiet import compiled_in_haste
from mlp_conformance.recognise import read_program
from mlp_conformance.recognise.jax_trees import WRITABLE, made_in, writable
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.space import Space

PROGRAM = """
made = []


def init(sizes):
    made.append(sizes)
    return {"w": [[1.0] * sizes[1]] * sizes[0]}
"""


def test_jax_compiles_in_haste_for_a_while_and_then_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"jax_disable_most_optimizations": False, "jax_traceback_filtering": "auto", "jax_enable_x64": True}
    config = SimpleNamespace(values=values, update=values.__setitem__)
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(config=config))
    before = dict(values)
    with pytest.raises(KeyError), compiled_in_haste():
        assert values == {**before, "jax_disable_most_optimizations": True, "jax_traceback_filtering": "off"}
        raise KeyError
    assert values == before


def test_nothing_is_changed_where_jax_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    with compiled_in_haste():
        assert "jax" not in sys.modules


def tree_map(function: Any, tree: Any) -> Any:
    return {name: function(value) for name, value in tree.items()}


@pytest.mark.parametrize(("given", "times"), [("sizes", 1), ("[inputs.shape[1], sizes[1]]", 3)])
def test_a_tree_is_made_once_and_is_not_what_was_written_to(tmp_path: Path, given: str, times: int) -> None:
    (tmp_path / "net.py").write_text(PROGRAM)
    program = read_program(tmp_path / "net.py")
    plan = Plan("net.py", "init", [f"model = program.init({given})", WRITABLE.format("model")])
    for _ in range(3):
        space = Space(program.module, question((2, 3, 1), 5))
        space.names["jax"] = SimpleNamespace(tree_util=SimpleNamespace(tree_map=tree_map))
        assert made_in(space, program, plan)
        np.testing.assert_array_equal(space.names["model"]["w"], np.ones((2, 3)))
        space.names["model"]["w"] += 1.0
    assert len(program.module.made) == times


def test_of_an_object_the_trees_in_its_attributes_are_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """JAX takes an object that is no tree for a leaf: a map over it would put an array in its place."""
    tree = SimpleNamespace(all_leaves=lambda values: not isinstance(values[0], dict | list | tuple))
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(tree_util=tree))
    paths = ["model.params[0][0]", "model.params[0][1]"]
    assert writable("model", object(), paths) == [WRITABLE.format("model.params")]
    assert writable("model", {}, ['model["w"]']) == [WRITABLE.format("model")]
    assert writable("model", object(), []) == []
