"""A real browser, headless: what a page asks for and complains of, its contrast, its width."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: Ratios of luminance: every text against what it stands on, 4.5 or, where it is large, 3 (WCAG 2.2, 1.4.3).
CONTRAST = """
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


def needed() -> None:
    """Skip the module, with what to install, where there is no browser."""
    pytest.importorskip("selenium.webdriver", reason="no selenium: pip install selenium, or tox -e browser")
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("no browser: apt-get install chromium chromium-driver", allow_module_level=True)


def started() -> Iterator[Any]:
    """One browser, closed afterwards."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def open_page(browser: Any, file: Path) -> None:
    """Open a file, with nothing left over in the logs."""
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(file.as_uri())


def complaints(browser: Any) -> list[str]:
    """What the console shows, and the addresses that were asked for and are not files."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    shown = [entry["message"] for entry in browser.get_log("browser")]
    return [*shown, *(url for url in asked if not url.startswith(("file:", "data:", "about:")))]


def resized(browser: Any, width: int, scheme: str = "light") -> None:
    """A window of that width, below 500 that of a telephone, in light or dark."""
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def all_open(browser: Any) -> None:
    """Open everything that folds."""
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
