"""A case file whose inputs hold a NaN, which is no number to be certified: it replays what such an input has to lead to."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mlp_conformance.checks import Check, Failed, Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.subject import SubjectError
from mlp_reference.examples import parse_example
from mlp_reference.network import Case

_NAN = re.compile(r'"#?NaN"')


def poisoned_case(path: Path) -> Case | None:
    """The case in a file, where some of its inputs and nothing else are "NaN"; None for any other file.

    Raises mlp_reference.examples.ExampleError if the file is otherwise no valid example.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        where = np.array(
            [[_NAN.fullmatch(json.dumps(value)) is not None for value in row] for row in json.loads(text)["inputs"]]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not where.any() or where.sum() != len(_NAN.findall(text)):
        return None
    example = parse_example(_NAN.sub("0", text), str(path), path.stem)
    case = example.case(example.epochs[-1]).map(lambda values: np.asarray(values, dtype=float))
    return replace(case, inputs=np.where(where, np.nan, case.inputs))


def poisoned_check(case: Case, what: str) -> Check:
    """The check conduct/nan on that case alone; what: the case in words."""

    def run(trial: Trial) -> None:
        judged = replace(case, network=replace(case.network, conventions=trial.claims.conventions))
        if not trial.claims.admit(judged.network, len(case.inputs)):
            raise Unsupported("the case lies outside what is claimed")
        try:
            output: Any = trial.session.forward(judged)[-1]
        except SubjectError:
            return  # refused: the NaN was not swallowed
        for row, inputs in zip(output, case.inputs, strict=True):
            if np.isnan(inputs).any() and not np.isnan(row).all():
                raise Failed(f"A NaN in the inputs came out as {row.tolist()}.", case=judged)

    title = f"a NaN in the inputs of {what} does not come out as a number"
    return Check("conduct/nan", title, ("COND-5",), "conduct", ("forward",), run)
