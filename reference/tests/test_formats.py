"""Formats: rounding to nearest, ties to even, against NumPy's own casts and exact rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_reference.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Format

floats = st.floats(allow_nan=False, allow_infinity=False)


@given(floats)
@pytest.mark.parametrize("format", [FLOAT64, FLOAT32, FLOAT16], ids=lambda f: f.name)
def test_rounding_is_numpys(format: Format, value: float) -> None:
    with np.errstate(over="ignore"):
        expected = float(np.dtype(format.name).type(value))
    assert float(format.nearest(value)) == expected
    assert format.round(Fraction(value)) == expected


@given(floats)
@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda f: f.name)
def test_rounding_a_fraction_and_an_array_agree(format: Format, value: float) -> None:
    assert float(format.nearest(np.array([value]))[0]) == format.round(Fraction(value))


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6))
@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda f: f.name)
def test_rounding_is_off_by_at_most_a_unit_roundoff(format: Format, value: Fraction) -> None:
    rounded = format.round(value)
    if np.isfinite(rounded):
        assert abs(Fraction(rounded) - value) <= Fraction(format.unit_roundoff) * value or rounded < 2 * format.smallest_normal


def test_bfloat16_is_float32_cut_short() -> None:
    assert BFLOAT16.round(Fraction(1) + Fraction(1, 256)) == 1.0  # a tie, to even
    assert BFLOAT16.round(Fraction(1) + Fraction(3, 256)) == 1 + 2 / 128
    assert BFLOAT16.largest == float.fromhex("0x1.fep127")


@pytest.mark.parametrize(("value", "ulp"), [(1.0, 2.0**-52), (0.75, 2.0**-53), (0.0, 2.0**-1074), (-3.0, 2.0**-51)])
def test_ulp(value: float, ulp: float) -> None:
    assert FLOAT64.ulp(value) == ulp
