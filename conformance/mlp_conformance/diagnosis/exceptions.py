"""Wrong answers of a kind of their own: they are set aside, so that a fault can be seen that explains all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.results import Finding
from mlp_conformance.subject import Call
from mlp_reference.formats import FLOAT32
from mlp_reference.mlp import Algorithm


@dataclass(frozen=True)
class Kind:
    """A kind of answers that may have a cause of their own.

    words: what they are, behind "answers"; why: what is said where the cause is not found, behind those words. at_stake: the
    requirements that such a cause breaks; none where it is a matter of conduct.
    """

    holds: Callable[[Call, Comparison], bool]
    words: str
    why: str
    at_stake: frozenset[str] = frozenset()


def _has_given_no_numbers(call: Call, _: Comparison) -> bool:
    case = call.case
    arrays = (case.inputs, case.targets, *(array for pair in case.network.parameters for array in pair))
    return any(not np.all(np.isfinite(np.asarray(array, np.float64))) for array in arrays)


def _is_not_finite(call: Call, _: Comparison) -> bool:
    """Whether some number of the answer is none."""
    return any(not np.all(np.isfinite(array)) for _, array in named(call))


def _has_no_epochs(call: Call, _: Comparison) -> bool:
    return call.operation == "train" and call.case.epochs == 0


def _has_no_rate(call: Call, _: Comparison) -> bool:
    return call.operation == "train" and float(call.case.learning_rate) == 0


def _is_saturated(call: Call, comparison: Comparison) -> bool:
    """Whether the derivative of some sigmoid or tanh is 0 in floats of the format."""
    dtype = np.float32 if comparison.format.precision <= FLOAT32.precision else np.float64
    case = call.case.map(lambda array: np.asarray(array, dtype))
    try:
        with np.errstate(all="ignore"):
            steps = Algorithm().forward_pass(case.network, case.inputs)
            return any(
                layer.activation in ("sigmoid", "tanh") and bool(np.any(Algorithm().derivative(case.network, layer, step) == 0))
                for layer, step in zip(case.network.layers, steps, strict=True)
            )
    except ValueError:  # shapes that do not fit together
        return False


#: What is not finite comes first: an answer is of the first kind that it is of.
GIVEN_NO_NUMBERS = Kind(_has_given_no_numbers, "to what is not finite", "")
KINDS: tuple[Kind, ...] = (
    GIVEN_NO_NUMBERS,
    Kind(
        _is_not_finite,
        "that {are} not finite",
        ": an exponential overflows there, or 0 is divided by 0",
        frozenset({"ACT-6", "LOSS-9"}),
    ),
    Kind(
        _has_no_epochs,
        "of training with no epochs",
        ", which changes the parameters all the same",
        frozenset({"TRAIN-3"}),
    ),
    Kind(
        _has_no_rate,
        "of training with a learning rate of 0",
        ", which changes the parameters all the same",
        frozenset({"TRAIN-3"}),
    ),
)
#: Set aside where several faults are looked for: what a unit's derivative does that rounds to 0 is a matter of its own.
SATURATED = Kind(
    _is_saturated,
    "where a unit's derivative is 0 in floats",
    "",
    frozenset({"ACT-6", "ACT-7", "ACT-8"}),
)


@dataclass(frozen=True, eq=False)
class SetAside:
    """The answers of one kind, some of which are wrong."""

    kind: Kind
    wrong: tuple[Call, ...]
    right: tuple[Call, ...]

    @property
    def counted(self) -> str:
        """How many answers of what kind are wrong."""
        one = len(self.wrong) == 1
        return f"{len(self.wrong)} answer{'' if one else 's'} {self.kind.words.format(are='is' if one else 'are')}"


class Exceptions:
    """The wrong answers of a run that are of some kind, and the evidence without them."""

    def __init__(self, evidence: Evidence, comparison: Comparison, kinds: Sequence[Kind] = KINDS) -> None:
        self.found: list[SetAside] = []
        calls = evidence.calls
        for kind in kinds:
            ones = [call for call in calls if kind.holds(call, comparison)]
            wrong = {id(call) for call in ones if comparison.is_right(call) is False}
            if wrong or kind is GIVEN_NO_NUMBERS:
                calls = [call for call in calls if not kind.holds(call, comparison)]
                apart = [tuple(call for call in ones if (id(call) in wrong) is is_wrong) for is_wrong in (True, False)]
                if wrong:
                    self.found.append(SetAside(kind, apart[0], apart[1]))
        self.ordinary = Evidence(calls, evidence.gaps, evidence.largest)


def leaving(finding: Finding, left: Sequence[SetAside]) -> Finding:
    """The finding, which explains the others, with a sentence on what it leaves; itself if it leaves nothing."""
    if not left:
        return finding
    told = " and ".join(f"{one.counted}{one.kind.why}" for one in left)
    return replace(finding, complete=False, text=f"{finding.text} It leaves {told}.")
