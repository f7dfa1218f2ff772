"""A formula for a function of which values are known: one of a list, stretched and shifted where that fits all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import erf

import numpy as np

Formulas = Mapping[str, Callable[..., np.ndarray]]

#: A constant that is so near to a small fraction is told as one.
_FRACTION, _LARGEST = 1e-7, 12
#: Fewer values than this many beyond the constants prove nothing.
_MORE = 3

_erf = np.vectorize(erf, otypes=[float])

#: What may stand in the place of an activation, of z.
OF_Z: Formulas = {
    "z": lambda z: z,
    "|z|": np.abs,
    "z²": np.square,
    "z³": lambda z: z**3,
    "sin z": np.sin,
    "cos z": np.cos,
    "arctan z": np.arctan,
    "arctan(π z/2)": lambda z: np.arctan(np.pi * z / 2),
    "arsinh z": np.arcsinh,
    "sinh z": np.sinh,
    "e^z": np.exp,
    "e^(−z²)": lambda z: np.exp(-z * z),
    "e^(−z²/2)": lambda z: np.exp(-z * z / 2),
    "ln(1 + e^z)": lambda z: np.logaddexp(0, z),
    "ln(1 + |z|)": lambda z: np.log1p(np.abs(z)),
    "erf z": _erf,
    "erf(z/√2)": lambda z: _erf(z / np.sqrt(2)),
    "σ(z)": lambda z: 1 / (1 + np.exp(-z)),
    "tanh z": np.tanh,
    "tanh(z/2)": lambda z: np.tanh(z / 2),
    "tanh(2z)": lambda z: np.tanh(2 * z),
    "tanh(z)²": lambda z: np.tanh(z) ** 2,
    "max(0, z)": lambda z: np.maximum(z, 0),
    "max(0, z)²": lambda z: np.maximum(z, 0) ** 2,
    "√max(0, z)": lambda z: np.sqrt(np.maximum(z, 0)),
    "(1 if z > 0 else 0)": lambda z: (z > 0) * 1.0,
    "z/(1 + |z|)": lambda z: z / (1 + np.abs(z)),
    "z/√(1 + z²)": lambda z: z / np.sqrt(1 + z * z),
    "1/(1 + z²)": lambda z: 1 / (1 + z * z),
    "z σ(z)": lambda z: z / (1 + np.exp(-z)),
    "z tanh z": lambda z: z * np.tanh(z),
}
#: What may stand in the place of its derivative, of z and a.
OF_Z_AND_A: Formulas = {
    "1": lambda z, a: np.ones_like(z),
    "a": lambda z, a: a,
    "a²": lambda z, a: a**2,
    "a³": lambda z, a: a**3,
    "a⁴": lambda z, a: a**4,
    "|a|": lambda z, a: np.abs(a),
    "√a": lambda z, a: np.sqrt(a),
    "a (1 − a)²": lambda z, a: a * (1 - a) ** 2,
    "a² (1 − a)": lambda z, a: a**2 * (1 - a),
    "a (1 − a)": lambda z, a: a * (1 - a),
    "√(1 − a²)": lambda z, a: np.sqrt(1 - a**2),
    "a z": lambda z, a: a * z,
    "σ(a)": lambda z, a: 1 / (1 + np.exp(-a)),
    "tanh a": lambda z, a: np.tanh(a),
    "cosh z": lambda z, a: np.cosh(z),
    "1/cosh z": lambda z, a: 1 / np.cosh(z),
    "1/cosh² z": lambda z, a: 1 / np.cosh(z) ** 2,
} | {name: (lambda z, a, of=of: of(z)) for name, of in OF_Z.items()}
#: What may stand in the place of the loss of an error e, or of its derivative.
OF_AN_ERROR: Formulas = {
    "e": lambda e: e,
    "1": np.ones_like,
    "|e|": np.abs,
    "e²": np.square,
    "e³": lambda e: e**3,
    "|e|³": lambda e: np.abs(e) ** 3,
    "e⁴": lambda e: e**4,
    "e |e|": lambda e: e * np.abs(e),
    "√|e|": lambda e: np.sqrt(np.abs(e)),
    "|e|^(3/2)": lambda e: np.abs(e) ** 1.5,
    "sign e": np.sign,
    "tanh e": np.tanh,
    "arctan e": np.arctan,
    "sin e": np.sin,
    "e^e": np.exp,
    "ln cosh e": lambda e: np.log(np.cosh(e)),
    "ln(1 + e²)": lambda e: np.log1p(e * e),
    "√(1 + e²)": lambda e: np.sqrt(1 + e * e),
    "1 − e^(−e²)": lambda e: 1 - np.exp(-e * e),
}


def formula(values: Mapping[tuple[float, ...], float], among: Formulas, precision: float) -> str:
    """The first formula that gives all the values, as text; with fewer constants before those with more, "" for none.

    values: by the arguments; precision: how near, relative to the largest, a value has to come.
    """
    points = np.array([list(point) for point in values], np.float64).T
    wanted = np.array(list(values.values()), np.float64)
    near = precision * float(np.max(np.abs(wanted), initial=0.0))
    with np.errstate(all="ignore"):
        columns = [(text, np.asarray(of(*points), np.float64)) for text, of in among.items()]
    usable = [(text, column) for text, column in columns if np.all(np.isfinite(column))]
    for constants in (0, 1, 2):
        if wanted.size < constants + _MORE:
            break
        for text, column in usable:
            fitted = _fitted(column, wanted, constants)
            for shift, factor in ((_snapped(fitted[0]), _snapped(fitted[1])), fitted):
                if np.all(np.abs(shift + factor * column - wanted) <= near) and factor:
                    return _linear(shift, factor, text)
    return ""


def _snapped(constant: float) -> float:
    return float(Fraction(constant).limit_denominator(_LARGEST))


def _fitted(column: np.ndarray, wanted: np.ndarray, constants: int) -> tuple[float, float]:
    """(shift, factor) with which the column comes nearest to what is wanted."""
    if constants == 0:
        return 0.0, 1.0
    basis = [column] if constants == 1 else [column, np.ones_like(column)]
    found = np.linalg.lstsq(np.stack(basis, axis=1), wanted, rcond=None)[0]
    return (0.0 if constants == 1 else float(found[1])), float(found[0])


def _linear(shift: float, factor: float, text: str) -> str:
    if text == "1":
        return number(shift + factor)
    size = "" if abs(abs(factor) - 1) < _FRACTION else f"{number(abs(factor))} "
    if abs(shift) < _FRACTION:
        return f"{'−' if factor < 0 else ''}{size}{text}"
    return f"{number(shift)} {'−' if factor < 0 else '+'} {size}{text}"


def number(value: float) -> str:
    """A constant as people write it: a small fraction, or six digits."""
    near = Fraction(value).limit_denominator(_LARGEST)
    return str(near).replace("-", "−") if abs(value - near) < _FRACTION else digits(value)


def digits(value: float, other: float | None = None) -> str:
    """A number to six digits, or to so many that it is told from another."""
    shown = next((n for n in range(6, 17) if other is None or f"{value:.{n}g}" != f"{other:.{n}g}"), 17)
    return f"{value:.{shown}g}".replace("-", "−")
