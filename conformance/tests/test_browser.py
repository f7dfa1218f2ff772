"""Every page in a real browser: nothing is fetched or complained of, keyboard and contrast, 360 pixels, light and dark.

`tox -e browser` installs the Python part; the browser comes from the system: apt-get install chromium chromium-driver
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import browsing
import pytest
from test_course import _grade
from test_report_page import _report

from mlp_conformance.course.rubric import DEFAULT
from mlp_conformance.report import course
from mlp_conformance.report.example import WorkedExample
from mlp_conformance.report.html import fragment, page
from mlp_conformance.worked.steps import worked
from mlp_reference.examples import examples

browsing.needed()

_CELL = (
    '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    "<title>A cell</title><body>{}"
)


@cache
def _text(name: str) -> str:
    match name:
        case "failing":
            return page(_report("hidden-derivative-missing", "document-example-3"))
        case "softmax":
            return page(_report("softmax-jacobian-diagonal", "golden/softmax-squared-error"))
        case "notebook":
            shown = fragment(_report("hidden-derivative-missing", "document-example-3"))
            return _CELL.format(shown)
        case "course":
            grades = [_grade("a" * 60, "no derivative"), _grade("b"), _grade("c", "no derivative")]
            return course.html(grades, DEFAULT)
    example = examples()["softmax-squared-error"]
    return WorkedExample(example.title, example.description, worked(example.case(1), 30), 30).html()


PAGES = ["failing", "softmax", "worked", "notebook", "course"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from browsing.started()


@pytest.fixture(params=PAGES)
def opened(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Any:
    file = tmp_path / f"{request.param}.html"
    file.write_text(_text(request.param), encoding="utf-8")
    browsing.open_page(browser, file)
    return browser


def test_nothing_is_fetched_and_nothing_is_complained_of(opened: Any) -> None:
    assert browsing.complaints(opened) == []


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_does_not_scroll_sideways(opened: Any, width: int) -> None:
    browsing.resized(opened, width)
    browsing.all_open(opened)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(opened: Any, scheme: str) -> None:
    browsing.resized(opened, 1200, scheme)
    browsing.all_open(opened)
    assert opened.execute_script(browsing.CONTRAST) == []


def test_formulas_are_set_by_the_browser(opened: Any) -> None:
    heights = opened.execute_script(
        "return [...document.querySelectorAll('mfrac, msup, msubsup')].filter(m => m.getClientRects().length)"
        ".map(m => m.getBoundingClientRect().height)"
    )
    assert min(heights, default=9) > 8


def test_it_can_be_used_with_the_keyboard_alone(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    file = tmp_path / "failing.html"
    file.write_text(_text("failing"), encoding="utf-8")
    browser.get(file.as_uri())
    browsing.resized(browser, 1200)
    focused = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        at = browser.switch_to.active_element
        focused.append(at.tag_name)
        outline = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", at)
        assert outline != "none" or "skip" in at.get_attribute("class"), at.get_attribute("outerHTML")[:80]
        if at.tag_name == "summary":
            before = browser.execute_script("return arguments[0].parentElement.open", at)
            at.send_keys(Keys.ENTER)
            assert browser.execute_script("return arguments[0].parentElement.open", at) != before
            break
    assert focused[0] == "a"  # the link that skips to the content
    assert "summary" in focused
