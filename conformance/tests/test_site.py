"""The documentation as a site: built without a complaint, every link leads somewhere, and a browser fetches nothing for it.

`tox -e docs` installs what builds it; the browser comes from the system: apt-get install chromium chromium-driver
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import browsing
import pytest
from documented import ROOT

BUILD = ROOT / "docs" / "site" / "build.py"
if not os.environ.get("MLP_DOCS"):
    pytest.skip("takes a minute: tox -e docs", allow_module_level=True)
pytest.importorskip("furo", reason="no Sphinx with its theme: tox -e docs")

#: Pages of every kind: prose, formulas, long tables, code, generated lists, docstrings, a worked example.
PAGES = (
    "index",
    "docs/tutorial",
    "docs/reading-a-failure",
    "docs/bounds",
    "docs/power",
    "docs/who-conforms",
    "docs/traceability",
    "docs/contributing",
    "docs/findings/sklearn",
    "spec/mlp",
    "spec/errata",
    "spec/protocol",
    "reference/checks",
    "reference/faults/gradients",
    "reference/examples/document-example-3",
    "reference/api",
    "reference/commands",
    "worked/document-example-3",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, str(BUILD), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    browsing.needed()
    yield from browsing.started()


def test_every_link_within_it_leads_to_a_page_and_a_place(site: Path) -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in site.rglob("*.html")}
    places = {file: set(re.findall(r'\bid="([^"]+)"', text)) for file, text in texts.items()}
    lost = []
    for file, text in texts.items():
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            path, _, place = unquote(link).partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            target = (file.parent / path.partition("?")[0]).resolve() if path else file
            if not target.is_file() or (place and target in places and place not in places[target]):
                lost.append(f"{file.relative_to(site)}: {link}")
    assert lost == []


def test_a_requirement_leads_to_its_checks_faults_errata_and_statements(site: Path) -> None:
    text = (site / "spec" / "mlp.html").read_text(encoding="utf-8")
    section = text[text.index('id="back-3"') :].partition("<section")[0]
    for target in ("reference/checks.html#", "reference/faults/gradients.html#", "#e2", "reference/statements.html#"):
        assert target in section, target


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_quiet_and_narrow_and_has_contrast(page: str, site: Path, browser: Any) -> None:
    browsing.resized(browser, 1200)
    browsing.open_page(browser, site / f"{page}.html")
    assert browsing.complaints(browser) == []
    for scheme in ("light", "dark"):
        browsing.resized(browser, 1200, scheme)
        browsing.all_open(browser)
        assert browser.execute_script(browsing.CONTRAST) == [], scheme
    browsing.resized(browser, 360)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360


def test_formulas_are_set_by_the_browser(site: Path, browser: Any) -> None:
    browsing.open_page(browser, site / "spec" / "mlp.html")
    heights = browser.execute_script(
        "return [...document.querySelectorAll('.formula mfrac')].map(m => m.getBoundingClientRect().height)"
    )
    assert len(heights) > 5
    assert min(heights) > 14


def test_the_search_needs_no_network(site: Path, browser: Any) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    browsing.open_page(browser, site / "search.html")
    browser.get((site / "search.html").as_uri() + "?q=learning+rate")
    WebDriverWait(browser, 20).until(  # results come one after the other
        lambda b: b.execute_script("return document.querySelectorAll('#search-results li').length > 3")
    )
    assert browsing.complaints(browser) == []


def test_it_can_be_used_with_the_keyboard_alone(site: Path, browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    browsing.resized(browser, 1200)
    browsing.open_page(browser, site / "docs" / "tutorial.html")
    reached = []
    for _ in range(30):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        at = browser.switch_to.active_element
        reached.append(at.get_attribute("href") or at.tag_name)
        seen = browser.execute_script(
            "const s = getComputedStyle(arguments[0]); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'", at
        )
        assert seen, at.get_attribute("outerHTML")[:120]
    assert any(str(href).endswith("#furo-main-content") for href in reached)
    assert any(str(href).endswith("reading-a-failure.html") for href in reached)
