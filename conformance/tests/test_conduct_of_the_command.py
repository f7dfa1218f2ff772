"""The command as a process: closed pipes, Ctrl-C, other folders, a checkout that cannot be written, nothing left behind."""

from __future__ import annotations

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

ROOT = Path(__file__).parents[2]
NETWORK = """
import time
from pathlib import Path
import helper
from mlp_conformance import Claims
from mlp_reference import mlp

class Net:
    claims = Claims(name="net")
    def forward(self, network, inputs):
        return mlp.forward(network, inputs)

class Slow(Net):
    def forward(self, network, inputs):
        helper.calls.append(1)
        if len(helper.calls) > 3:
            Path("begun").touch()
            time.sleep(30)
        return mlp.forward(network, inputs)
"""


def environment(**more: str) -> dict[str, str]:
    """That of a user, who writes bytecode."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | more


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mlp_conformance", *arguments]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with a network, a helper beside it, and a package."""
    (tmp_path / "net.py").write_text(NETWORK, encoding="utf-8")
    (tmp_path / "helper.py").write_text("import package.inner\ncalls = []\n", encoding="utf-8")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    (tmp_path / "package" / "inner.py").touch()
    return tmp_path


def contents(folder: Path) -> set[tuple[str, int]]:
    return {(str(path.relative_to(folder)), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def ran(*arguments: str, cwd: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=cwd, **{"env": environment(), "capture_output": True, "text": True, "timeout": 120} | more
    )


# ---- pipes


@pytest.mark.skipif(os.name != "posix", reason="the shell of a POSIX system is used")
@pytest.mark.parametrize("arguments", ["list requirements", "explain BACK-3", "--help", "run reference --select FWD-1 -v"])
def test_a_closed_pipe_is_no_error(arguments: str, tmp_path: Path) -> None:
    line = f"{' '.join(command(*arguments.split()))} | true"
    for _ in range(2):
        found = subprocess.run(
            ["bash", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )
        assert found.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_cannot_be_written_is_no_verdict(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            command("list", "requirements"),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert found.returncode == 2
    assert found.stderr == "mlp-conformance: the output: No space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="the shell of a POSIX system is used")
def test_standard_output_that_is_closed_from_the_start_is_no_error(tmp_path: Path) -> None:
    line = f"{' '.join(command('run', 'reference', '--select', 'FWD-1'))} >&-"
    found = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in found.stderr


# ---- Ctrl-C


def interrupted(cwd: Path, begun: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code and output of the command when SIGINT is sent as soon as a file or folder has something."""
    process = subprocess.Popen(
        command(*arguments), cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (begun.is_file() or (begun.is_dir() and any(begun.iterdir()))):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert "Traceback" not in said + complained
    return process.returncode, said, complained


@pytest.mark.skipif(os.name != "posix", reason="a process cannot be sent SIGINT here")
def test_an_interrupted_run_reports_what_was_done(home: Path) -> None:
    code, said, _ = interrupted(home, home / "begun", "run", "net.py:Slow", "--select", "forward", "--json", "report.json")
    assert code == 130
    assert "interrupted" in said
    assert "3 passed" in said
    assert '"interrupted": true' in (home / "report.json").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="a process cannot be sent SIGINT here")
def test_an_interrupted_generation_says_how_far_it_came(tmp_path: Path) -> None:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    code, _, complained = interrupted(tmp_path, folder, "golden", "generate", "--output", str(folder))
    assert code == 130
    assert "interrupted: " in complained
    assert re.search(r": \d+ of \d+ fixtures written", complained)


# ---- nothing is left behind


def test_a_run_leaves_nothing_in_the_folder_of_the_user(home: Path) -> None:
    before = contents(home)
    for name in ("net.py:Net", "net:Net", str(home / "net.py")):
        found = ran("run", name, "--select", "forward", "--examples", "5", cwd=home)
        assert found.returncode == (2 if name.endswith(".py") else 0), found.stderr
    assert contents(home) == before
    assert not (home / ".hypothesis").exists()


def test_the_suite_under_pytest_leaves_nothing_either(home: Path) -> None:
    before = contents(home)
    line = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "mlp_conformance.suite", "--mlp", "net.py:Net"]
    found = subprocess.run(
        [sys.executable, *line, "-k", "drawn-forward or drawn/forward", "--mlp-examples", "5"],
        cwd=home, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout
    assert contents(home) == before
    assert not (home / ".hypothesis").exists()


def test_the_settings_of_a_test_with_hypothesis_are_not_disturbed(pytester: pytest.Pytester) -> None:
    """The user's own tests go on drawing constants from the user's modules."""
    pytester.makepyfile(
        mine="SECRET = 918273645\n",
        test_mine="""
        from hypothesis import settings
        from hypothesis.internal.conjecture import providers
        import mlp_conformance, mine

        def test_mine():
            before = providers._get_local_constants, providers.CONSTANTS_CACHE, settings.default
            mlp_conformance.run("reference", select="drawn/forward", examples=3)
            assert before == (providers._get_local_constants, providers.CONSTANTS_CACHE, settings.default)

        def test_constants():
            assert mine.SECRET in providers._get_local_constants().set_for_type("integer")
        """,
    )
    pytest.importorskip("hypothesis.internal.conjecture.providers")
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=2)


DRAWING = """
import sys
if sys.argv[1:]:
    __import__(sys.argv[1])
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.enclosures import fingerprint
from mlp_conformance.claims import Claims
from mlp_conformance.strategies import cases
run_drawn(lambda case: print(fingerprint(case)), cases(Claims()), 50, 0, False)
"""


def test_the_same_seed_draws_the_same_networks_whatever_the_user_wrote(tmp_path: Path) -> None:
    """Hypothesis would draw constants from the source of the program under test."""
    (tmp_path / "mine.py").write_text(f"NUMBERS = {list(range(100_000, 100_400))}\n", encoding="utf-8")
    (tmp_path / "drawing.py").write_text(DRAWING, encoding="utf-8")
    found = [
        subprocess.run(
            [sys.executable, "drawing.py", *more], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
        ).stdout
        for more in ([], ["mine"])
    ]
    assert len(found[0].splitlines()) >= 40
    assert found[0] == found[1]


# ---- where it stands


def test_a_checkout_that_cannot_be_written_works_from_another_folder(tmp_path: Path) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    elsewhere.mkdir()
    for part in ("spec", "fixtures", "reference/mlp_reference", "conformance/mlp_conformance"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / "net.py").write_text(NETWORK.replace("import helper\n", ""), encoding="utf-8")
    for path in [checkout, *checkout.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = contents(checkout)
    paths = os.pathsep.join([str(checkout / "conformance"), str(checkout / "reference")])
    where = environment(PYTHONPATH=paths, PYTHONDONTWRITEBYTECODE="1")
    try:
        found = ran("run", f"{checkout}/net.py:Net", "--select", "forward", "--examples", "3", cwd=elsewhere, env=where)
        assert found.returncode == 0, found.stderr
        found = ran("golden", "derive", f"{checkout}/spec/examples/one-unit-chain.json", cwd=elsewhere, env=where)
        assert found.returncode == 0, found.stderr
        assert contents(checkout) == before
        assert not list(elsewhere.iterdir())
    finally:
        for path in [checkout, *checkout.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
