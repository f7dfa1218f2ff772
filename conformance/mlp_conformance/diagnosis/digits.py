"""What the digits of wrong numbers show: errors of rounding alone, digits that were cut off, differences of two losses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.diagnosis.comparison import is_outside
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.judgement import errors
from mlp_conformance.results import Finding
from mlp_conformance.subject import Call
from mlp_reference.formats import FLOAT32
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Expected

#: Units in the last place that two or three roundings make.
_ROUNDINGS = 4
#: Numbers of which something has to be so before it is no chance.
_FEWEST = 12
#: Digits that are kept where numbers are printed, or rounded for the eye: after the point, and significant ones, which are
#: 15 where a language prints a double so that its decimal is kept, and not its value.
_AFTER_THE_POINT, _SIGNIFICANT = range(1, 13), range(1, 16)
#: So many significant digits are those of text, to the last bit: rounding for the eye, by a power of ten, may lose that.
_OF_TEXT = 13
#: Steps of difference quotients: of one digit or two, powers of two, the root and the cube root of float64's epsilon.
_STEPS = (
    *(float(f"{digits}e-{k}") for k in range(2, 11) for digits in (10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)),
    *(2.0**-k for k in range(5, 31)),
    2.0**-26 * 2**0.5,
    2.0 ** (-52 / 3),
)
#: What a difference is divided by, and the forms of the quotient: the smallest divisor first, whose multiples show as well;
#: of several forms with one divisor that with a power of ten.
_QUOTIENTS = sorted(
    (by, not f"{step:e}".startswith("1.000000e"), step, form)
    for step in _STEPS
    for by, form in ((2 * step, "(E(w + h) − E(w − h)) / 2h"), (step, "(E(w + h) − E(w)) / h"))
)
#: A quotient times its step is a whole number of units of the loss: so near to one, and of so many that it means something.
#: Losses on either side of a power of two have half the unit: a few numbers may be halves.
_WHOLE, _LEAST, _MOST, _ALL = 0.01, 100.0, 2.0**44, 0.9
#: A number of the narrower format is whole in units that are small enough. A difference of more units has bits of its own.
_BITS = 2.0**FLOAT32.precision

#: What arrays are called, by their names without the layer.
_WORDS = {
    "a": "activations",
    "E": "losses",
    "dE/dW": "gradients",
    "dE/db": "gradients",
    "W": "trained parameters",
    "b": "trained parameters",
}

CUT, QUOTIENTS = "digits-cut", "difference-quotients"
#: What is said of these findings apart from any numbers.
SAID = {
    CUT: f"""{CUT}: numbers are rounded to a few digits

Every wrong number is the right one with so many digits, after the point or significant ones, as where numbers
pass through text or are rounded for the eye (ACC-1). The report says how many.""",
    QUOTIENTS: f"""{QUOTIENTS}: the gradients are difference quotients of the loss

A difference of two losses is a whole number of units in their last place: so are these gradients times the
step of the quotient, which right ones are not. They keep half of the digits or less (BACK-1, ACC-1): they
check derivatives and are none. The report says the step.""",
}

Diagnosis = tuple[list[Finding], str]


def _wrong(given: Investigation) -> Iterator[tuple[tuple[str, str], np.ndarray, Expected]]:
    """(kind, got, expected) of every array that has a wrong number, of the answers looked at."""
    for call in given.found.all_wrong:
        for name, got, expected in given.comparison.right(call) or []:
            if np.any(is_outside(got, expected)):
                yield _kind(call, name), got, expected


def _kind(call: Call, name: str) -> tuple[str, str]:
    """The operation, and the array's name without the layer."""
    return call.operation, name.rstrip("0123456789")


def of_rounding_alone(given: Investigation) -> Diagnosis | None:
    """No fault is named for an error of a rounding or two, where the exact number can be had without any.

    In the narrow formats a few units in the last place are some hundredths, which a fault may well be.
    """
    format, found = given.comparison.format, list(_wrong(given))
    if not found or format.precision < FLOAT32.precision:
        return None
    most = 0.0
    for _, got, expected in found:
        off = is_outside(got, expected)
        unit = np.array([format.ulp(high) for high in expected.high[off]])
        with np.errstate(invalid="ignore", over="ignore"):
            units = errors(got, expected)[off] / unit
        if not np.all((units <= _ROUNDINGS) & (expected.bound[off] <= _ROUNDINGS * unit)):  # NaN is none of these
            return None
        most = max(most, float(np.max(units)))
    return [], (
        f"What is wrong is off by {most:.2g} units in the last place at most, where next to nothing has to be rounded: some "
        "step rounds all the same, such as a factor that is multiplied in and divided out, or the reading of decimals: not "
        "every parser gives the nearest number (Octave's jsondecode does not)."
    )


def digits_cut(given: Investigation) -> Diagnosis | None:
    """Every wrong number is the right one with few digits: after the point, or significant ones."""
    wrong = list(_wrong(given))
    kinds = {kind for kind, _, _ in wrong}
    names = {name for _, name in kinds}
    same = [array for call in given.found.all_right for name, array in named(call) if _kind(call, name) in kinds]
    for rounding in _roundings():
        arrays = [got for _, got, _ in wrong]
        if not all(rounding.leaves(got) for got in (*arrays, *same)):
            continue
        if sum(got.size for got in arrays) >= _FEWEST and all(rounding.makes(got, expected) for _, got, expected in wrong):
            *others, last = dict.fromkeys(_WORDS[name] for name in _WORDS if name in names)
            what = f"{', '.join(others)} and {last}" if others else last
            title = f"{what} are rounded to {rounding.form}"
            return [
                Finding(
                    CUT,
                    title,
                    given.failed,
                    complete=True,
                    text=f"The {title}: so are all {given.found.differing} differing numbers that were compared.",
                    right="x",
                    wrong=f"x with {rounding.form}",
                    mend="Round where numbers are shown to people. Text keeps a number whole in its shortest form that is read "
                    "back as the same, or with 17 significant digits (%.17g).",
                )
            ], ""
    return None


@dataclass(frozen=True)
class _Rounding:
    """To so many digits after the point, or significant ones; what lies in the middle may go either way."""

    digits: int
    significant: bool

    @property
    def form(self) -> str:
        s = "s" if self.digits > 1 else ""
        return f"{self.digits} significant digit{s}" if self.significant else f"{self.digits} digit{s} after the point"

    def leaves(self, got: np.ndarray) -> bool:
        """Whether the numbers have no more digits, but for what rounding by a power of ten does to their last bits."""
        if isinstance(got, Withheld):
            return True
        finite = got[np.isfinite(got)]
        slack = 0.0 if self.significant and self.digits >= _OF_TEXT else 2.0**-51
        return bool(np.all(np.abs(self._rounded(finite) - finite) <= slack * np.abs(finite)))

    def makes(self, got: np.ndarray, expected: Expected) -> bool:
        """Whether the right numbers, anywhere within their bounds, are rounded to those."""
        judged = np.isfinite(expected.bound)
        largest = np.abs(expected.high) + expected.radius + expected.bound
        allowed = self._half(largest[judged]) + expected.bound[judged] + 2.0**-50 * largest[judged]
        return bool(np.all(errors(got, expected)[judged] <= allowed))

    def _rounded(self, x: np.ndarray) -> np.ndarray:
        if not self.significant:
            return np.asarray(np.round(x, self.digits))
        return np.array([float(f"{number:.{self.digits - 1}e}") for number in x.ravel()]).reshape(x.shape)

    def _half(self, size: np.ndarray) -> np.ndarray:
        """Half a unit of the last digit that is kept of numbers of that size."""
        if not self.significant:
            return np.full(size.shape, 0.5 * 10.0**-self.digits)
        with np.errstate(divide="ignore"):
            return np.asarray(0.5 * 10.0 ** (np.floor(np.log10(size)) - self.digits + 1))


def _roundings() -> Iterator[_Rounding]:
    """Fewer digits first: what has few has more as well."""
    for digits in _SIGNIFICANT:
        if digits in _AFTER_THE_POINT:
            yield _Rounding(digits, significant=False)
        yield _Rounding(digits, significant=True)


def difference_quotients(given: Investigation) -> Diagnosis | None:
    """Gradients that are differences of the loss, divided by a step: such a difference is a whole number of its last digit."""
    calls = [call for call in given.found.all_wrong if call.operation == "gradients"]
    if not calls or set(given.found.operations) - {"gradients", "train"}:
        return None
    numbers = np.abs(np.concatenate([_in_units_of_the_loss(call, given) for call in calls]))
    quotients = ((step, form) for by, _, step, form in _QUOTIENTS if _are_whole(numbers, by))
    return next((([_quotient(given, step, form)], "") for step, form in quotients), None)


def _in_units_of_the_loss(call: Call, given: Investigation) -> np.ndarray:
    """The numbers of an answer in units of the last place of the right loss."""
    case = given.comparison.in_floats(call)
    with np.errstate(all="ignore"):
        loss = float(Algorithm().loss(case.network, case.inputs, case.targets))
    unit = given.comparison.format.ulp(loss)
    return np.concatenate([array.ravel() for _, array in named(call) if not isinstance(array, Withheld)]) / unit


def _are_whole(numbers: np.ndarray, by: float) -> bool:
    every = by * numbers
    counted = (every >= _LEAST) & (every <= _MOST)
    if np.count_nonzero(counted) < _FEWEST or np.mean(np.abs(every - np.round(every))[counted] <= _WHOLE) < _ALL:
        return False
    long = numbers[counted & (every > _BITS)]
    return not long.size or bool(np.mean(long.astype(np.float32) == long) < _ALL)


def _quotient(given: Investigation, step: float, form: str) -> Finding:
    title = f"the gradients are difference quotients of the loss, with a step of {step:.3g}"
    return Finding(
        QUOTIENTS,
        title,
        given.failed,
        complete=True,
        text=f"{title[0].upper()}{title[1:]}: all {given.found.differing} differing numbers that were compared are so.",
        right="∂E/∂w",
        wrong=form,
        mend="Use them to check derivatives, and compute derivatives: a difference of two losses keeps half of the digits.",
    )
