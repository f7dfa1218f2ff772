"""Arguments are known by position, kind and trying, in whatever language; and a layer is not judged for its network."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.loading import LoadError, load
from mlp_conformance.recognise import NotDriven, drive, read_program

LAYER = """
import numpy as np

class Layer:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out) * 0.1, np.zeros(n_out)
    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.W + self.b)))
        return self.a
    def backward(self, grad, lr):
        delta = grad * self.a * (1 - self.a)
        back = delta @ self.W.T
        self.W -= lr * self.x.T @ delta
        self.b -= lr * delta.sum(axis=0)
        return back
"""
GREEK = """
import numpy as np

class Δίκτυο:
    def __init__(self, ρυθμός, μεγέθη):
        self.ρ = ρυθμός
        self.β = [np.random.randn(α, γ) for α, γ in zip(μεγέθη, μεγέθη[1:])]
        self.π = [np.zeros(γ) for γ in μεγέθη[1:]]
    def υπολόγισε(self, χ):
        self.α = [χ]
        for β, π in zip(self.β, self.π):
            self.α.append(1 / (1 + np.exp(-(self.α[-1] @ β + π))))
        return self.α[-1]
    def μάθε(self, χ, ψ, φορές):
        for _ in range(φορές):
            δ = self.υπολόγισε(χ) - ψ
            for κ in range(len(self.β) - 1, -1, -1):
                δ = δ * self.α[κ + 1] * (1 - self.α[κ + 1])
                προηγ = δ @ self.β[κ].T
                self.β[κ] -= self.ρ * self.α[κ].T @ δ
                self.π[κ] -= self.ρ * δ.sum(0)
                δ = προηγ
"""
FINNISH = """
import numpy as np

def kayra(z):
    return np.tanh(z)

def jyrkkyys(a):
    return 1 - a ** 2

class Verkko:
    def __init__(self, kerrokset, nopeus, toistot, kayra, jyrkkyys):
        self.nopeus, self.toistot, self.f, self.df = nopeus, toistot, kayra, jyrkkyys
        self.P = [np.random.randn(b, a) for a, b in zip(kerrokset, kerrokset[1:])]
        self.V = [np.zeros((b, 1)) for b in kerrokset[1:]]
    def laske(self, tieto):
        self.a = [tieto.T]
        for P, V in zip(self.P, self.V):
            self.a.append(self.f(P @ self.a[-1] + V))
        return self.a[-1].T
    def harjoittele(self, tieto, tavoite):
        for _ in range(self.toistot):
            d = self.laske(tieto).T - tavoite.T
            for k in range(len(self.P))[::-1]:
                d = d * self.df(self.a[k + 1])
                before = self.P[k].T @ d
                self.P[k] = self.P[k] - self.nopeus * d @ self.a[k].T
                self.V[k] = self.V[k] - self.nopeus * d.sum(1, keepdims=True)
                d = before
"""
#: Numbers of units that have defaults, and names that say nothing.
KOREAN = """
import numpy as np

class 신경망:
    def __init__(self, 가=2, 나=4, 다=1):
        self.ㄱ, self.ㄴ = np.random.randn(가, 나), np.zeros(나)
        self.ㄷ, self.ㄹ = np.random.randn(나, 다), np.zeros(다)
    def 계산(self, 자료):
        self.h = np.tanh(자료 @ self.ㄱ + self.ㄴ)
        return self.h @ self.ㄷ + self.ㄹ
    def 학습(self, 자료, 정답, 율):
        d = self.계산(자료) - 정답
        e = d @ self.ㄷ.T * (1 - self.h ** 2)
        self.ㄷ -= 율 * self.h.T @ d
        self.ㄹ -= 율 * d.sum(0)
        self.ㄱ -= 율 * 자료.T @ e
        self.ㄴ -= 율 * e.sum(0)
"""


@pytest.mark.parametrize("text", [GREEK, FINNISH, KOREAN], ids=["Greek", "Finnish", "Korean"])
def test_names_that_say_nothing_do_not_matter(text: str, tmp_path: Path) -> None:
    found = driven(tmp_path, text)
    assert all(found.settled.score)
    assert found.plan.sizes is None
    assert found.plan.rate is None


#: Networks of the layer that cannot be made from sizes: one that reads a file, one that asks its argument for its layers.
FROM_FILE = """
class Model:
    def __init__(self, spec_file):
        with open(spec_file) as f:
            sizes = [int(n) for n in f.read().split()]
        self.stack = [Layer(a, b) for a, b in zip(sizes, sizes[1:])]
    def run(self, x):
        for layer in self.stack:
            x = layer.forward(x)
        return x
    def fit(self, x, y, lr, epochs):
        for _ in range(epochs):
            err = self.run(x) + y
            for layer in reversed(self.stack):
                err = layer.backward(err, lr)
"""
TOLD = """
class Model:
    def __init__(self, blueprint):
        self.stack = blueprint.layers()
    def run(self, x):
        for layer in self.stack:
            x = layer.forward(x)
        return x
"""


@pytest.mark.parametrize("whole", [FROM_FILE, TOLD])
def test_a_layer_is_not_judged_for_a_network_that_is_not_driven(whole: str, tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match="Model is a network of Layer, and no way to drive it was found: it could not be made"):
        driven(tmp_path, LAYER + whole)
    assert drive(read_program(tmp_path / "program.py"), "Layer").exact


def test_a_layer_that_nothing_else_is_made_of_is_judged(tmp_path: Path) -> None:
    assert all(
        driven(tmp_path, LAYER + "class Loader:\n    def __init__(self, path):\n        self.path = path\n").settled.score
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print(1)\n", "found no class, no function and no array in it"),
        (
            "class Net:\n    def __init__(self, plan):\n        self.w = plan.weights\n",
            r"found no network in its class Net \(and no function and no array\): `Net\(.*\)` raised AttributeError",
        ),
        (
            "class Net:\n    def __init__(self, n_in, n_hidden, n_out):\n        self.w = 'none'\n",
            r"class Net .*`Net\(sizes\[0\], sizes\[1\], sizes\[-1\]\)` makes something in which no arrays",
        ),
        (
            "class Net(Base):\n    pass\n",
            r"found no network in it: its class Net could not be defined: NameError: name 'Base' .*net\.py, line 1\)",
        ),
    ],
)
def test_what_a_file_holds_is_said_where_no_network_is_found_in_it(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match=said):
        load(str(path))


@pytest.mark.parametrize("sizes", ["configList", "config_sizes", "layers"])
@pytest.mark.parametrize("activation", ["activate", "activator", "aktivierung"])
def test_a_list_may_be_called_a_configuration_and_an_activation_by_its_verb(
    tmp_path: Path, sizes: str, activation: str
) -> None:
    text = GREEK.replace("ρυθμός, μεγέθη", f"rate, {sizes}, {activation}").replace("ρυθμός", "rate").replace("μεγέθη", sizes)
    text = text.replace("        self.ρ =", f"        self.f = {{'sigmoid': np.exp}}[{activation}]\n        self.ρ =")
    assert driven(tmp_path, text).exact


MOMENTS = """
import numpy as np

def sigma(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, n_in, first, second, n_out):
        self.A1, self.s1 = np.random.randn(n_in, first), np.zeros(first)
        self.A2, self.s2 = np.random.randn(first, second), np.zeros(second)
        self.A3, self.s3 = np.random.randn(second, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X = X
        self.h1 = sigma(X @ self.A1 + self.s1)
        self.h2 = sigma(self.h1 @ self.A2 + self.s2)
        self.out = self.h2 @ self.A3 + self.s3
        return self.out

    def backward(self, Y, rate=0.1):
        d3 = self.out - Y
        d2 = d3 @ self.A3.T * self.h2 * (1 - self.h2)
        d1 = d2 @ self.A2.T * self.h1 * (1 - self.h1)
        self.A3, self.s3 = self.A3 - rate * self.h2.T @ d3, self.s3 - rate * d3.{over}(axis=0)
        self.A2, self.s2 = self.A2 - rate * self.h1.T @ d2, self.s2 - rate * d2.{over}(axis=0)
        self.A1, self.s1 = self.A1 - rate * self.X.T @ d1, self.s1 - rate * d1.{over}(axis=0)
"""


@pytest.mark.parametrize(("over", "fault"), [("sum", None), ("mean", "bias-mean")])
def test_biases_that_are_called_like_moments_are_no_less_biases(over: str, fault: str | None, tmp_path: Path) -> None:
    """What changes the output is a parameter: a network read without it would conform whatever is done to it."""
    found = driven(tmp_path, MOMENTS.format(over=over))
    assert [slot.bias.template for slot in found.plan.slots if slot.bias] == ["model.s1", "model.s2", "model.s3"]
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert (step.reading.fault.id if step.reading.fault else None) == fault
