"""The page of a run, and every other report: the wrong formula is found in it, and nothing in a name or message steers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_conformance.checks import Settings
from mlp_conformance.faults import FAULTS
from mlp_conformance.loading import load
from mlp_conformance.report import annotations, junit, markdown
from mlp_conformance.report.html import fragment, page
from mlp_conformance.report.templating import typeset
from mlp_conformance.report.terminal import as_text, printable
from mlp_conformance.results import Finding, Report, Result
from mlp_conformance.runner import finished, run_checks, select
from mlp_conformance.worked.account import accounts


@cache
def _report(id: str, pattern: str) -> Report:
    """The report of a known fault, diagnosed beforehand."""
    subject = load(f"fault:{id}")
    results = list(run_checks(subject, select(pattern)))
    known = FAULTS[id]
    finding = Finding(id, known.title, (), True, right=known.right, wrong=known.wrong, mend=known.mend)
    return replace(finished(subject, results, Settings(), [finding]), accounts=accounts(subject, results, 40))


def _hidden_derivative() -> Report:
    return _report("hidden-derivative-missing", "document-example-3")


def test_the_place_where_the_numbers_part_is_shown_with_its_formula() -> None:
    report = _hidden_derivative()
    account = report.accounts["golden/document-example-3/gradients"]
    assert account.parting == "δ1[0, 0]"
    assert account.marks[account.parting].implied
    assert not any(account.marks[key].wrong for key in ("a1[0, 0]", "a2[0, 0]", "E", "dE/dW2[0, 0]", "dE/db2[0]"))
    text = page(report)
    before = text[: text.index("What failed")]
    for said in ("Error δ of hidden layer 1", "Here the numbers part", "-0.03373867797956211", "exactly what"):
        assert said in before


def test_markdown_has_the_place_as_well() -> None:
    text = markdown.text(_hidden_derivative())
    assert r"\delta_{1}^{(1)} = (-0.1124622599) \cdot 0.3 \cdot 0.5744425168" in text
    assert "imply <code>-0.03373867797956211</code> there." in text


@pytest.mark.parametrize(
    ("fault", "pattern", "parting"),
    [
        ("steep-sigmoid", "document-example-3/forward", "a1[0, 0]"),
        ("bias-untrained", "document-example-3/gradients", "dE/db2[0]"),
        ("update-adds", "document-example-3/train", "W1[0, 0]"),
        ("momentum-on", "document-example-3/train", "W1[0, 0]"),
    ],
)
def test_the_numbers_part_where_the_fault_is(fault: str, pattern: str, parting: str) -> None:
    (account,) = _report(fault, pattern).accounts.values()
    assert account.parting == parting


def test_training_that_goes_wrong_late_is_worked_through_in_that_epoch() -> None:
    (account,) = _report("momentum-on", "document-example-3/train").accounts.values()
    assert account.case.epochs == 2
    assert account.worked is not None
    assert account.worked.epoch == 2


# ---- what an implementation says


class _Structure(HTMLParser):
    """The tags and attributes of a page, without its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attributes)))


def _tags(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The structure but for what typesetting adds to a formula."""
    return [tag for tag in _Structure(text).found if tag[0] not in ("sub", "sup", "br")]


NASTY = [
    "<script>alert(1)</script>",
    '" onload="x',
    "</style></title></pre>",
    "&amp;&#x41;",
    "\x1b[2J\x1b]0;owned\x07",
    "\x00\x08\x7f\x9b31m",
    "\ud800\udfff",
    "\u202eevil\u2066",
    "\ufffe\uffff",
    "]]>",
    "`code` | cell\n| row |",
    "::error file=x::y",
    "%0A::warning::z",
    "{{ 7 * 7 }}{% raw %}",
    "[link](javascript:alert(1)) @everyone #1",
    "a\r\nb\u2028c",
    "x" * 5_000,
]

_words = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.lists(st.sampled_from(NASTY), max_size=3).map(" ".join))


def _said(name: str, message: str) -> Report:
    """A report in which everything that an implementation can say is that."""
    result = Result("golden/x/forward", "t", ("FWD-1",), "forward", "error", message=message, reproduce=f"run {name}")
    failed = replace(result, check="golden/y/forward", verdict="failed", quantity="a1", expected="1", got=name, error_ulps=1e9)
    advice = replace(result, check="advice/z", verdict="advice")
    unsupported = replace(result, check="golden/u/forward", verdict="unsupported")
    implementation = {"name": name, "version": message, "language": name, "dtype": "float64", "operations": ["forward"]}
    finding = Finding("f", name, ("golden/x/forward",), True, text=message, right=name, wrong=message, mend=name)
    results = [result, replace(failed, error_over_bound=1e3), advice, unsupported]
    return Report(implementation | {"found": message}, results, [finding], message, {"seed": 0, "examples": 2})


_PLAIN = _said("name", "message")


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(_words.filter(str.strip), _words.filter(str.strip))
def test_whatever_is_said_changes_no_structure(name: str, message: str) -> None:
    report = _said(name, message)
    for written in (page, fragment):
        text = written(report)
        assert text.encode()
        assert _tags(text) == _tags(written(_PLAIN))
    elements = [element.tag for element in ElementTree.fromstring(junit.text(report)).iter()]
    assert elements == [element.tag for element in ElementTree.fromstring(junit.text(_PLAIN)).iter()]
    for line in annotations.lines(report):
        assert line.startswith("::error ")
        assert len(line.splitlines()) == 1
    text = markdown.text(report)
    assert len(re.findall("(?m)^[|]", text)) == len(re.findall("(?m)^[|]", markdown.text(_PLAIN)))
    assert "<script" not in text
    assert "](javascript" not in text
    shown = as_text(report, verbose=True)
    assert shown == printable(shown)


@pytest.mark.parametrize(
    "report", [_PLAIN, _hidden_derivative, _said("\x00\ud800<a>", "]]>\ufffe")], ids=["plain", "real", "nasty"]
)
def test_junit_is_what_its_readers_have_in_common(report: Report | Callable[[], Report]) -> None:
    etree = pytest.importorskip("lxml.etree", reason="no lxml: pip install lxml")
    schema = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
    written = junit.text(report if isinstance(report, Report) else report())
    document = etree.fromstring(written.encode())
    assert schema.validate(document), schema.error_log
    suite = document.find("testsuite")
    for tag, total in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(suite.findall(f"testcase/{tag}")) == int(suite.get(total))
    assert not schema.validate(etree.fromstring(written.replace(" classname=", " class=").encode()))


def test_formulas_are_typeset_after_they_are_escaped() -> None:
    assert typeset("δ_{l+1} W^T <b>") == "δ<sub>l+1</sub> W<sup>T</sup> &lt;b&gt;"


def test_every_failing_check_is_worked_through_or_leads_to_one_that_is() -> None:
    report = _report("hidden-derivative-missing", "golden/relu*")
    text = page(report)
    cards = re.split('(?=<details class="card" id="check-)', text[: text.index('id="right"')])[1:]
    assert len(cards) == sum(result.is_broken for result in report.results) > 4
    told = {card.split('"')[3] for card in cards if "Worked through:" in card}
    for card in cards:
        leads = re.search(r'<a href="#(check-[^"]+)">[^<]+</a> is worked through', card)
        assert card.split('"')[3] in told or (leads and leads[1] in told), card[:200]


# ---- the terminal


@pytest.mark.parametrize(("width", "widest"), [(40, 40), (80, 80), (200, 100)])
def test_a_line_that_is_to_be_copied_is_never_broken(width: int, widest: int) -> None:
    report = _hidden_derivative()
    long = [replace(result, reproduce=f"mlp-conformance run my_network.py --select {'x' * 90}") for result in report.results]
    lines = as_text(replace(report, results=long), width=width, verbose=True).splitlines()
    copied = [line for line in lines if line.startswith("  $ ")]
    assert copied == [f"  $ {result.reproduce}" for result in long if result.is_broken]
    assert max(len(line) for line in lines if line not in copied) <= widest
    heads = [line for line in lines if line.startswith("✗ golden/") and "BACK" in line]
    assert all(re.fullmatch(r"✗ \S+  ([A-Z]+-\d+, )*([A-Z]+-\d+|…)", line) for line in heads)
    assert heads or width == 40


def test_quiet_is_the_verdict_alone() -> None:
    assert as_text(_hidden_derivative(), quiet=True).startswith("fault:hidden-derivative-missing")
    assert len(as_text(_hidden_derivative(), quiet=True).splitlines()) == 1


# ---- size


def test_a_large_run_stays_small() -> None:
    report = _hidden_derivative()
    many = [
        replace(result, check=f"{result.check}/{number}", message="m" * 300)
        for number in range(6_000)
        for result in report.results
    ]
    assert len(page(replace(report, results=many)).encode()) < 2_000_000


def test_thousands_of_failures_are_told_shortly() -> None:
    report = _hidden_derivative()
    (broken,) = [result for result in report.results if result.is_broken][:1]
    results = [replace(broken, check=f"golden/{number}/gradients", message="<b>" * 400) for number in range(20_000)]
    many = replace(report, results=results)
    assert len(markdown.text(many).encode()) < 1_000_000
    assert len(as_text(many).encode()) < 100_000
    assert len(page(many).encode()) < 2_000_000
