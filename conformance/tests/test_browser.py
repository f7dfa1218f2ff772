"""Every page in a real browser: nothing is fetched or complained of, keyboard and contrast, 360 pixels, light and dark.

`tox -e browser` installs the Python part; the browser comes from the system: apt-get install chromium chromium-driver
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_course import _grade
from test_report_page import _report

from mlp_conformance.course.rubric import DEFAULT
from mlp_conformance.report import course
from mlp_conformance.report.example import WorkedExample
from mlp_conformance.report.html import fragment, page
from mlp_conformance.worked.steps import worked
from mlp_reference.examples import examples

webdriver = pytest.importorskip("selenium.webdriver", reason="no selenium: pip install selenium, or tox -e browser")
if not shutil.which("chromium") or not shutil.which("chromedriver"):
    pytest.skip("no browser: apt-get install chromium chromium-driver", allow_module_level=True)

#: Ratios of luminance: every text against what it stands on, 4.5 or, where it is large, 3 (WCAG 2.2, 1.4.3).
_CONTRAST = """
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const parsed = text => { const found = text.match(/[\\d.]+/g).map(Number); return [found.slice(0, 3), found[3] ?? 1]; };
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const [color, alpha] = parsed(getComputedStyle(at).backgroundColor);
    if (alpha > 0.99) return color;
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const style = getComputedStyle(element);
  if (!own || !element.getClientRects().length || style.visibility === 'hidden') continue;
  const [color] = parsed(element.ownerSVGElement ? style.fill : style.color);
  const [a, b] = [luminance(color), luminance(ground(element))].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  const ratio = (a + 0.05) / (b + 0.05);
  const said = element.tagName + ' ' + element.textContent.trim().slice(0, 40);
  if (ratio < (large ? 3 : 4.5)) poor.push(said + ' ' + ratio.toFixed(2));
}
return poor;
"""

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
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(params=PAGES)
def opened(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Any:
    file = tmp_path / f"{request.param}.html"
    file.write_text(_text(request.param), encoding="utf-8")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(file.as_uri())
    return browser


def _resized(browser: Any, width: int, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def _all_open(browser: Any) -> None:
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_nothing_is_fetched_and_nothing_is_complained_of(opened: Any) -> None:
    assert opened.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_does_not_scroll_sideways(opened: Any, width: int) -> None:
    _resized(opened, width)
    _all_open(opened)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(opened: Any, scheme: str) -> None:
    _resized(opened, 1200, scheme)
    _all_open(opened)
    assert opened.execute_script(_CONTRAST) == []


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
    _resized(browser, 1200)
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
