"""Importing an adapter: what goes wrong below it is said with both places, and what does not end is ended."""

from __future__ import annotations

import re
import signal
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlp_conformance.cli import commands
from mlp_conformance.importing import lacking, missing_module
from mlp_conformance.quiet import NoAnswer, limited

ADAPTER = """from mlp_conformance import Claims
import {module}

class Net:
    claims = Claims(name="net")

    def forward(self, network, inputs):
        return {module}.forward(network, inputs)
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(commands, ["run", *arguments], catch_exceptions=False)
    said = " ".join(result.output.split())
    assert result.exit_code == 2, said
    return said


def adapter_beside(module: str, text: str, name: str = "mine.py") -> str:
    Path(f"{module}.py").write_text(text)
    Path(name).write_text(ADAPTER.format(module=module))
    return name


@pytest.mark.parametrize("named", ["", ":Net"])
@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [
        (
            "below_missing",
            "x = 1\nimport nosuchmodule\n",
            r"below_missing\.py, line 2: the module 'nosuchmodule' .*not installed",
        ),
        ("below_raising", "\n\ny = 1 / 0\n", r"below_raising\.py, line 3: importing it raised ZeroDivisionError.* y = 1 / 0"),
        ("below_calling", "def f():\n    {}[1]\n\nf()\n", r"below_calling\.py, line 2: importing it raised KeyError: 1"),
        ("below_asking", "n = input()\n", r"below_asking\.py, line 1: .*asks for input when it is imported"),
    ],
)
def test_an_error_below_an_adapter_is_told_with_both_places(module: str, text: str, expected: str, named: str) -> None:
    said = refused(adapter_beside(module, text) + named)
    assert re.search(rf"mine\.py, line 2, imports {expected}", said), said


def test_the_modules_name_instead_of_the_file() -> None:
    adapter_beside("below_by_name", "import nosuchmodule\n", "by_name.py")
    assert "by_name.py, line 2, imports below_by_name.py, line 1: the module 'nosuchmodule'" in refused("by_name:Net")


def test_a_neighbour_that_is_not_looked_for_there() -> None:
    folder = Path("packaged_apart")
    folder.mkdir()
    (folder / "neighbour_there.py").write_text("x = 1\n")
    (folder / "mine.py").write_text(ADAPTER.format(module="neighbour_there"))
    said = refused("packaged_apart.mine:Net")
    assert "'neighbour_there' that it imports is a file in" in said
    assert "not among the folders looked in" in said


def test_what_does_not_end_when_it_is_imported() -> None:
    adapter_beside("below_endless", "x = 1\nwhile True: pass\n")
    Path("endless.py").write_text("while True: pass\n" + ADAPTER.format(module="math"))
    for arguments, place in [
        (["endless.py:Net"], "endless.py, line 1"),
        (["endless.py:Absent"], "endless.py, line 1"),
        (["endless:Net"], "endless.py, line 1"),
        (["mine.py:Net"], "mine.py, line 2, imports below_endless.py, line 2"),
    ]:
        start = time.monotonic()
        said = refused(*arguments, "--timeout", "0.5")
        assert f"{place}: no answer within 0.5 s (--timeout) while it was imported" in said
        assert "put what runs the program under if __name__ == '__main__':" in said
        assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "end",
    [
        "while True: pass",
        "epochs = int(input('epochs? '))",
        "data = np.loadtxt('none.csv')",
    ],
)
def test_what_needs_no_adapter_needs_no_end_of_the_file_either(end: str) -> None:
    Path("known.py").write_text(f"{(ROOT / 'examples' / 'gate' / 'my_network.py').read_text()}\n\n{end}\n")
    options = ["--select", "golden/document-example-3", "--timeout", "3"]
    result = CliRunner().invoke(commands, ["run", "known.py:MLP", *options], catch_exceptions=False)
    assert result.exit_code == 1
    assert "source document's shape" in result.output


@pytest.mark.parametrize(("before", "says"), [("rate = float(input())", "asks for input"), ("from none import rate", "'none'")])
def test_what_needs_no_adapter_needs_what_it_uses(before: str, says: str) -> None:
    text = (ROOT / "examples" / "gate" / "my_network.py").read_text().replace("learning_rate * ", "rate * ")
    Path("lacking.py").write_text(f"{before}\n{text}")
    result = CliRunner().invoke(
        commands, ["run", "lacking.py", "--select", "golden/document-example-3"], catch_exceptions=False
    )
    assert result.exit_code == 2
    assert says in result.output


# ---- limits of time


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


needs_timers = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers here")


@needs_timers
@pytest.mark.parametrize("inner", [0.05, 30.0])
def test_a_limit_inside_another_leaves_that_one_in_force(inner: float) -> None:
    with pytest.raises(NoAnswer, match=r"within 0\.2 s"), limited(0.2):
        with limited(inner):
            spin(0.01)
        spin(5)


@needs_timers
def test_a_limit_is_known_to_be_over_although_the_block_went_on() -> None:
    with limited(0.1) as limit:
        try:
            with limited(30):
                spin(5)
        except NoAnswer:
            pass
    assert str(limit.over) == "no answer within 0.1 s (--timeout)"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_module_that_is_missing_is_not_the_file_that_imports_it(tmp_path: Path) -> None:
    (tmp_path / "net_matrix.py").write_text("import matrix\n", encoding="utf-8")
    assert "did you mean 'net_matrix'?" in missing_module("matrix", tmp_path)
    assert "did you mean" not in missing_module("matrix", tmp_path, "net_matrix")


def test_what_is_no_known_package_is_not_to_be_installed() -> None:
    told = "Not installed: sklearn, PIL (pip install scikit-learn pillow)."
    assert lacking(["sklearn.datasets", "PIL"]) == told
    assert lacking(["PIL", "planar_utils"]).endswith("(pip install pillow). Not there: planar_utils.py, to be put beside it.")
    assert lacking(["planar_utils"]) == "Not there: planar_utils.py, to be put beside it."
