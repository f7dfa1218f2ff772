"""What implementations make of one case: a row for each quantity, whatever they do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mlp_conformance.checks import Failed, Settings, Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.judgement import Judgement
from mlp_conformance.subject import Session, Subject, SubjectError, described_error
from mlp_reference.balls import UndecidedError
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle, PrecisionError, Trained

#: What is judged of a case, in the order of the computation.
QUANTITIES = ("forward", "loss", "gradients", "train")

#: passed, failed, error and unsupported as in a report. unjudged: no number had a bound that says anything.
VERDICTS = ("passed", "failed", "error", "unsupported", "unjudged")

_CHECKS: dict[str, Callable[[Trial, Case, Oracle], None]] = {
    "forward": Trial.check_forward,
    "loss": Trial.check_loss,
    "gradients": Trial.check_gradients,
    "train": Trial.check_train,
}
_UNANSWERED = re.compile(r"(?:no answer|did not answer|did not read the request|said only half a line) within \S+ s\b")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")
#: A program that speaks the protocol is asked with a number that depends on what it was asked before.
_SEQUENCE = re.compile(r" \(seq \d+\)")
_NUMBER = re.compile(r"[-+]?\d[\d.]*(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Row:
    """The verdict on one quantity of one case by one implementation.

    over_bound, ulps: of the number nearest to its bound, or furthest beyond; worst: its name. symptom: what the first wrong
    quantity of a case shows, "" for the others. seconds: what asking and judging took, no part of the campaign's content.
    """

    case: int
    implementation: int
    stratum: int
    quantity: str
    verdict: str
    over_bound: float = 0.0
    ulps: float = 0.0
    judged: int = 0
    wrong: int = 0
    worst: str = ""
    symptom: str = ""
    message: str = ""
    seconds: float = 0.0

    @property
    def is_broken(self) -> bool:
        return self.verdict in ("failed", "error")


class OnePass(Oracle):
    """The oracle of a case of one epoch, which computes everything in the one pass that training makes anyway."""

    @cached_property
    def _everything(self) -> list[Expected]:
        def compute(algorithm: Algorithm, case: Case) -> list[Any]:
            network, targets = case.network, case.targets
            steps = algorithm.forward_pass(network, case.inputs)
            loss = algorithm.output_loss(network, steps[-1], targets)
            gradients = algorithm.backward_pass(network, steps, targets)
            after = algorithm.update(network, gradients, case.learning_rate).parameters
            return [*(step.a for step in steps), *_flat(gradients), *_flat(after), loss]

        return self._certified(compute)

    @property
    def _layers(self) -> int:
        return len(self.case.network.layers)

    @cached_property
    def activations(self) -> list[Expected]:
        return self._everything[: self._layers]

    @cached_property
    def loss(self) -> Expected:
        return self._everything[-1]

    @cached_property
    def gradients(self) -> list[tuple[Expected, Expected]]:
        return _pairs(self._everything[self._layers : 3 * self._layers])

    @cached_property
    def trained(self) -> Trained:
        return Trained(_pairs(self._everything[3 * self._layers : -1]), [self.loss])


def oracle_of(case: Case, subject: Subject) -> Oracle:
    """Certified values and bounds of a case, to be shared by all that claim the same."""
    one = case.epochs == 1 and case.options is None
    return OnePass(case, subject.format) if one else Oracle(case, subject.format)


def judge_case(subject: Subject, case: Case, oracle: Oracle, place: tuple[int, int, int]) -> list[Row]:
    """A row for each quantity that the implementation has. place: the numbers of case, implementation and stratum.

    After a call without an answer in its time nothing more is asked of the case; that of the next is, whatever went before.
    """
    rows: list[Row] = []
    subject.unanswered = 0
    try:
        session = subject.session()
    except (SubjectError, Unsupported) as error:
        return [Row(*place, QUANTITIES[0], "error", symptom=symptom_of("new instance", str(error)), message=tidy(str(error)))]
    for quantity in quantities(subject):
        began = time.perf_counter()
        row = _row(session, case, oracle, Row(*place, quantity, "passed"))
        if row.is_broken and not any(earlier.is_broken for earlier in rows):
            shown = row.message if row.verdict == "error" else row.worst
            row = replace(row, symptom=symptom_of(quantity, shown))
        rows.append(replace(row, seconds=time.perf_counter() - began))
        if row.verdict == "error" and hangs(row.message):
            break
    return rows


def quantities(subject: Subject) -> list[str]:
    """Those that the implementation offers; gradients are found from its steps if it only trains."""
    offered = set(subject.operations) | ({"gradients"} if "train" in subject.operations else set())
    return [quantity for quantity in QUANTITIES if quantity in offered]


def _row(session: Session, case: Case, oracle: Oracle, row: Row) -> Row:
    trial = Trial(session, Settings(), "campaign")
    try:
        if row.quantity == "train" and trial.leaves_range(oracle):
            return replace(row, verdict="unjudged")
        _CHECKS[row.quantity](trial, case, oracle)
    except Failed as failure:
        return _with_numbers(replace(row, verdict="failed", message=tidy(str(failure))), failure.judgement)
    except SubjectError as error:
        return replace(row, verdict="error", message=tidy(str(error)))
    except Unsupported as refusal:
        return replace(row, verdict="unsupported", message=tidy(str(refusal)))
    except (UndecidedError, PrecisionError):
        return replace(row, verdict="unjudged")
    except Exception as error:
        return replace(row, verdict="error", message=f"the judging itself failed: {tidy(described_error(error))}")
    found = _with_numbers(row, trial.judgement)
    return found if found.judged else replace(found, verdict="unjudged")


def _with_numbers(row: Row, judgement: Judgement) -> Row:
    row = replace(row, judged=judgement.judged, wrong=judgement.wrong)
    worst = judgement.worst
    return row if worst is None else replace(row, over_bound=worst.over_bound, ulps=worst.ulps, worst=worst.quantity)


def symptom_of(quantity: str, shown: str) -> str:
    """What a failure has in common with others: the array that is wrong, or the message, without its numbers.

    dE/dW2[0, 1] and dE/dW1[3, 3] are one symptom, and so are two messages that differ in numbers only.
    """
    plain = _NUMBER.sub("#", tidy(shown).split("[")[0] if shown.endswith("]") else tidy(shown))
    return f"{quantity}: {plain[:120].replace('#', '') if shown.endswith(']') else plain[:120]}".strip()


def hangs(message: str) -> bool:
    """Whether an error, or a symptom, says that a call or a request had no answer in its time."""
    return _UNANSWERED.search(message) is not None


def tidy(message: str) -> str:
    """One line without what differs from one process to the next: addresses in memory, numbers of requests."""
    return " ".join(_SEQUENCE.sub("", _ADDRESS.sub("0x…", message)).split())[:300]


def size_of(case: Case) -> int:
    """How many numbers a case holds: the smaller, the better to read."""
    return int(sum(w.size + b.size for w, b in case.network.parameters) + case.inputs.size + case.targets.size) * case.epochs


def _flat(parameters: list[tuple[Any, Any]]) -> list[Any]:
    return [array for pair in parameters for array in pair]


def _pairs(arrays: list[Expected]) -> list[tuple[Expected, Expected]]:
    return list(zip(arrays[::2], arrays[1::2], strict=True))
