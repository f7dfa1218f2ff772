"""Bad input, as a user would type it: one clear message that says what is wrong, where and what to do, and exit 2."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mlp_conformance.cli import commands
from mlp_conformance.quiet import limited
from mlp_conformance.recognise.source.texts import program_text
from mlp_conformance.report.files import check_writable

NETWORK = """
from mlp_conformance import Claims
from mlp_reference import mlp

class Net:
    claims = Claims(name="net")
    def forward(self, network, inputs):
        return mlp.forward(network, inputs)
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def typed(*arguments: str) -> Any:
    """The command with those arguments, in this process."""
    return CliRunner().invoke(commands, arguments, prog_name="mlp-conformance", catch_exceptions=False)


def refused(*arguments: str) -> str:
    """What the command says while it exits 2, its blanks joined."""
    result = typed(*arguments)
    said = " ".join(result.output.split())
    assert result.exit_code == 2, (result.exit_code, said)
    assert "Traceback" not in said
    return said


def written(text: str, name: str = "mine.py") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


# ---- names that nothing has


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "nosuch.py"], "no such file: nosuch.py"),
        (["run", "mien.py"], "no such file: mien.py. Did you mean mine.py?"),
        (["run", "mine.py:Nte"], "mine.py has no 'Nte'. Did you mean 'Net'?"),
        (["run", "mine.py:Net.claims"], "mine.py has no 'Net.claims'"),
        (["run", "nosuchmodule:Net"], "no module 'nosuchmodule'"),
        (["run", "jsn:Net"], "Did you mean 'json'?"),
        (["run", "mlp_reference.mpl:Net"], "Did you mean 'mlp_reference.mlp'?"),
        (["run", ":Net"], "name path/to/file.py:Name"),
        (["run", ""], "name is empty"),
        (["run", "."], ". is a directory"),
        (["run", "./"], "is a directory"),
        (["run", "sklean"], "Did you mean 'sklearn'?"),
        (["run", "fault:output-liner"], "did you mean 'output-linear'"),
        (["run", "fault:output-linear@float65"], "did you mean 'float64'?"),
        (["run", "reference", "--select", "golden/document-exampel-3/gradients"], "golden/document-example-3/gradients"),
        (["run", "reference", "--select", "goldn"], "did you mean 'golden'?"),
        (["run", "reference", "--select", "BACK-99"], "did you mean 'BACK-"),
        (["run", "reference", "--jsn", "f"], "--json"),
        (["run", "reference", "--examples", "abc"], "'abc'"),
        (["run", "reference", "--examples", "0"], "1<=x<=100000"),
        (["run", "reference", "--seed", "-1"], "x>=0"),
        (["run", "reference", "--timeout", "nan"], "'--timeout'"),
        (["run", "reference", "--timeout", "inf"], "'--timeout'"),
        (["run"], "name an IMPLEMENTATION or give --command"),
        (["run", "reference", "--command", "true"], "one of the two"),
        (["run", "reference", "sklearn"], "sklearn"),
        (["run", "--command", "nosuchprogram"], "nosuchprogram"),
        (["run", "--command", ""], "empty"),
        (["run", "--command", "node 'unclosed"], "No closing quotation"),
        (["runn", "reference"], "Did you mean 'run'?"),
        (["golden", "verfy"], "Did you mean 'verify'?"),
        (["list", "check"], "'checks'"),
        (["run", "mine.py:Zzz"], "mine.py has no 'Zzz'. It has Net."),
        (["explain", "BACK-99"], "Did you mean BACK-"),
        (["explain", "golden/document-exampel-3/gradients"], "golden/document-example-3/gradients"),
        (["explain", "document-exampl-3"], "document-example-3"),
        (["explain", "zzzzzz"], "mlp-conformance list"),
    ],
    ids=" ".join,
)
def test_a_name_that_nothing_has(arguments: list[str], expected: str) -> None:
    written(NETWORK)
    assert expected in refused(*arguments)


# ---- files of the user's that cannot be imported


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\ndef f():\n    return (1\ny = 2\n", r"mine\.py, line 3: syntax error: '\(' was never closed .*return \(1"),
        ('import sys\nprint "hello"\n', r"mine\.py, line 2: .*Python 2.*print \"hello\""),
        ("try:\n    pass\nexcept ValueError, e:\n    pass\n", r"line 3: .*Python 2"),
        ("for i in range(3):\n\tx = i\n        y = i\n", r"line 3: syntax error: .*(tabs|indent)"),
        ("for i in xrange(3):\n    pass\n" + NETWORK, r"mine\.py, line 1: .*NameError.*xrange.*Python 2"),
        ("import cv2_missing\n", r"line 1: .*'cv2_missing'.* not installed"),
        ("import mlxtend_x as q\n", r"'mlxtend_x'"),
        ("from numpy import nosuchthing\n", r"mine\.py, line 1: .*ImportError: cannot import name 'nosuchthing'"),
        ("x = 1\n1 / 0\n" + NETWORK, r"mine\.py, line 2: importing it raised ZeroDivisionError: division by zero .*1 / 0"),
        ("import sys\nsys.exit(3)\n" + NETWORK, r"mine\.py, line 2: .*exit.*__name__"),
        ("n = int(input('how many? '))\n" + NETWORK, r"mine\.py, line 1: .*input.*__name__"),
        ("x = 1\0\n", r"mine\.py: .*null bytes"),
        ("", r"mine\.py: .*no"),
        ("class Net:\n    def predict(self, x): return x\n", r"mine\.py: .*adapter"),
        (NETWORK.replace('name="net"', 'nmae="net"'), r"mine\.py, line 6: .*unknown claim 'nmae' \(did you mean 'name'\?\)"),
    ],
)
def test_a_file_that_cannot_be_imported(text: str, expected: str) -> None:
    said = refused("run", written(text))
    assert re.search(expected, said), said


def test_a_file_that_is_not_utf8() -> None:
    Path("mine.py").write_bytes(b"x = '\xe9'\n")
    said = refused("run", "mine.py")
    assert "mine.py, line 1" in said
    assert "save it as UTF-8" in said


def test_a_file_in_the_encoding_that_it_declares() -> None:
    Path("helper.py").write_bytes("# coding: latin-1\nname = 'é'\n".encode("latin-1"))
    Path("mine.py").write_bytes(f"# coding: latin-1\n# é\nimport helper\n{NETWORK}".encode("latin-1"))
    assert typed("run", "mine.py:Net", "--select", "golden/document-example-3/forward").output.startswith("net (float64)")
    assert "name = 'é'" in program_text(Path("mine.py"), beside=True).text


@pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")
def test_a_link_to_nothing() -> None:
    Path("mine.py").symlink_to("gone.py")
    assert refused("run", "mine.py") == "mlp-conformance: no such file: mine.py (a link to gone.py, which is not there)"


@pytest.mark.parametrize(("name", "package"), [("tensorflow", "tensorflow"), ("cv2", "opencv-python"), ("mxnet", "mxnet")])
def test_a_missing_package_is_named_with_the_line_that_installs_it(name: str, package: str) -> None:
    said = refused("run", written(f"import os\ntry:\n    import {name}\nexcept ImportError:\n    import {name}.x\n"))
    assert f"mine.py, line 5: the module '{name}' that it imports is not installed: pip install {package}" in said


def test_a_missing_helper_is_told_from_a_missing_package() -> None:
    written("x = 1", "helpers.py")
    assert "'helper'" in (said := refused("run", written("import helper\n")))
    assert "did you mean 'helpers'?" in said


# ---- what cannot be judged


CANNOT = """
from mlp_conformance import Claims

class Base:
    claims = Claims()
    def forward(self, network, inputs):
        return inputs

class Sizes(Base):
    def __init__(self, sizes, activation): ...

class Broken(Base):
    def __init__(self):
        raise RuntimeError("no weights file")

class Mistyped(Base):
    def __init__(self):
        self.size = None + 1

class Exits(Base):
    def __init__(self):
        raise SystemExit(4)

class Asks(Base):
    @property
    def claims(self):
        raise KeyError("dtype")

class NotClaims(Base):
    claims = {"dtype": "float64"}

class Softmax(Base):
    claims = Claims(activations={"softmax"}, output_activations={"softmax"})

class Dtype(Base):
    claims = Claims(dtype="float65")

class Activation(Base):
    claims = Claims(activations={"sigmiod"})

class OneString(Base):
    claims = Claims(activations="sigmoid")

class Name(Base):
    claims = Claims(name=3)

class Loss(Base):
    claims = Claims(losses={"mse"})

class Late(Base):
    def __init__(self):
        self.claims = Claims(dtyp="float32")

class Nothing:
    def predict(self, x): ...

class Slow(Base):
    def __init__(self):
        import time
        time.sleep(30)

nothing = Nothing()
number = 3
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sizes", r"Sizes.* could not be called without arguments .*sizes.* and .activation"),
        ("Broken", r"RuntimeError: no weights file .*line 14"),
        ("Mistyped", r"TypeError: unsupported operand .*line 18"),
        ("Exits", r"SystemExit"),
        ("Asks", r"claims.*KeyError.*line 27"),
        ("NotClaims", r"claims: expected a mlp_conformance\.Claims, got dict"),
        ("Softmax", r"softmax.* output layer only"),
        ("Dtype", r"dtype .*'float65' \(did you mean 'float64'\?\)"),
        ("Activation", r"'sigmiod' \(did you mean 'sigmoid'\?\)"),
        ("OneString", r"write a set"),
        ("Name", r"claims: name is 3"),
        ("Loss", r"losses has 'mse'.*half_squared_error"),
        ("Late", r"unknown claim 'dtyp' \(did you mean 'dtype'\?\)"),
        ("Nothing", r"Nothing has none of the operations forward, loss, gradients, train"),
        ("nothing", r"Nothing has none of the operations"),
        ("number", r"int has none of the operations"),
        ("Slow", r"no answer within 0\.2 s \(--timeout\)"),
    ],
)
def test_what_cannot_be_judged(name: str, expected: str) -> None:
    said = refused("run", f"{written(CANNOT)}:{name}", "--timeout", "0.2")
    assert said.startswith(f"mlp-conformance: mine.py:{name}: ")
    assert re.search(expected, said), said


# ---- outputs


@pytest.mark.parametrize("option", ["--json", "--html", "--markdown", "--junit"])
def test_an_output_that_cannot_be_written_is_known_before_the_work(option: str) -> None:
    assert "there is no directory" in refused("run", "reference", option, "no/such/folder/f")
    assert "is a directory" in refused("run", "reference", option, ".")
    written("mine", "mine.txt")
    assert "--force" in refused("run", "reference", option, "mine.txt")
    assert Path("mine.txt").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_can_be_written_and_has_nothing_to_lose() -> None:
    os.mkfifo("pipe")
    with limited(2.0):
        check_writable({"json": Path("pipe")}, force=False)


LOUD = """
from mlp_conformance import Claims

class Loud:
    claims = Claims(name="loud")

    def forward(self, network, inputs):
        raise ValueError("<b>" * 3_000_000)
"""


def test_an_error_of_ten_megabytes_is_cut_everywhere() -> None:
    files = {"--json": "a.json", "--html": "a.html", "--junit": "a.xml", "--markdown": "a.md"}
    options = [part for pair in files.items() for part in pair]
    done = typed("run", f"{written(LOUD)}:Loud", "--select", "golden/document-example-3", *options)
    assert done.exit_code == 1
    assert len(done.output) < 10_000
    for name in files.values():
        assert Path(name).stat().st_size < 60_000, name
