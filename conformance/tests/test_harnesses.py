"""The harnesses that `new` writes are built as their README says, conform, and compute what NumPy computes."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mlp_conformance
from mlp_conformance.harnesses import HARNESSES, write_harness
from mlp_conformance.process import ProcessImplementation, ReportedError
from mlp_conformance.protocol import START, STOP
from mlp_reference.network import REQUIRED_OUTPUT, Layer, Network

#: The languages whose harnesses are built and judged every day; `tox -e languages` does it with all of them.
EVERY_DAY = ("c", "javascript", "python", "r")
LANGUAGES = tuple(HARNESSES) if os.environ.get("MLP_EVERY_LANGUAGE") else EVERY_DAY
#: Where float32 is natural, how the same sources are built for it.
FLOAT32 = {
    "c": ("-O2", "-O2 -DFLOAT32"),
    "cpp": ("-O2", "-O2 -DFLOAT32"),
    "rust": ("--release", "--release --features float32"),
}

EXAMPLE_3 = Network(
    (
        Layer(np.array([[0.1, -0.2]]), np.array([0.0, 0.1]), "sigmoid"),
        Layer(np.array([[0.3], [0.3]]), np.array([-0.1]), "sigmoid"),
    )
)
EXAMPLE_3_BATCH = (np.array([[3.0]]), np.array([[1.0]]))


@pytest.fixture(scope="module", params=LANGUAGES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `new` writes, built as its README says."""
    return built(request.param, tmp_path_factory.mktemp("harness") / request.param)


def built(language: str, folder: Path, *replaced: str) -> Path:
    needed = HARNESSES[language]
    if shutil.which(needed.toolchain) is None:
        pytest.skip(f"{needed.toolchain} is missing: apt-get install {needed.debian}")
    write_harness(language, folder)
    command = needed.build.replace(*replaced) if replaced else needed.build
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    return folder


@pytest.fixture(scope="module")
def command(folder: Path) -> list[str]:
    """The command that starts it, from anywhere."""
    words = shlex.split(HARNESSES[folder.name].start)
    return [str(folder / word) if (folder / word).exists() else word for word in words]


@pytest.fixture(scope="module")
def harness(command: list[str]) -> Iterator[ProcessImplementation]:
    with ProcessImplementation(command) as implementation:
        yield implementation


# What NumPy computes; derivatives by complex steps, so that no formula of a backward pass is shared.

FORMULAS: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "half_squared_error": lambda e, a, y: (e * e).sum() / 2,
    "squared_error": lambda e, a, y: (e * e).sum(),
    "cross_entropy": lambda e, a, y: -(y * np.log(a)).sum(),
    "binary_cross_entropy": lambda e, a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(),
}


def activations(network: Network, inputs: Any) -> list[Any]:
    found = [inputs]
    for layer in network.layers:
        found.append(FORMULAS[layer.activation](found[-1] @ layer.weights + layer.biases))
    return found[1:]


def loss(network: Network, inputs: Any, targets: Any) -> Any:
    output = activations(network, inputs)[-1]
    divisor = {"sum": 1, "mean_samples": len(targets), "mean_elements": targets.size}[network.reduction]
    return FORMULAS[network.loss](output - targets, output, targets) / divisor


def gradients(network: Network, inputs: Any, targets: Any) -> list[tuple[Any, Any]]:
    step = 1e-100

    def derivative(k: int, part: int, index: tuple[int, ...]) -> float:
        parameters = [[np.array(array, dtype=complex) for array in pair] for pair in network.parameters]
        parameters[k][part][index] += 1j * step
        moved = network.with_parameters([(weights, biases) for weights, biases in parameters])
        return float(loss(moved, inputs, targets).imag / step)

    return [
        tuple(  # type: ignore[misc]
            np.array([derivative(k, part, index) for index in np.ndindex(array.shape)]).reshape(array.shape)
            for part, array in enumerate(pair)
        )
        for k, pair in enumerate(network.parameters)
    ]


def close(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


def close_parameters(got: Any, expected: Any) -> None:
    assert len(got) == len(expected)
    for pair, (weights, biases) in zip(got, expected, strict=True):
        close(pair[0], weights)
        close(pair[1], biases)


def judged(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The verdict, by the very command that the README names."""
    program, *arguments = shlex.split(HARNESSES[folder.name].judge)
    assert program == "mlp-conformance"
    return subprocess.run(
        [sys.executable, "-m", "mlp_conformance", *arguments, *options], cwd=folder, capture_output=True, text=True, check=False
    )


def test_it_conforms_as_written(folder: Path, command: list[str]) -> None:
    if "MLP_EVERY_LANGUAGE" in os.environ:
        done = judged(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "conforms in forward, gradients and training" in done.stdout
    else:
        report = mlp_conformance.run(command=shlex.join(command), select="golden/document*")
        assert {result.verdict for result in report.results} == {"passed"}


def test_a_command_may_be_judged_from_a_notebook_and_from_pytest(tmp_path: Path) -> None:
    folder = built("python", tmp_path / "python")
    start = f"{sys.executable} {folder / 'harness.py'}"
    report = mlp_conformance.run(command=start, select="golden/document-example-3")
    assert report.implementation["name"] == "python-mlp"
    assert {result.verdict for result in report.results} == {"passed"}
    words = ["-q", "--pyargs", "mlp_conformance.suite", "-k", "golden and document-example-3", "--mlp-command", start]
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_it_is_tried_by_hand_as_its_readme_says(folder: Path) -> None:
    needed = HARNESSES[folder.name]
    done = subprocess.run(f"{needed.start} < session.jsonl", shell=True, cwd=folder, capture_output=True, text=True, check=True)
    started, *answers = map(json.loads, done.stdout.splitlines())
    assert started["protocol"] == 1
    assert [answer["seq"] for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert answers[1]["result"]["loss"] == pytest.approx(0.1029372666170656815412008323483985681748, rel=1e-14)
    assert "unsupported" in answers[4]
    assert answers[5]["result"] == {"activations": [[["NaN", "NaN"]]]}


def test_the_sources_are_short_and_the_network_has_one_place(folder: Path) -> None:
    needed = HARNESSES[folder.name]
    sources = {name: (folder / name).read_text() for name in needed.files}
    assert all(len(text.splitlines()) < 200 for text in sources.values())
    marked = [name for name, text in sources.items() if "your network goes here" in text]
    assert marked == [needed.network]


@pytest.mark.skipif("MLP_EVERY_LANGUAGE" not in os.environ, reason="tox -e languages judges it")
@pytest.mark.parametrize("language", sorted(FLOAT32))
def test_it_conforms_in_float32_where_that_is_natural(language: str, tmp_path: Path) -> None:
    done = judged(built(language, tmp_path / language, *FLOAT32[language]))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(float32) conforms in forward, gradients and training" in done.stdout


def test_example_3_of_the_document(harness: ProcessImplementation) -> None:
    hidden, output = harness.forward(EXAMPLE_3, EXAMPLE_3_BATCH[0])
    close(hidden, [[0.5744425168116589871520712652346517650261, 0.3775406687981454353610994342544915212467]])
    close(output, [[0.5462660104927873456873240897962715068506]])
    close(harness.loss(EXAMPLE_3, *EXAMPLE_3_BATCH), 0.1029372666170656815412008323483985681748)
    (w1, b1), (w2, b2) = harness.gradients(EXAMPLE_3, *EXAMPLE_3_BATCH)
    close(w1, [[-0.02474310077268449518385147665779999520518, -0.02378614370991386266543391224771647766373]])
    close(b1, [-0.008247700257561498394617158885933331735059, -0.007928714569971287555144637415905492554578])
    close(w2, [[-0.06460310364159252098596814238822605148177], [-0.04245907682923047071940326340219064326356]])
    close(b2, [-0.1124622599318737003039492425532665516601])
    ((w1, b1), (w2, b2)), losses = harness.train(EXAMPLE_3, *EXAMPLE_3_BATCH, 0.5, 1)
    close(w1, [[0.1123715503863422475919257383288999976026, -0.1881069281450430686672830438761417611681]])
    close(w2, [[0.3323015518207962604929840711941130257409], [0.3212295384146152353597016317010953216318]])
    close(b2, [-0.04376887003406314984802537872336672416995])
    close(losses, [0.1029372666170656815412008323483985681748])


def networks() -> Iterator[Network]:
    """Three layers of unlike sizes: each activation in each place, each loss, each reduction."""
    random = np.random.default_rng(6)
    sizes = (3, 4, 2, 3)
    outputs = ("sigmoid", "tanh", "relu", "linear", "softmax")
    losses = ("half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy")
    hidden = itertools.cycle(itertools.product(("sigmoid", "tanh", "relu", "linear"), repeat=2))
    for output, name, reduction in itertools.product(outputs, losses, ("sum", "mean_samples", "mean_elements")):
        if REQUIRED_OUTPUT.get(name, output) == output:
            layers = tuple(
                Layer(random.normal(size=shape), random.normal(size=shape[1]), activation)
                for *shape, activation in zip(sizes[:-1], sizes[1:], (*next(hidden), output), strict=True)
            )
            yield Network(layers, name, reduction)


def test_every_activation_loss_and_reduction(harness: ProcessImplementation) -> None:
    random = np.random.default_rng(7)
    for network in networks():
        batch = random.normal(size=(5, 3)), random.uniform(size=(5, 3))
        for got, expected in zip(harness.forward(network, batch[0]), activations(network, batch[0]), strict=True):
            close(got, expected)
        close(harness.loss(network, *batch), loss(network, *batch))
        close_parameters(harness.gradients(network, *batch), gradients(network, *batch))
        expected_losses, current = [], network
        for _ in range(3):
            expected_losses.append(loss(current, *batch))
            step = [(-0.1 * w, -0.1 * b) for w, b in gradients(current, *batch)]
            pairs = zip(current.parameters, step, strict=True)
            current = current.with_parameters([(w + dw, b + db) for (w, b), (dw, db) in pairs])
        parameters, losses = harness.train(network, *batch, 0.1, 3)
        close_parameters(parameters, current.parameters)
        close(losses, expected_losses)


@pytest.mark.parametrize("scale", [100.0, 1000.0])
def test_saturated_units_stay_finite_and_right(harness: ProcessImplementation, scale: float) -> None:
    targets = np.array([[1.0, 0.0, 0.0]])
    logits = scale * np.array([[-1.0, 0.0, 1.0]])

    def network(activation: str, name: str) -> Network:
        return Network((Layer(np.eye(3), np.zeros(3), activation),), name)

    for activation, name, expected in [
        ("softmax", "cross_entropy", 2 * scale),
        ("sigmoid", "binary_cross_entropy", 2 * scale + np.log(2)),
        ("softmax", "half_squared_error", 1.0),
        ("sigmoid", "half_squared_error", 1.125),
    ]:
        saturated = network(activation, name)
        right: Any = {"softmax": [[0, 0, 1]], "sigmoid": [[0, 0.5, 1]]}[activation]
        np.testing.assert_allclose(harness.forward(saturated, logits)[0], right, atol=1e-40)
        close(harness.loss(saturated, logits, targets), expected)
        ((weights, biases),) = harness.gradients(saturated, logits, targets)
        assert np.isfinite(weights).all()
        assert np.isfinite(biases).all()


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear", "softmax"])
def test_nan_comes_out_as_nan_and_infinity_travels(harness: ProcessImplementation, activation: str) -> None:
    network = Network((Layer(np.eye(2), np.zeros(2), activation),))
    (found,) = harness.forward(network, np.array([[np.nan, 1.0]]))
    assert np.isnan(found[0, 0])
    assert np.isnan(harness.loss(network, np.array([[np.nan, 1.0]]), np.ones((1, 2))))
    if activation == "linear":
        (found,) = harness.forward(Network((Layer(np.ones((1, 2)), np.array([np.inf, -np.inf]), "linear"),)), np.ones((1, 1)))
        assert found.tolist() == [[np.inf, -np.inf]]


def test_relu_has_derivative_0_at_0(harness: ProcessImplementation) -> None:
    network = Network((Layer(np.zeros((1, 1)), np.zeros(1), "relu"),))
    ((weights, biases),) = harness.gradients(network, np.ones((1, 1)), np.ones((1, 1)))
    assert (weights.item(), biases.item()) == (0, 0)


def test_a_large_network_travels(harness: ProcessImplementation) -> None:
    random = np.random.default_rng(8)
    network = Network((Layer(random.normal(size=(120, 40)), random.normal(size=40), "linear"),))
    batch = random.normal(size=(8, 120)), random.normal(size=(8, 40))
    ((weights, biases),) = harness.gradients(network, *batch)
    error = batch[0] @ network.layers[0].weights + network.layers[0].biases - batch[1]
    np.testing.assert_allclose(weights, batch[0].T @ error, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(biases, error.sum(axis=0), rtol=1e-9, atol=1e-9)


def test_wrong_shapes_are_refused_with_an_error(harness: ProcessImplementation) -> None:
    for inputs, targets in [((1, 2), (1, 1)), ((2, 1), (1, 1)), ((1, 1), (1, 2))]:
        with pytest.raises(ReportedError):
            harness.loss(EXAMPLE_3, np.ones(inputs), np.ones(targets))


#: The largest that a recorded request can have.
SEQ = 2**53 - 1


def test_unknown_names_are_unsupported_and_unknown_fields_ignored(command: list[str]) -> None:
    layer = {"weights": [[1]], "biases": [0], "activation": "linear", "more": [{"deep": '\\"}'}, None, True]}
    network = {"layers": [layer], "loss": "half_squared_error", "reduction": "sum"}
    request = {
        "cmd": "run",
        "seq": SEQ,
        "operation": "loss",
        "network": network,
        "inputs": [[2]],
        "targets": [[1]],
    }
    requests = [
        {"unknown": {"cmd": "stop"}, **request},
        {**request, "operation": "hessian"},
        {**request, "network": {**network, "layers": [{**layer, "activation": "gelu"}]}},
        {**request, "network": {**network, "layers": [{**layer, "activation": "softmax"}, layer]}},
        {**request, "network": {**network, "loss": "hinge"}},
        {**request, "network": {**network, "reduction": "max"}},
        {**request, "network": {**network, "loss": "cross_entropy"}},
    ]
    lines = [START, *(json.dumps(each).encode() for each in requests), STOP]
    done = subprocess.run(command, input=b"\n".join(lines) + b"\n", capture_output=True, check=True, timeout=30)
    started, known, *unknown = map(json.loads, done.stdout.splitlines())
    assert started["protocol"] == 1
    assert known == {"seq": SEQ, "result": {"loss": 0.5}}
    assert len(unknown) == 6
    assert all(answer["seq"] == SEQ and isinstance(answer["unsupported"], str) for answer in unknown)
