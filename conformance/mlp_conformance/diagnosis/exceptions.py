"""Wrong answers of a kind of their own: they are set aside, so that a fault can be seen that explains all others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.results import Finding
from mlp_conformance.subject import Call


def _is_not_finite(call: Call) -> bool:
    return any(not np.all(np.isfinite(array)) for _, array in named(call))


def _has_no_epochs(call: Call) -> bool:
    return call.operation == "train" and call.case.epochs == 0


#: Kinds of answers that have a cause of their own, and what is said of them: `{}` is how many.
_KINDS = (
    (_is_not_finite, "{} not finite: an exponential overflows there, or 0 is divided by 0"),
    (_has_no_epochs, "{} of training with no epochs, which changes the parameters all the same"),
)


class Exceptions:
    """The wrong answers of a run that are of such a kind, and the evidence without them."""

    def __init__(self, evidence: Evidence, comparison: Comparison) -> None:
        self.found: list[tuple[str, int]] = []
        calls = evidence.calls
        for is_one, words in _KINDS:
            ones = [call for call in calls if is_one(call)]
            wrong = {id(call) for call in ones if comparison.is_right(call) is False}
            if wrong:
                calls = [call for call in calls if not is_one(call)]
                self.found.append((words, len(wrong)))
        self.ordinary = Evidence(calls, evidence.gaps)

    def added_to(self, finding: Finding) -> Finding:
        """The finding, which explains the others, with a sentence on what it leaves."""
        told = " and ".join(words.format(f"{count} answer{'s' if count > 1 else ''}") for words, count in self.found)
        return replace(finding, complete=False, text=f"{finding.text} It leaves {told}.")
