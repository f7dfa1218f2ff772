"""From evidence to words: one fault, an honest tie, a pair, a convention, or the symptoms of something unknown.

A list of stages, the plainest explanation first; the first that has one is the diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis import symptoms
from mlp_conformance.diagnosis.beside import Diagnosis, beside_each_other
from mlp_conformance.diagnosis.combined import (
    pairs,
    pairs_beside_a_fault,
    pairs_in_some_layers,
    pairs_with_a_constant,
    pairs_with_some_losses,
    triples,
)
from mlp_conformance.diagnosis.conditions import Condition, divides
from mlp_conformance.diagnosis.constants import members, members_in_some_layers
from mlp_conformance.diagnosis.digits import difference_quotients, digits_cut, of_rounding_alone
from mlp_conformance.diagnosis.evidence import Evidence
from mlp_conformance.diagnosis.exceptions import GIVEN_NO_NUMBERS, SATURATED, Exceptions, leaving
from mlp_conformance.diagnosis.hypotheses import (
    Hypothesis,
    explaining,
    partial,
    singles,
    singles_in_one_part,
    singles_in_some_layers,
)
from mlp_conformance.diagnosis.investigation import Investigation, Kind
from mlp_conformance.diagnosis.mixed import shuffled_apart
from mlp_conformance.diagnosis.pointwise import pointwise
from mlp_conformance.diagnosis.replay import replayed
from mlp_conformance.diagnosis.wording import (
    beyond,
    conduct_alone,
    from_conduct,
    from_errors,
    narrower,
    raising,
    said_in_part,
    said_of,
)
from mlp_conformance.faults import OPTION_FAULTS
from mlp_conformance.results import Result
from mlp_conformance.subject import Call, Subject

Stage = Callable[[Investigation], Diagnosis | None]

#: A partial explanation is told if it accounts for more than this part of the wrong answers: less is more likely chance.
_WORTH_TELLING = 0.6
_NONE = "None of the known faults explains every number."
_VARIES = (
    "None of the known faults explains every number. The same call gives another answer when it is asked again: something is "
    "random, or kept from earlier calls."
)
#: The part of the time that looking for constants in some layers may take: several faults are likelier.
_SHARE = 0.3
#: In an id: the layers that have a fault, where not all do.
_PLACE = re.compile(r"/[\w-]+")
#: Conditions that a fault is tried with, the sharpest first.
_CONDITIONS = 4


def name_the_bug(subject: Subject, results: list[Result], evidence: Evidence, settings: Settings) -> Diagnosis:
    """What the first stage says that has an explanation."""
    if conduct := conduct_alone(results):
        return conduct, ""
    plain = evidence.only(lambda call: call.case.options is None or bool(subject.claims.always))
    investigation = Investigation(subject, results, plain, settings)
    if len(plain.calls) < len(evidence.calls) and not investigation.found.all_wrong:
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
    nothing = nothing_to_compare(given)
    if nothing is not None:
        return nothing
    options = (Hypothesis((fault,)) for fault in OPTION_FAULTS.values())
    return said_of(explaining(options, given.found, given.comparison), given) or unknown(given)


def one_fault(given: Investigation) -> Diagnosis | None:
    return said_of(_plainest(given.standing(given.accounting(singles))), given)


def one_that_depends_on_earlier_calls(given: Investigation) -> Diagnosis | None:
    return said_of(replayed(given.subject, given.evidence, given.found, given.comparison), given)


def one_with_a_constant(given: Investigation) -> Diagnosis | None:
    return said_of(_plainest(given.standing(given.accounting(members))), given)


def a_narrower_format(given: Investigation) -> Diagnosis | None:
    name = symptoms.precision(given.found, given.comparison)
    return ([narrower(given, name)], "") if name and given.is_right_for(name) else None


def one_in_some_layers(given: Investigation) -> Diagnosis | None:
    """A fault that only some of the layers have, or the loss or the gradients alone."""
    return _in_part(given, _IN_PART)


def one_with_a_constant_in_some_layers(given: Investigation) -> Diagnosis | None:
    return _in_part(given, _IN_PART_WITH_CONSTANTS)


def _in_part(given: Investigation, kinds: Sequence[Kind]) -> Diagnosis | None:
    standing = next(filter(None, (given.standing(given.accounting(kind, _SHARE)) for kind in kinds)), [])
    return said_of(_plainest(standing), given)


def one_in_some_operations(given: Investigation) -> Diagnosis | None:
    """A fault that only some of the operations have: those with a wrong answer."""
    apart = given.found.of_wrong_operations()
    if apart is given.found:
        return None
    found = (given.standing(given.accounting(kind), apart, apart.operations) for kind in _OF_ONE_FAULT)
    return said_of(_plainest(next(filter(None, found), [])), given, apart.operations)


def one_under_a_condition(given: Investigation) -> Diagnosis | None:
    """A fault that only some cases have, which have something in common that no right case has."""
    for kind in _OF_ONE_FAULT:
        conditional: dict[str, list[Hypothesis]] = {}
        for hypothesis in given.accounting(kind):
            for condition in _conditions(hypothesis, given):
                conditional.setdefault(condition.words, []).append(Hypothesis(hypothesis.faults, condition))
        for candidates in conditional.values():
            standing = given.standing(explaining(candidates, given.found, given.comparison))
            if standing:
                return said_of(_plainest(standing), given)
    return None


def _conditions(hypothesis: Hypothesis, given: Investigation) -> list[Condition]:
    """What parts the wrong cases from those right ones that the hypothesis would have made wrong, the sharpest first."""
    operation = given.found.operations[0]

    def differs(call: Call) -> bool:
        return call.operation == operation and given.comparison.makes_a_difference(call, hypothesis.algorithm(call))

    return [parts.condition for parts in divides(given.wider.only(differs), given.comparison, operation)[:_CONDITIONS]]


def all_but_exceptions(given: Investigation) -> Diagnosis | None:
    """What explains every answer but those of a kind of its own, such as an overflow: a cause more, and another one."""
    exceptions = given.exceptions
    if not exceptions.found:
        return None
    swallowed = [finding for finding in from_conduct(given.results) if finding.fault == "nan-swallowed"]
    aside = [one for one in exceptions.found if one.kind is not GIVEN_NO_NUMBERS or swallowed]
    others = _without(exceptions, given)
    found: Diagnosis | None = None
    if not others.found.all_wrong:
        found = beside_each_other([], others, aside)
    else:
        findings, statement = next(filter(None, (stage(others) for stage in _OF_FAULTS)), ([], ""))
        if findings and len(others.named) == len(findings):
            found = beside_each_other(list(zip(findings, others.named, strict=True)), others, aside)
        elif findings:
            found = [leaving(finding, aside) for finding in findings], statement
    return None if found is None else ([*found[0], *swallowed], found[1])


def several_faults(given: Investigation) -> Diagnosis | None:
    """Two, or three: of what is not saturated; and whether they explain what is, or what else does."""
    exceptions = Exceptions(given.evidence, given.comparison, (SATURATED,))
    others = _without(exceptions, given) if exceptions.found else given
    if not others.found.all_wrong:
        others = given
    found = two_faults(others) or three_faults(others)
    if found is None or others is given or len(others.named) != len(found[0]):
        return found
    together = beside_each_other(list(zip(found[0], others.named, strict=True)), others, exceptions.found)
    given.named = others.named
    return together


def _without(exceptions: Exceptions, given: Investigation) -> Investigation:
    """The run without the answers that are set aside: of the same patience, and what was worked out is at hand."""
    others = Investigation(given.subject, given.results, exceptions.ordinary, given.settings)
    others.patience, others.comparison = given.patience, given.comparison
    return others


def two_faults(given: Investigation) -> Diagnosis | None:
    """Those without constants first: they are found sooner, and are likelier."""
    kinds = (pairs, pairs_in_some_layers, pairs_with_a_constant, pairs_with_some_losses, pairs_beside_a_fault)
    return next(filter(None, (_several(given, kind) for kind in kinds)), None)


def three_faults(given: Investigation) -> Diagnosis | None:
    return _several(given, triples)


def _several(given: Investigation, kind: Kind) -> Diagnosis | None:
    """Of faults together: those without which something would be left, and of two by other names those of the catalogue."""
    return said_of(_plainest(_from_the_catalogue(_fewest(given.standing(given.accounting(kind)), given))), given)


def targets_of_others(given: Investigation) -> Diagnosis | None:
    """Targets that are shuffled by themselves."""
    found = shuffled_apart(given)
    return None if found is None else ([found], "")


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
    told = symptoms.sentences(given.wider, given.found, given.comparison, pointwise(given))
    return findings, " ".join([given.patience.statement or _NONE, *told])


#: Kinds of hypotheses about a single fault, the plainest first.
_IN_PART: tuple[Kind, ...] = (singles_in_one_part, singles_in_some_layers)
_IN_PART_WITH_CONSTANTS: tuple[Kind, ...] = (members_in_some_layers,)
_OF_ONE_FAULT: tuple[Kind, ...] = (singles, members, *_IN_PART, *_IN_PART_WITH_CONSTANTS)
#: The plainest explanation first; what has no constants is soon looked through.
_OF_FAULTS: tuple[Stage, ...] = (
    one_fault,
    one_that_depends_on_earlier_calls,
    one_in_some_layers,
    one_with_a_constant,
    a_narrower_format,
    one_with_a_constant_in_some_layers,
    one_in_some_operations,
    one_under_a_condition,
    several_faults,
)
STAGES: tuple[Stage, ...] = (
    nothing_to_compare,
    of_rounding_alone,
    *_OF_FAULTS[:2],
    targets_of_others,
    difference_quotients,
    digits_cut,
    all_but_exceptions,
    *_OF_FAULTS[2:],
    something_unknown,
)


def _plainest(standing: list[Hypothesis]) -> list[Hypothesis]:
    """Of one fault in several places or forms that cannot be told apart the first: they differ in words alone."""
    first: dict[str, Hypothesis] = {}
    for hypothesis in standing:
        first.setdefault(_PLACE.sub("", hypothesis.id), hypothesis)
    return [hypothesis for id, hypothesis in first.items() if not any(other in first for other in _plainer(hypothesis))]


def _plainer(hypothesis: Hypothesis) -> Iterator[str]:
    """The ids of the same faults with one of them in its plainer form."""
    for index, fault in enumerate(hypothesis.faults):
        if fault.like:
            ids = [_PLACE.sub("", other.id) for other in hypothesis.faults]
            yield "+".join([*ids[:index], fault.like, *ids[index + 1 :]])


def _fewest(standing: list[Hypothesis], given: Investigation) -> list[Hypothesis]:
    """Without those faults that explain nothing which the others of a hypothesis do not explain alone."""
    for number in range(1, max((len(hypothesis.faults) for hypothesis in standing), default=1)):
        parts = (Hypothesis(faults, one.condition) for one in standing for faults in combinations(one.faults, number))
        fewer = {part.id: part for part in parts}
        enough = given.standing(explaining(fewer.values(), given.found, given.comparison))
        if enough:
            return enough
    return standing


def _from_the_catalogue(standing: list[Hypothesis]) -> list[Hypothesis]:
    """Those without a constant, if there are any: with the usual constant a member of a family is a fault by another name."""
    return [hypothesis for hypothesis in standing if "=" not in hypothesis.id] or standing


def _checks_of(hypothesis: Hypothesis, given: Investigation) -> tuple[str, ...]:
    """The failed checks of the phases whose wrong answers the hypothesis reproduces."""
    phases = {"forward": "forward", "loss": "forward", "gradients": "gradients", "train": "training"}
    explained = {
        phases[call.operation]
        for call in given.found.all_wrong
        if (found := given.comparison.match(call, hypothesis.algorithm(call))) is not None and found.is_exact
    }
    return tuple(result.check for result in given.results if result.verdict == "failed" and result.phase in explained)
