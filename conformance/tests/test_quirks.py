"""No right program fails for the way in which it writes: whatever the protocol allows is read as it is meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlp_conformance.harnesses import programs_folder
from mlp_conformance.process import ProcessImplementation
from mlp_reference.network import Layer, Network

PROGRAM = Path(__file__).parent / "quirky" / "program.py"
QUIRKS = (
    "more fields",
    "keys backwards",
    "no losses",
    "output alone",
    "seq with a point",
    "more operations",
    "17 digits",
    "capital exponents",
    "exponents without sign",
    "many zeros",
    "whole numbers without a point",
    "minus zero",
    "white space",
    "not a space",
    "CRLF",
    "escapes",
    "chatter",
    "byte order mark",
    "byte by byte",
    "slow start",
)
NETWORK = Network(
    (
        Layer(np.array([[0.1, -0.2], [1e-7, 3.0]]), np.array([0.0, 0.1]), "relu"),
        Layer(np.array([[0.3], [1e22]]), np.array([-0.1]), "sigmoid"),
    )
)
INPUTS, TARGETS = np.array([[3.0, -1.0], [0.5, 2.0]]), np.array([[1.0], [0.0]])


def answers(quirk: str) -> dict[str, Any]:
    command = [sys.executable, "-S", str(PROGRAM), str(programs_folder() / "python/harness.py"), quirk]
    with ProcessImplementation(command, timeout=10) as program:
        trained, activations = program.train(NETWORK, INPUTS, TARGETS, 0.5, 2), program.forward(NETWORK, INPUTS)
        parameters, losses = trained if isinstance(trained, tuple) else (trained, [])
        return {
            "claims": program.claims,
            "operations": program.operations,
            "forward": activations[-1] if isinstance(activations, list) else activations,
            "loss": program.loss(NETWORK, INPUTS, TARGETS),
            "gradients": program.gradients(NETWORK, INPUTS, TARGETS),
            "parameters": parameters,
            "losses": losses,
        }


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return answers("plain")


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_legal_quirk_changes_nothing(quirk: str, plain: dict[str, Any]) -> None:
    found = answers(quirk)
    assert found["claims"] == plain["claims"]
    assert found["operations"] == plain["operations"]
    if quirk == "no losses":
        assert found.pop("losses") == []
    for name in found.keys() - {"claims", "operations"}:
        np.testing.assert_equal(found[name], plain[name])
