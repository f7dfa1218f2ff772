"""Constants are solved for: found where there are some, and given up soon where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from mlp_conformance.diagnosis.solving import STARTS, Constants, Residual, Search
from mlp_reference.formats import FLOAT32, FLOAT64


def _counted(residual: Residual) -> tuple[Residual, list[Constants]]:
    asked: list[Constants] = []

    def counting(constants: Constants) -> np.ndarray | None:
        asked.append(constants)
        return residual(constants)

    return counting, asked


@pytest.mark.parametrize("constant", [3e-9, 0.17, 7.0, -0.4])
def test_a_constant_is_solved_for(constant: float) -> None:
    given = np.log(2 + constant * np.array([1.0, 2.0]))

    def residual(constants: Constants) -> np.ndarray | None:
        inside = 2 + constants[0] * np.array([1.0, 2.0])
        return np.log(inside) - given if np.all(inside > 0) else None

    search = Search(residual, FLOAT64)
    search.start(STARTS)
    assert search.shows
    assert search.is_solved
    assert search.solutions()[0][0] == pytest.approx(constant, rel=1e-6)


def test_what_float32_rounds_is_solved_as_well() -> None:
    given = np.asarray(np.tanh(0.3 * np.arange(1.0, 5.0)), np.float32)
    search = Search(lambda constants: np.tanh(constants[0] * np.arange(1.0, 5.0)) - given, FLOAT32)
    search.start(STARTS)
    assert search.is_solved
    assert search.solutions()[0][0] == pytest.approx(0.3, rel=1e-5)


def test_where_no_constant_leaves_less_the_search_ends_soon() -> None:
    """At the bottom of a valley every step leads a little further down: nothing is at its end."""
    residual, asked = _counted(lambda constants: np.array([constants[0] - 1, constants[0] + 1, (constants[0] / 7) ** 2]))
    search = Search(residual, FLOAT64)
    search.start(((0.5,), (2.0,)))
    asked.clear()
    assert not search.is_solved
    assert len(asked) <= 12


def test_a_number_that_no_constant_changes_is_some_other_mistakes() -> None:
    search = Search(lambda constants: np.array([constants[0] - 1, 0.25]), FLOAT64)
    search.start(((0.5,), (2.0,), (3.0,)))
    assert search.misses(1e-8)
    assert not search.misses(0.5)
