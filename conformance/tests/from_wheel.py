"""Builds the wheel twice, installs it into a fresh environment and uses it outside the checkout: verdicts, plugin, golden.

Usage: python from_wheel.py SCRATCH_DIRECTORY
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_VERSION = (ROOT / "reference" / "mlp_reference" / "__init__.py").read_text(encoding="utf-8")
__version__ = re.search(r'__version__ = "([^"]+)"', _VERSION)[1]  # type: ignore[index]

NETWORK = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class MLP:
    def __init__(self, input_size, hidden_size, output_size):
        self.weights_input_hidden = np.random.rand(input_size, hidden_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.weights_hidden_output = np.random.rand(hidden_size, output_size)
        self.bias_output = np.zeros((1, output_size))

    def feedforward(self, X):
        self.hidden = sigmoid(X @ self.weights_input_hidden + self.bias_hidden)
        self.output = sigmoid(self.hidden @ self.weights_hidden_output + self.bias_output)
        return self.output

    def backpropagation(self, X, y, learning_rate):
        output_delta = (y - self.output) * self.output * (1 - self.output)
        hidden_delta = output_delta @ self.weights_hidden_output.T DERIVATIVE
        self.weights_hidden_output += learning_rate * self.hidden.T @ output_delta
        self.bias_output += learning_rate * output_delta.sum(axis=0, keepdims=True)
        self.weights_input_hidden += learning_rate * X.T @ hidden_delta
        self.bias_hidden += learning_rate * hidden_delta.sum(axis=0, keepdims=True)

    def train(self, X, y, learning_rate, epochs):
        for _ in range(epochs):
            self.feedforward(X)
            self.backpropagation(X, y, learning_rate)
"""


def run(*command: str | Path, cwd: Path, expect: int = 0) -> str:
    print("$", *command, flush=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    if done.returncode != expect:
        raise SystemExit(f"exit {done.returncode} instead of {expect}")
    return done.stdout


#: How the harnesses that `new` writes are judged from the wheel, with just their toolchain; all of them: tox -e languages.
HARNESSES = {
    "c": ("cc", "./harness"),
    "javascript": ("node", "node harness.js"),
    "python": ("python3", "python3 harness.py"),
    "r": ("Rscript", "Rscript harness.R"),
}


def judge_new(command: Path, language: str, work: Path) -> None:
    """Write a harness, build it with the command that its README names, and judge it."""
    toolchain, start = HARNESSES[language]
    if shutil.which(toolchain) is None:
        print(f"{toolchain} is missing: {language} is not judged")
        return
    run(command, "new", language, language, cwd=work)
    build = next(line.strip() for line in (work / language / "README.md").read_text().splitlines() if line.startswith("    "))
    run("sh", "-c", build, cwd=work / language)
    run(command, "run", "--command", start, "--select", "golden/document*", cwd=work / language)


def built(scratch: Path) -> Path:
    """The wheel, built from two copies of the sources with unlike places and file times: both archives have the same bytes."""
    digests = []
    for number in (1, 2):
        copy, out = scratch / f"copy{number}" / "sources", scratch / f"dist{number}"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".*cache", ".tox", ".venv", "__pycache__", "build", "dist")
        )
        for file in copy.rglob("*"):
            os.utime(file, (number * 10**9, number * 10**9))
        run(sys.executable, "-m", "build", "--outdir", out, copy, cwd=scratch)
        digests.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in out.iterdir()})
    if digests[0] != digests[1] or len(digests[0]) != 2:
        raise SystemExit(f"built twice, the archives differ: {digests}")
    (wheel,) = (scratch / "dist1").glob("*.whl")
    if f"-{__version__}-" not in wheel.name:
        raise SystemExit(f"{wheel.name} has another version than {__version__}")
    print("built twice, the same bytes:", *digests[0].items())
    return wheel


def main(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    work = scratch / "work"
    work.mkdir(parents=True)
    wheel = built(scratch)
    run(sys.executable, "-m", "venv", "--without-pip", scratch / "venv", cwd=scratch)
    python = scratch / "venv" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", wheel, "pytest-xdist", cwd=scratch)
    command = scratch / "venv" / "bin" / "mlp-conformance"
    (work / "right.py").write_text(NETWORK.replace("DERIVATIVE", "* self.hidden * (1 - self.hidden)"))
    (work / "wrong.py").write_text(NETWORK.replace("DERIVATIVE", ""))
    run(command, "run", "reference", cwd=work)
    run(command, "run", "right.py:MLP", "--json", "right.json", cwd=work)
    text = run(command, "run", "wrong.py", "--json", "wrong.json", cwd=work, expect=1)
    if "hidden" not in text:
        raise SystemExit("the diagnosis does not name the hidden derivative")
    run(command, "explain", "BACK-3", cwd=work)
    run(command, "golden", "verify", cwd=work)
    for language in HARNESSES:
        judge_new(command, language, work)
    run(
        python,
        "-m",
        "pytest",
        "-q",
        "--pyargs",
        "mlp_conformance.suite",
        "--mlp",
        "right.py:MLP",
        "-n",
        "2",
        cwd=work,
    )
    run(
        python,
        "-m",
        "pytest",
        "-q",
        "--pyargs",
        "mlp_conformance.suite",
        "--mlp",
        "wrong.py:MLP",
        "-k",
        "golden",
        cwd=work,
        expect=1,
    )
    print("the wheel works")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
