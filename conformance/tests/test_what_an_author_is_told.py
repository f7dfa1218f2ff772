"""What an adapter's author is told: what to do about an error, which names look misspelt, which defaults were taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import mlp_conformance
from mlp_conformance import Claims
from mlp_conformance.cli import commands
from mlp_conformance.loading import LoadError
from mlp_conformance.remarks import remarks_on
from mlp_reference import mlp
from mlp_reference.network import Network

ONE = "golden/document-example-1"


class Right:
    claims = Claims(name="right")

    def forward(self, network: Network, inputs: Any) -> Any:
        return mlp.forward(network, inputs)


def messages(adapter: type, select: str = ONE) -> str:
    """What the results of its checks say."""
    return "\n".join(result.message for result in mlp_conformance.run(adapter, select=select).results)


def line_of(method: Callable[..., Any], after: int = 0) -> str:
    return f"test_what_an_author_is_told.py, line {method.__code__.co_firstlineno + after})"


# ---- errors


class Replacing(Right):
    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        network.layers[0].weights -= learning_rate


def test_arrays_that_are_replaced_are_to_be_written_into() -> None:
    said = messages(Replacing)
    assert "FrozenInstanceError: cannot assign to field 'weights'" in said
    assert line_of(Replacing.train, 1) in said
    assert "write into its arrays, `layer.weights[:] -= ...`, or build new arrays and return them" in said


class Short(Right):
    def gradients(self, network: Any, inputs: Any) -> Any: ...


class Selfless:
    claims = Claims(name="selfless")

    def forward(network: Any, inputs: Any) -> Any: ...  # noqa: N805


class WithoutOptions(Right):
    claims = Claims(name="without", options={"momentum"})

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any: ...


class Amiss(Right):
    def forward(self, network: Any, inputs: Any) -> Any:
        return None + len(inputs)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("adapter", "method", "select", "expected"),
    [
        (
            Short,
            Short.gradients,
            ONE,
            "It is called as gradients(network, inputs, targets): define it as gradients(self, network, inputs, targets)",
        ),
        (
            Selfless,
            Selfless.forward,
            ONE,
            "It is called as forward(network, inputs): define it as forward(self, network, inputs)",
        ),
        (
            WithoutOptions,
            WithoutOptions.train,
            "options/momentum",
            "It is called as train(network, inputs, targets, learning_rate, epochs, momentum=...): "
            "define it as train(self, network, inputs, targets, learning_rate, epochs, momentum=None)",
        ),
    ],
)
def test_another_signature_is_told_with_the_one_that_is_expected(
    adapter: type, method: Callable[..., Any], select: str, expected: str
) -> None:
    said = messages(adapter, select)
    assert f"{line_of(method)}. {expected}" in said


def test_an_error_of_its_own_is_not_taken_for_one_of_the_signature() -> None:
    said = messages(Amiss)
    assert "TypeError: unsupported operand" in said
    assert "called as" not in said


# ---- names


class Misspelt(Right):
    Loss = staticmethod(lambda network, inputs, targets: 0.0)

    def gradient(self, network: Any, inputs: Any, targets: Any) -> Any: ...

    def fit(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any: ...


class Elsewhere:
    claim = Claims(name="elsewhere")

    def foward(self, network: Any, inputs: Any) -> Any: ...

    def backward(self, network: Any, inputs: Any) -> Any: ...

    def compute_loss(self, network: Any, inputs: Any, targets: Any) -> Any: ...


class Helpers(Right):
    reclaim = 3
    losses = ("half_squared_error",)

    def forward_pass(self, network: Any, inputs: Any) -> Any: ...

    def gradient(self, delta: Any) -> Any: ...

    def training(self) -> Any: ...

    @cached_property
    def grads(self) -> Any:
        raise AssertionError("evaluated")


@pytest.mark.parametrize(
    ("adapter", "expected"),
    [
        (Misspelt, [("Loss", "loss"), ("gradient", "gradients"), ("fit", "train")]),
        (Elsewhere, [("foward", "forward"), ("compute_loss", "loss"), ("backward", "gradients"), ("claim", "claims")]),
        (Helpers, []),
        (Right, []),
    ],
)
def test_names_that_look_misspelt_are_asked_about(adapter: type, expected: list[tuple[str, str]]) -> None:
    asked = [remark for remark in remarks_on(adapter()) if "did you mean" in remark]
    assert asked == [f"no {known}: did you mean your `{name}` to be `{known}`?" for name, known in expected]


def test_a_class_without_any_operation_is_asked_as_well() -> None:
    with pytest.raises(LoadError, match=r"none of the operations .* did you mean your `foward` to be `forward`"):
        mlp_conformance.run(Elsewhere)


UNCLAIMED = """
from mlp_reference import mlp

class Net:
    def forward(self, network, inputs):
        return mlp.forward(network, inputs)

    def gradient(self, network, inputs, targets): ...
"""


def test_remarks_are_in_every_report_and_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "unclaimed.py").write_text(UNCLAIMED)
    files = [tmp_path / f"report.{kind}" for kind in ("json", "html", "markdown")]
    options = [word for file in files for word in (f"--{file.suffix[1:]}", str(file))]
    done = CliRunner().invoke(commands, ["run", f"{tmp_path / 'unclaimed.py'}:Net", "--select", ONE, "--quiet", *options])
    remarks = json.loads(files[0].read_text())["implementation"]["remarks"]
    assert [remark[:12] for remark in remarks] == ["no gradients", "Net has no c"]
    assert "the defaults were taken (sigmoid, half_squared_error, sum, float64): `claims = Claims(...)`" in remarks[1]
    for remark in remarks:
        assert f"mlp-conformance: note: {remark}" in done.output
    for file in files[1:]:
        assert file.read_text().count("Note: ") == 2


def test_remarks_stand_below_the_classes() -> None:
    text = mlp_conformance.run(Misspelt, select=ONE).text()
    assert "not judged\n  Note: no loss: did you mean your `Loss` to be `loss`?\n" in text


# ---- the loss alone


class Doubled(Right):
    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return 2 * mlp.loss(network, mlp.forward(network, inputs)[-1], targets)


class Wrong(Doubled):
    def forward(self, network: Network, inputs: Any) -> Any:
        return [1 - activations for activations in mlp.forward(network, inputs)]


@pytest.mark.usefixtures("undiagnosed")
def test_a_loss_that_fails_alone_is_said_to() -> None:
    report = mlp_conformance.run(Doubled, select="golden")
    assert "✗ forward failed (loss alone)   – gradients not judged" in report.text()
    assert report.to_json()["classes"]["forward"] == "failed"
    assert "needs" not in report.to_json()["results"][0]
    assert "✗ forward failed   – gradients not judged" in mlp_conformance.run(Wrong, select="golden").text()
