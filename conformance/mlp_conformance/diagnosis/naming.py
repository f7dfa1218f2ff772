"""From evidence to words: one fault, an honest tie, a pair, a convention, or the symptoms of something unknown.

A list of stages, the plainest explanation first; the first that has one is the diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis import symptoms
from mlp_conformance.diagnosis.conditions import divides
from mlp_conformance.diagnosis.constants import members, members_in_some_layers
from mlp_conformance.diagnosis.evidence import Evidence, Sorted
from mlp_conformance.diagnosis.hypotheses import Hypothesis, explaining, pairs, partial, singles, singles_in_some_layers
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.replay import replayed
from mlp_conformance.diagnosis.wording import beyond, from_conduct, from_errors, narrower, raising, said_in_part, said_of
from mlp_conformance.faults import OPTION_FAULTS
from mlp_conformance.results import Finding, Result
from mlp_conformance.subject import OPERATIONS, Subject

#: Findings, the best first, and a statement of what they leave open.
Diagnosis = tuple[list[Finding], str]
Stage = Callable[[Investigation], Diagnosis | None]

#: A partial explanation is told if it accounts for more than this part of the wrong answers: less is more likely chance.
_WORTH_TELLING = 0.6
_VARIES = (
    "None of the known faults explains every number. The same call gives another answer when it is asked again: something is "
    "random, or kept from earlier calls."
)
#: Conditions that a fault is tried with, the sharpest first.
_CONDITIONS = 4


def name_the_bug(subject: Subject, results: list[Result], evidence: Evidence, settings: Settings) -> Diagnosis:
    """What the first stage says that has an explanation."""
    plain = [call for call in evidence.calls if call.case.options is None or subject.claims.always]
    investigation = Investigation(subject, results, Evidence(plain), settings)
    if len(plain) < len(evidence.calls) and not investigation.found.all_wrong:
        return an_optional_part(Investigation(subject, results, evidence, settings))
    return next(found for stage in STAGES if (found := stage(investigation)) is not None)


def nothing_to_compare(given: Investigation) -> Diagnosis | None:
    """No answer is wrong by itself: what fails is the conduct, or an error, or shows only in larger cases."""
    if given.found.all_wrong:
        return None
    known = from_errors(given.results)
    return [*known, *from_conduct(given.results)], "" if known else raising(given.results) or beyond(given.results)


def an_optional_part(given: Investigation) -> Diagnosis:
    """Plain training is right, and training with an option that is claimed is not."""
    options = (Hypothesis((fault,)) for fault in OPTION_FAULTS.values())
    return said_of(explaining(options, given.found, given.comparison), given) or unknown(given)


def one_fault(given: Investigation) -> Diagnosis | None:
    return said_of(given.standing(singles()), given)


def one_that_depends_on_earlier_calls(given: Investigation) -> Diagnosis | None:
    return said_of(replayed(given.subject, given.evidence, given.found, given.comparison), given)


def one_with_a_constant(given: Investigation) -> Diagnosis | None:
    return said_of(given.standing(members(given.found, given.comparison)), given)


def a_narrower_format(given: Investigation) -> Diagnosis | None:
    name = symptoms.precision(given.found, given.comparison)
    return ([narrower(given, name)], "") if name and given.is_right_for(name) else None


def one_in_some_layers(given: Investigation) -> Diagnosis | None:
    """A fault that only some of the layers have."""
    standing = given.standing(singles_in_some_layers()) or given.standing(members_in_some_layers(given.found, given.comparison))
    return said_of(_plainest_places(standing), given)


def one_in_some_operations(given: Investigation) -> Diagnosis | None:
    """A fault that only some of the operations have: those with a wrong answer."""
    apart = given.found.of_wrong_operations()
    if apart is given.found:
        return None
    standing = next(filter(None, (given.standing(c, apart, apart.operations) for c in _of_one_kind(apart, given))), [])
    return said_of(_plainest_places(standing), given, apart.operations)


def one_under_a_condition(given: Investigation) -> Diagnosis | None:
    """A fault that only some cases have, which have something in common that no right case has."""
    found = divides(given.wider, given.comparison, given.found.operations[0])
    if not found:
        return None
    wrong_alone = Sorted(given.found.wrong, {name: [] for name in OPERATIONS}, given.found.differing)
    for candidates in _of_one_kind(wrong_alone, given):
        known = explaining(candidates, wrong_alone, given.comparison)
        for parts in found[:_CONDITIONS] if known else []:
            standing = given.standing(Hypothesis(hypothesis.faults, parts.condition) for hypothesis in known)
            if standing:
                return said_of(_plainest_places(standing), given)
    return None


def two_faults(given: Investigation) -> Diagnosis | None:
    return said_of(given.standing(pairs(given.found, given.comparison)), given)


def something_unknown(given: Investigation) -> Diagnosis | None:
    return unknown(given)


def unknown(given: Investigation) -> Diagnosis:
    """Nothing known explains everything: partial explanations if there are any, and the symptoms."""
    findings = from_conduct(given.results)
    for hypothesis, explained, of in partial(given.found, given.comparison)[:3]:
        if explained > _WORTH_TELLING * of:
            findings.append(said_in_part(hypothesis, explained, of, _checks_of(hypothesis, given)))
    if given.varies:
        return findings, _VARIES
    told = symptoms.sentences(given.wider, given.found, given.comparison)
    return findings, " ".join(["None of the known faults explains every number.", *told])


#: The plainest explanation first.
STAGES: tuple[Stage, ...] = (
    nothing_to_compare,
    one_fault,
    one_that_depends_on_earlier_calls,
    one_with_a_constant,
    a_narrower_format,
    one_in_some_layers,
    one_in_some_operations,
    one_under_a_condition,
    two_faults,
    something_unknown,
)


def _of_one_kind(about: Sorted, given: Investigation) -> Iterator[list[Hypothesis]]:
    """Hypotheses about a part of the evidence, one kind of them after the other."""
    yield list(singles())
    yield members(about, given.comparison)
    yield list(singles_in_some_layers())
    yield members_in_some_layers(about, given.comparison)


def _plainest_places(standing: list[Hypothesis]) -> list[Hypothesis]:
    """Of one fault in several places that cannot be told apart the first: they differ in words alone."""
    first: dict[str, Hypothesis] = {}
    for hypothesis in standing:
        first.setdefault(hypothesis.id.partition("/")[0], hypothesis)
    return list(first.values())


def _checks_of(hypothesis: Hypothesis, given: Investigation) -> tuple[str, ...]:
    """The failed checks of the phases whose wrong answers the hypothesis reproduces."""
    phases = {"forward": "forward", "loss": "forward", "gradients": "gradients", "train": "training"}
    explained = {
        phases[call.operation]
        for call in given.found.all_wrong
        if (found := given.comparison.match(call, hypothesis.algorithm(call))) is not None and found.is_exact
    }
    return tuple(result.check for result in given.results if result.verdict == "failed" and result.phase in explained)
