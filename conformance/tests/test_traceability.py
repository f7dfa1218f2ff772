"""Traceability in both directions: statement, requirement, check; the text of the specification is the only list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from mlp_conformance.checks import Settings, checks
from mlp_conformance.explaining import UnknownIdError, explanation, listing
from mlp_conformance.faults import FAULTS
from mlp_conformance.loading import load
from mlp_conformance.verdict import judge
from mlp_reference.data import spec_folder
from mlp_reference.examples import examples
from mlp_reference.specification import errata, requirements, statements

#: Requirements that no check of an implementation can test, and why.
NOT_TESTED = {
    "NET-5": "initial parameters are always given, so every check tests it",
    "LOSS-8": "a MAY: metrics are not judged",
    "ACC-3": "the error model itself: the bounds of all other checks",
    "ACC-4": "says when nothing is judged",
    "COND-13": "every answer's shape is tested by every check",
}


def test_every_requirement_has_a_check_or_a_reason() -> None:
    tested = {id for found in checks() for id in found.requirements}
    assert set(requirements()) - tested == set(NOT_TESTED)


def test_every_check_names_requirements_that_exist() -> None:
    for found in checks():
        assert set(found.requirements) <= set(requirements()), found.id


def test_every_statement_becomes_something() -> None:
    for statement in statements().values():
        assert set(statement.becomes) <= set(requirements()), statement.id
        assert set(statement.errata) <= set(errata()), statement.id
        assert statement.becomes or statement.kind in ("note", "erratum"), statement.id


def test_requirements_that_stem_from_the_document_are_referenced_by_a_statement() -> None:
    referenced = {id for statement in statements().values() for id in statement.becomes}
    for found in requirements().values():
        assert found.source, found.id
        assert found.id in referenced or "urs" in found.source, found.id


def test_all_twenty_errata_are_there() -> None:
    assert set(errata()) == {f"E{i}" for i in range(1, 21)}


def test_faults_and_examples_refer_to_what_exists() -> None:
    for fault in FAULTS.values():
        assert set(fault.breaks) <= set(requirements()), fault.id
    for example in examples().values():
        assert set(example.separates) <= set(FAULTS), example.id


def test_everything_listed_can_be_explained() -> None:
    for what in ("requirements", "examples"):
        for id, _ in listing(what):
            assert id in explanation(id)
    for id in list(FAULTS)[::12]:
        assert FAULTS[id].mend in explanation(id)
    with pytest.raises(UnknownIdError, match="FWD-2"):
        explanation("FWD2")


def test_the_json_report_fits_its_schema(tmp_path: Path) -> None:
    schema = json.loads((spec_folder() / "schemas" / "report.schema.json").read_text())
    chosen = [found for found in checks() if found.kind in ("golden", "drawn")]
    for spec in ("reference", "fault:error-sign"):
        document = judge(load(spec), chosen, Settings(examples=4)).to_json()
        jsonschema.validate(json.loads(json.dumps(document, allow_nan=False)), schema)
        assert document["conforms"] == (spec == "reference")


def test_the_page_of_traceability_is_current() -> None:
    script = Path(__file__).parents[2] / "docs" / "figures" / "traceability.py"
    if not script.is_file():
        pytest.skip("docs/figures is not in this copy")
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "docs/traceability.md is out of date: python docs/figures/traceability.py"
