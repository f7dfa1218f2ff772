"""Several mistakes that show in answers of unlike kinds, in words: each with what it explains, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from mlp_conformance.diagnosis.causes import Causes
from mlp_conformance.diagnosis.exceptions import SetAside, leaving
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.wording import equally_well
from mlp_conformance.faults import Fault
from mlp_conformance.results import Finding

#: What one kind of answers is explained by; empty where the fault that explains the others explains it, too.
Cause = tuple[Fault, ...]
#: Findings, the best first, and a statement of what they leave open.
Diagnosis = tuple[list[Finding], str]
#: A hypothesis that explains all but what was set aside, and what is said of it.
Named = tuple[Finding, Hypothesis]


def beside_each_other(named: Sequence[Named], others: Investigation, aside: Sequence[SetAside]) -> Diagnosis | None:
    """The findings with the causes of what was set aside; None where nothing is named.

    others: the run without it. Where nothing else is wrong, each cause is named by itself. What is named is kept there.
    """
    causes = Causes(others.evidence, others.comparison, others.subject.claims.dtype)
    every: Sequence[Named | tuple[None, None]] = named or [(None, None)]
    told: dict[str, Named] = {}
    for finding, base in every:
        found = [(one, causes.of(one, base)) for one in aside]
        explained = [(one, possible) for one, possible in found if possible]
        for chosen in product(*(possible for _, possible in explained)):
            left = [one for one, possible in found if not possible]
            parts = [(one, cause[0]) for (one, _), cause in zip(explained, chosen, strict=True) if cause]
            if not _stand(base, [cause for _, cause in parts], others):
                left, parts = list(aside), []
            if finding or parts:
                said = leaving(_said(finding, parts, others), left)
                known = base.faults if base else ()
                told[said.text] = (
                    said,
                    Hypothesis((*known, *dict.fromkeys(cause for _, cause in parts)), base.condition if base else None),
                )
    findings = [finding for finding, _ in told.values()]
    if not findings or (not named and any(not finding.complete for finding in findings)):
        return None
    others.named = [hypothesis for _, hypothesis in told.values()]
    return findings, equally_well(len(findings))


def _stand(base: Hypothesis | None, causes: Sequence[Fault], others: Investigation) -> bool:
    """Whether the formulas among the causes leave the other answers as they are explained, fresh ones too."""
    formulas = tuple(cause for cause in causes if cause.kind == "formula")
    if not formulas:
        return True
    together = Hypothesis((*(base.faults if base else ()), *formulas))
    return bool(others.standing([together])) and all(
        found is None or found.is_exact
        for call in others.found.all_wrong
        for found in [others.comparison.match(call, together.algorithm(call))]
    )


def _said(finding: Finding | None, parts: Sequence[tuple[SetAside, Fault]], others: Investigation) -> Finding:
    """What is said of the others, and behind it each cause with what it explains."""
    sentences = [finding.text] if finding else []
    for one, cause in parts:
        title = cause.title.rstrip(".")
        opening = f"{'And' if len(sentences) > 1 else 'Beside it,'} {title}" if sentences else f"{title[0].upper()}{title[1:]}"
        sentences.append(f"{opening}: this explains the {one.counted}.")
    faults = list(dict.fromkeys(cause for _, cause in parts))
    base = finding or Finding("", "", others.failed, True, "")
    titles = [*([base.title] if base.title else []), *(cause.title.rstrip(".") for cause in faults)]
    return replace(
        base,
        fault="+".join(filter(None, [base.fault, *(cause.id for cause in faults)])),
        title="; ".join(titles),
        text=" ".join(sentences),
        right="\n".join(filter(None, [base.right, *(cause.right for cause in faults)])),
        wrong="\n".join(filter(None, [base.wrong, *(cause.wrong for cause in faults)])),
        mend=" ".join(filter(None, [base.mend, *(cause.mend for cause in faults)])),
    )
