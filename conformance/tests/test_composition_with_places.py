"""A fault in some layers alone can stand beside every fault of the catalogue that leaves its formulas in the computation."""

from __future__ import annotations

import numpy as np
import pytest
from fault_cases import CASES, FORMULAS

from mlp_conformance.faults import Fault, composable, compose, fault
from mlp_conformance.faults.placement import PLACES, placed

#: About a gradient, about a derivative, which another fault may ask of a layer with another activation.
_PLACED = ("bias-untrained", "input-factor-missing", "derivative-of-preactivation", "sigmoid-derivative-plus")
IN_SOME_LAYERS = [placed(fault(id), place) for id in _PLACED for place in PLACES[:3]]


@pytest.mark.parametrize("known", FORMULAS, ids=lambda known: known.id)
def test_the_two_together_have_an_answer(known: Fault) -> None:
    asked = CASES["deep"]
    for other in IN_SOME_LAYERS:
        if composable(known, other):
            together = compose(known, other)()
            with np.errstate(all="ignore"):
                assert len(together.gradients(asked.network, asked.inputs, asked.targets)) == len(asked.network.layers)
                together.train(asked.network, asked.inputs, asked.targets, asked.learning_rate, 2)
