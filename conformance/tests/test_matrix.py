"""The matrix: many judged side by side, none of them harmed by another; what is written is whole, escaped and accessible."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mlp_conformance.matrix import document, markdown, page, terminal
from mlp_conformance.matrix.entries import Entry, entries, slug
from mlp_conformance.matrix.rows import Row, RowError, judged, read_row, unjudged, without_places, write_row

ROOT = Path(__file__).parents[2]
MATRIX = [sys.executable, "-m", "mlp_conformance", "matrix"]
SETTINGS = {"examples": 2, "seed": 0}

#: Adapters that misbehave while they are judged, each in its own way.
MISBEHAVING = """
import os, time
from mlp_conformance import Claims

class Crashes:
    claims = Claims(name="crashes")
    def forward(self, network, inputs): os.abort()

class Floods:
    claims = Claims(name="floods")
    def forward(self, network, inputs): return [bytearray(1 << 40)]

def hangs():
    time.sleep(3600)
"""


def run(*arguments: str, folder: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MATRIX, *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False)


def row(name: str = "x", verdict: str = "conforms", **given: Any) -> Row:
    facts = {"name": name, "version": "1", "language": "python", "dtype": "float64", "notes": "", "found": ""}
    classes = {"forward": "passed", "gradients": "failed", "training": "unsupported"}
    return Row(name, name, verdict, implementation=facts, classes=classes, summary={"passed": 3}, **given)


@pytest.fixture(scope="module")
def judged_together(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A right one and a wrong one beside others that crash, flood memory, hang and do not exist."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "bad.py").write_text(MISBEHAVING, encoding="utf-8")
    named = [
        "right=reference",
        "wrong=fault:hidden-linear",
        "nosuch",
        "crash=bad.py:Crashes",
        "flood=bad.py:Floods",
        "hang=bad.py:hangs",
    ]
    files = ["--json", "m.json", "--html", "m.html", "--markdown", "m.md", "--output", "kept"]
    limits = ["--select", "golden/document*/forward", "--timeout", "8", "--limit", "60", "--jobs", "3"]
    return folder, run(*named, "--command", "gone=no-such-program", *files, *limits, folder=folder, timeout=300)


def test_one_that_misbehaves_harms_no_other(judged_together: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = judged_together
    rows = {one["name"]: one for one in json.loads((folder / "m.json").read_text(encoding="utf-8"))["implementations"]}
    assert list(rows) == ["right", "wrong", "nosuch", "crash", "flood", "hang", "gone"]
    assert rows["right"]["verdict"] == "conforms"
    assert rows["wrong"]["verdict"] == rows["crash"]["verdict"] == rows["flood"]["verdict"] == "does not conform"
    assert rows["wrong"]["diagnosis"][0]["fault"] == "hidden-linear"
    assert "no bundled adapter 'nosuch'" in rows["nosuch"]["reason"]
    assert "there is no program 'no-such-program'" in rows["gone"]["reason"]
    assert rows["hang"]["verdict"] == "not judged"
    assert done.returncode == 1
    assert done.stderr.count("] ") == 7  # a line for each as it is finished
    assert "7 implementations: 1 conform, 3 do not, 3 could not be judged" in done.stdout


def test_the_document_is_of_its_schema(judged_together: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema")
    schema = json.loads((ROOT / "spec" / "schemas" / "matrix.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((judged_together[0] / "m.json").read_text(encoding="utf-8")), schema)


def test_what_is_judged_already_is_not_judged_again(judged_together: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = judged_together
    done = run(
        "right=reference",
        "wrong=fault:hidden-linear",
        "--select",
        "golden/document*/forward",
        "--resume",
        "kept",
        folder=folder,
    )
    assert "2 of 2 are judged already, 0 are left" in done.stderr
    assert "1 conform, 1 do not" in done.stdout


def test_a_page_fetches_nothing_and_shows_what_was_found(
    judged_together: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    text = (judged_together[0] / "m.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:|//)|@import|url\(", text)
    assert "hidden" in text
    assert "mlp-conformance run fault:hidden-linear --select" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to judge"),
        (["reference", "reference"], "two implementations have the name 'reference'"),
        (["a=reference", "A=torch"], "two implementations have the name 'A'"),
        (["=reference"], "is empty"),
        (["missing.toml"], "no such file: missing.toml"),
        (["reference", "--json", "nowhere/m.json"], "there is no directory nowhere"),
        (["reference", "--output", "full"], "is not empty"),
        (["reference", "--resume", "nowhere"], "no such directory"),
        (["reference", "--resume", "full"], "holds no row of a matrix"),
        (["typo.toml"], "did you mean 'command'?"),
        (["both.toml"], "an implementation or a command was expected, one of the two"),
        (["broken.toml"], "broken.toml, line 1, is not TOML: "),
        (["broken.toml"], "expected is [[implementation]], and below it lines such as name = "),
    ],
)
def test_bad_input_is_one_message_and_exit_2(tmp_path: Path, arguments: list[str], said: str, capsys: Any) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x.json").write_text("{}", encoding="utf-8")
    (tmp_path / "typo.toml").write_text('[[implementation]]\nname = "x"\ncomand = "y"\n', encoding="utf-8")
    (tmp_path / "both.toml").write_text('[[implementation]]\nname = "x"\n', encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[[", encoding="utf-8")
    from click.testing import CliRunner

    from mlp_conformance.cli.matrix import matrix

    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        done = CliRunner().invoke(matrix, arguments)
    finally:
        os.chdir(before)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_none_that_could_be_judged_is_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from mlp_conformance.cli import matrix as command

    rows = [unjudged(Entry("nosuch", implementation="nosuch"), "no bundled adapter", SETTINGS, "2026-01-02")]
    monkeypatch.setattr(command, "judge_all", lambda *arguments: (one for one in rows))
    assert CliRunner().invoke(command.matrix, ["nosuch"]).exit_code == 2


@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is missing: apt-get install procps")
def test_an_interrupt_ends_every_process_and_keeps_what_is_finished(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    command = f"slow={sys.executable} {tmp_path}/slow.py"
    started = [
        *MATRIX,
        "reference",
        "--command",
        command,
        "--select",
        "golden/document*/forward",
        "--jobs",
        "2",
        "--output",
        "kept",
    ]
    process = subprocess.Popen(started, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 90
    while not (tmp_path / "kept" / "reference.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)  # as Ctrl-C, and never ignored in the background
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume kept" in errors
    assert read_row(tmp_path / "kept" / "reference.json").verdict == "conforms"
    time.sleep(0.5)
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert f"{tmp_path}/slow.py" not in left


def test_entries_of_a_file_start_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "some.toml").write_text(
        '[[implementation]]\nname = "x"\ncommand = "node h.js"\nlight = true\n', encoding="utf-8"
    )
    (found,) = entries([str(tmp_path / "some.toml")])
    assert (found.folder, found.spec, found.light) == (tmp_path, "--command node h.js", True)


def test_a_command_may_have_an_equals_sign_of_its_own() -> None:
    first, second = entries([], ["mine=node h.js --x=1", "node h.js --x=2"])
    assert (first.name, first.command) == ("mine", "node h.js --x=1")
    assert first.command != second.command == second.name


def test_a_row_survives_its_file_and_has_nothing_of_the_machine(tmp_path: Path) -> None:
    assert without_places("in (/home/me/x/site-packages/p.py, line 3) and a/b") == "in (p.py, line 3) and a/b"
    kept = unjudged(Entry("a <b>", command="x"), "gone: /home/me/x.js", SETTINGS, "2026-01-02")
    write_row(kept, tmp_path)
    assert read_row(tmp_path / "a-b.json") == kept
    assert "/home" not in kept.reason
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    with pytest.raises(RowError):
        document.kept(tmp_path)


def test_a_name_of_the_user_is_escaped_everywhere() -> None:
    hostile = "<img src=x onerror=alert(1)>|`\n[x](y)\x1b[31m"
    rows = [
        row(
            hostile, "does not conform", statement=hostile, proofs=[{"check": hostile, "requirements": [], "verdict": "failed"}]
        )
    ]
    assert "<img" not in page.text(rows)
    assert "\x1b" not in page.text(rows) + terminal.as_text(rows)
    assert "<img" not in re.sub(r"`[^`]*`", "", markdown.text(rows))


def test_every_number_of_a_page_stands_in_a_table_with_headers() -> None:
    text = page.text([row("a"), row("b", "not judged", reason="why")])
    assert text.count('<th scope="row">') >= 2
    assert len(re.findall(r"<th scope=\"col\"", text)) == 10
    assert '<html lang="en">' in text
    assert "<caption" in text


def test_slugs_are_one_word() -> None:
    assert slug("ml-fnn, loaded") == "ml-fnn-loaded"
    assert slug("***") == "implementation"


def test_a_report_becomes_a_row() -> None:
    from mlp_conformance.verdict import run as judge

    report = judge("fault:no-half", select="golden/batch", examples=1)
    found = judged(Entry("x", implementation="fault:no-half"), report.to_json(), SETTINGS, "2026-01-02")
    assert found.verdict == "does not conform"
    assert found.requirements["LOSS-1"] == "failed"
    assert found.requirements["FWD-2"] == "passed"
    assert 0 < len(found.proofs) <= len(found.failing)
    assert float(found.error_over_bound["gradients"]) > 1


# ------------------------------------------------------------------ in a real browser

#: Texts whose contrast is below 4.5, whether the page is no wider than its window, and how many texts there are.
PROBE = r"""
const style = (e) => getComputedStyle(e);
const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const luminance = (color) => {
  const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(channel);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (e) => {
  for (; e; e = e.parentElement) if (!/, 0\)$/.test(style(e).backgroundColor)) return style(e).backgroundColor;
  return style(document.documentElement).colorScheme.includes("dark") ? "rgb(0, 0, 0)" : "rgb(255, 255, 255)";
};
const ratio = (e) => {
  const [a, b] = [luminance(style(e).color), luminance(ground(e))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
};
const hasText = (e) => e.offsetParent && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
const texts = [...document.querySelectorAll("body *")].filter(hasText);
const low = texts.filter((e) => ratio(e) < 4.5).map((e) => e.outerHTML.slice(0, 80));
return [low, document.documentElement.scrollWidth <= document.documentElement.clientWidth, texts.length];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_in_a_real_browser(judged_together: tuple[Path, Any], scheme: str, tmp_path: Path) -> None:
    webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
    if shutil.which("chromedriver") is None or shutil.which("chromium") is None:
        pytest.skip("chromium is missing: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path}",
    ):
        options.add_argument(argument)
    browser = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        browser.execute_cdp_cmd("Network.enable", {})
        browser.get((judged_together[0] / "m.html").as_uri())
        low, fits, texts = browser.execute_script(PROBE)
        assert low == []
        assert fits
        assert texts > 50
        heading = browser.find_element("css selector", "#implementations thead th button")
        heading.send_keys("\ue007")  # Enter: by keyboard
        names = [cell.text for cell in browser.find_elements("css selector", "#implementations tbody th")]
        assert names == sorted(names, key=str.lower)
        assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        )
        assert browser.execute_script(PROBE)[1]
    finally:
        browser.quit()
