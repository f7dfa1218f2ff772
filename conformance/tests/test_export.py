"""`golden export`: each format compiled or loaded by the real tool; a right program passes, a wrong one fails."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from test_bad_input import refused, typed

from mlp_conformance.export.formats import exported
from mlp_conformance.export.vectors import vectors
from mlp_reference.examples import examples
from mlp_reference.formats import FORMATS
from mlp_reference.mlp import forward
from mlp_reference.training import runs

PROGRAMS = Path(__file__).parent / "exported"
C99 = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
CXX = ["g++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-x", "c++"]

Ran = subprocess.CompletedProcess[str]


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing: apt-get install {package}")


def ran(folder: Path, *command: str) -> Ran:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs and everything exported in float64, and nothing of this package."""
    return filled(tmp_path_factory.mktemp("exported"), None)


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with some examples and without the long training runs."""
    return filled(tmp_path_factory.mktemp("brief"), "[bf]*")


def filled(there: Path, pattern: str | None) -> Path:
    for path in PROGRAMS.iterdir():
        shutil.copy(path, there)
    for format, name in (("c", "mlp_golden.h"), ("javascript", "mlp_golden.mjs"), ("r", "mlp_golden.R")):
        (there / name).write_bytes(exported(format, "float64", pattern))
    return there


def compiled(folder: Path, *options: str, compiler: list[str] = C99) -> Ran:
    built = ran(folder, *compiler, *options, "mlp.c", "-o", "mlp", "-lm")
    assert built.returncode == 0, built.stderr
    return ran(folder, "./mlp")


def is_right(said: Ran) -> None:
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith("RIGHT in every number\n")


def is_wrong(said: Ran, where: str) -> None:
    """It fails, and the first wrong number is told in the first line."""
    assert (said.returncode, said.stderr) == (1, "")
    assert said.stdout.endswith("WRONG\n")
    assert re.match(where, said.stdout), said.stdout


@needs("gcc", "gcc")
@pytest.mark.parametrize("options", [(), ("-DOUTPUT_ONLY",)])
def test_a_right_c_program_passes_without_python(folder: Path, options: tuple[str, ...]) -> None:
    is_right(compiled(folder, *options))


@needs("g++", "g++")
def test_the_header_is_cxx_too(folder: Path) -> None:
    is_right(compiled(folder, compiler=CXX))


@needs("gcc", "gcc")
@pytest.mark.parametrize(
    ("mistake", "where"),
    [
        ("NAN", r"batch-one-output, forward: a1\[0\]\[0\]: expected 0\.513\d+, got -?nan"),
        ("DIGIT", r"batch-one-output, forward: a1\[0\]\[0\]: expected .* off by -2\.64e-08, allowed 1\.22e-15"),
        ("COUNT", r"batch-one-output, forward: the answer has 19 numbers, 20 were expected"),
        ("BIAS", r"batch-one-output, gradients: dE/db1\[0\]: expected -0\.0343\d+, got 0,"),
        ("EPOCH", r"batch-one-output, train after 3 epochs: W1\[0\]\[0\]: "),
    ],
)
def test_a_wrong_c_program_fails(brief: Path, mistake: str, where: str) -> None:
    is_wrong(compiled(brief, f"-DWRONG_{mistake}"), where)


@needs("gcc", "gcc")
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_a_program_in_narrower_numbers_has_wider_bounds(folder: Path, tmp_path: Path, dtype: str) -> None:
    shutil.copy(folder / "mlp.c", tmp_path)
    (tmp_path / "mlp_golden.h").write_bytes(exported("c", dtype, "*[aeo]*"))
    is_right(compiled(tmp_path))
    said = compiled(tmp_path, "-DWRONG_BIAS")
    is_wrong(said, ".*, gradients: dE/db")


@needs("gcc", "gcc")
def test_the_judging_code_is_below_8_kilobytes(folder: Path) -> None:
    (folder / "judge.c").write_text(
        '#include "mlp_golden.h"\nint judge(const struct mlp_implementation *it);\n'
        "int judge(const struct mlp_implementation *it) { return mlp_golden_judge(it); }\n"
    )
    built = ran(folder, *C99, "-Os", "-c", "judge.c", "-o", "judge.o")
    assert built.returncode == 0, built.stderr
    sections = dict(
        line.split()[:2] for line in ran(folder, "size", "-A", "judge.o").stdout.splitlines() if line.startswith(".")
    )
    assert 0 < sum(int(size) for name, size in sections.items() if name.startswith(".text")) < 8192


@needs("node", "nodejs")
def test_a_right_javascript_program_passes(folder: Path, brief: Path) -> None:
    is_right(ran(folder, "node", "mlp.mjs"))
    is_right(ran(brief, "node", "mlp.mjs", "output"))


@needs("node", "nodejs")
@pytest.mark.parametrize(
    ("mistake", "where"),
    [
        ("nan", r"batch-one-output, forward: a1\[0, 0\]: expected 0\.513\d+, got NaN"),
        ("bias", r"batch-one-output, gradients: dE/db1\[0\]: expected -0\.0343\d+, got 0,"),
        ("late", r"batch-one-output, train after 1 epoch: E before update 1: "),
        ("transposed", r"batch-one-output, forward: a1: expected 15 numbers, got 10"),
    ],
)
def test_a_wrong_javascript_program_fails(brief: Path, mistake: str, where: str) -> None:
    is_wrong(ran(brief, "node", "mlp.mjs", mistake), where)


@needs("node", "nodejs")
def test_what_refuses_everything_is_not_right(brief: Path) -> None:
    said = ran(brief, "node", "mlp.mjs", "refuses")
    assert (said.returncode, said.stdout) == (1, "NOTHING was judged\n")


@needs("Rscript", "r-base-core")
@pytest.mark.parametrize(
    ("mistake", "where"),
    [
        ("", ""),
        ("nan", r"batch-one-output, forward: a1\[1, 1\]: expected 0\.513\d+, got NaN"),
        ("loss", r"batch-one-output, train after 1 epoch: E before update 1: "),
        ("short", r"four-layers-mixed, forward: the answer has 3 arrays, 4 were expected"),
    ],
)
def test_r_programs(folder: Path, brief: Path, mistake: str, where: str) -> None:
    said = ran(brief if where else folder, "Rscript", "mlp.R", mistake)
    is_wrong(said, where) if where else is_right(said)


@needs("Rscript", "r-base-core")
def test_r_reads_the_very_numbers(brief: Path) -> None:
    program = (
        'source("mlp_golden.R"); x <- mlp_examples[[1]]; cat(sprintf("%a", c(x$inputs, x$answers[[1]]$arrays[[1]]$value)))'
    )
    numbers = [float.fromhex(text) for text in ran(brief, "Rscript", "-e", program).stdout.split()]
    first = vectors("float64")[0]
    assert numbers == [*first.case.inputs.T.ravel().tolist(), *first.questions[0].answer[0].value.tolist()]


def judged_by_csv(text: str, compute: Callable[[np.ndarray], np.ndarray]) -> list[bool]:
    """The rows of document-example-3's hidden activations, judged exactly on what a CSV reader has."""
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["example"] == "document-example-3"]
    assert rows[0]["network"] == "sigmoid sigmoid half_squared_error sum"
    given = {(row["quantity"], row["index"]): float(row["value"]) for row in rows if row["operation"] == "given"}
    z = np.array([given["x", "0 0"] * given["W1", f"0 {j}"] + given["b1", str(j)] for j in range(2)])
    found = compute(z).tolist()
    wanted = [row for row in rows if row["operation"] == "forward" and row["quantity"] == "a1"]
    return [abs(Fraction(x) - Fraction(row["digits"])) <= Fraction(row["bound"]) for x, row in zip(found, wanted, strict=True)]


def test_csv_has_a_row_for_each_number() -> None:
    text = exported("csv", "float64").decode()
    assert judged_by_csv(text, lambda z: 1 / (1 + np.exp(-z))) == [True, True]
    assert judged_by_csv(text, lambda z: 1 / (1 + np.exp(-z)) + 1e-14) == [False, False]
    columns = list(csv.DictReader(io.StringIO(text)))
    digits = [row["digits"] for row in columns if row["operation"] == "gradients"]
    assert max(len(re.sub(r"e.*|^-?0\.0*|[-.]", "", number)) for number in digits) == 50
    assert all(row["value"] for row in columns)
    losses = [row for row in columns if row["example"] == "large-rate" and row["quantity"] == "E before update 2"]
    assert losses


@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_npz_judges_without_pickle(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "golden.npz"
    path.write_bytes(exported("npz", dtype))
    with np.load(path, allow_pickle=False) as arrays:
        assert "EXAMPLE/forward/a1" in str(arrays["names"])
        ids = {name.partition("/network")[0] for name in arrays if name.endswith("/network")}
        assert {"document-example-3", "training/document-xor"} <= ids
        assert not any(array.dtype.hasobject for array in arrays.values())
        start = "document-example-3"
        given = {name: arrays[f"{start}/given/{name}"].astype(np.float64) for name in ("W1", "b1", "W2", "b2", "x")}
        a1 = 1 / (1 + np.exp(-(given["x"] @ given["W1"] + given["b1"])))
        right, rest, bound = (arrays[f"{start}/forward/a1/{part}"] for part in ("value", "rest", "bound"))
        assert np.all(np.abs(a1 - right - rest) <= bound)
        assert not np.any(np.abs(a1 + 2.1 * bound - right - rest) <= bound)
        assert np.array_equal(FORMATS[dtype].nearest(right), right)


def test_what_is_in_is_what_the_suite_judges() -> None:
    every = {vector.id: vector for vector in vectors("float64")}
    plain = {f"training/{id}" for id, run in runs().items() if run.example.options is None}
    assert set(every) == {*examples(), *plain}
    assert [q.operation for q in every["saturated-softmax-cross-entropy"].questions] == ["forward"]
    assert [q.epochs for q in every["training/document-xor"].questions][-1] == 10_000
    narrow = {vector.id: vector for vector in vectors("bfloat16")}
    assert "training/document-xor" not in narrow or narrow["training/document-xor"].questions[-1].epochs < 10_000
    for vector in every.values():
        for question in (q for q in vector.questions if q.operation == "forward"):
            layers = forward(vector.case.network, vector.case.inputs)
            for quantity, got in zip(question.answer, layers, strict=True):
                assert np.all(
                    np.abs(got.ravel() - quantity.value - quantity.rest)[quantity.judged] <= quantity.bound[quantity.judged]
                )


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = typed("golden", "export", "c", "--select", "document-example-3")
    assert shown.exit_code == 0
    assert "MLP_GOLDEN_VECTORS = 1," in shown.stdout
    assert typed("golden", "export", "npz", "--output", "golden.npz").exit_code == 0
    assert "exists already" in refused("golden", "export", "csv", "--output", "golden.npz")
    assert typed("golden", "export", "csv", "--output", "golden.npz", "--force", "--select", "relu*").exit_code == 0
    assert "there is no directory" in refused("golden", "export", "csv", "--output", "no/such/file")
    assert "Did you mean 'javascript'? Formats: c, csv, npz, javascript, r" in refused("golden", "export", "javascrip")
    assert "did you mean 'document-xor-step'?" in refused("golden", "export", "c", "--select", "docment")
    assert "nothing to judge" in refused("golden", "export", "c", "--dtype", "bfloat16", "--select", "training/relu-deep")
