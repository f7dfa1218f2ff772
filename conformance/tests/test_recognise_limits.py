"""What a program has that cannot be judged is said in a sentence, and is no mistake; what can be judged in part is."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from mlp_conformance.loading import LoadError, load
from mlp_conformance.quiet import defaults_kept
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognition import makes_sequential

NETWORK = """
import numpy as np
class Net:
    def __init__(self, a, b, c):
        self.W1, self.b1 = np.random.randn(a, b), np.zeros(b)
        self.W2, self.b2 = np.random.randn(b, c), np.zeros(c)
    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2
    def train(self, X, y, lr):
        d = self.forward(X) - y
        e = d @ self.W2.T * (1 - self.h ** 2)
        self.W2 -= lr * self.h.T @ d
        self.b2 -= lr * d.sum(0)
        self.W1 -= lr * X.T @ e
        self.b1 -= lr * e.sum(0)
"""
LEAKY = "    def leaky_relu(self, z):\n        return np.where(z > 0, z, 0.01 * z)\n    def forward"
BATCH_NORM = "h = X @ self.W1\n        self.gamma = 1\n        self.h = np.tanh((h - h.mean(0)) / h.std(0) + self.b1)"


def _changed(*changes: tuple[str, str]) -> str:
    text = NETWORK
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "import numpy as np\ndef mean(a):\n    return np.mean(a)\n",
            "found no network in its function mean .and no class and no array.",
        ),
        (NETWORK + NETWORK.replace("Net", "Other"), "several networks, Net, Other: name one, as .*net.py:Net"),
        ("import tensorflow as tf\nclass Net(tf.keras.Model):\n    pass\n", "pip install tensorflow"),
        ("class Net:\n    def __init__(self)\n        pass\n", "line 2: syntax error"),
        ('class Net:\n    def forward(self, x):\n        print "x"\n', "Python 2"),
        (
            _changed(("np.tanh(X @ self.W1 + self.b1)", "self.leaky_relu(X @ self.W1)"), ("    def forward", LEAKY)),
            "a leaky ReLU",
        ),
        (_changed(("self.h = np.tanh(X @ self.W1 + self.b1)", BATCH_NORM)), "a normalisation of batches or layers"),
        (_changed(("        self.h = ", "        while True: pass\n        self.h = ")), "calls into it do not come back"),
    ],
    ids=["no network", "two", "not installed", "syntax", "Python 2", "leaky ReLU", "batch normalisation", "endless"],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlp_conformance.recognise.space._TRIAL", 0.3)
    _in_haste(monkeypatch)
    program = tmp_path / "net.py"
    program.write_text(text)
    with pytest.raises(LoadError, match=message) as caught:
        load(str(program))
    assert "Traceback" not in str(caught.value)


def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found first is enough, and two layers."""
    monkeypatch.setattr("mlp_conformance.recognise.steps.attempt.PATIENCE", 0.3)
    monkeypatch.setattr(sys.modules["mlp_conformance.recognise.drive"], "_PATIENCE", 0.1)


def test_adam_is_named_and_not_taken_for_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _in_haste(monkeypatch)
    program = tmp_path / "net.py"
    program.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, a, b, c):\n"
        "        self.p = {'W1': np.ones((a, b)), 'b1': np.zeros(b), 'W2': np.ones((b, c)), 'b2': np.zeros(c)}\n"
        "        self.m, self.v = [{k: np.zeros_like(v) for k, v in self.p.items()} for _ in range(2)]\n        self.t = 0\n"
        "    def forward(self, X):\n        self.h = np.tanh(X @ self.p['W1'] + self.p['b1'])\n"
        "        return self.h @ self.p['W2'] + self.p['b2']\n"
        "    def train(self, X, y, lr, beta1=0.9, beta2=0.999):\n        d = self.forward(X) - y\n"
        "        e = d @ self.p['W2'].T * (1 - self.h ** 2)\n        self.t += 1\n"
        "        g = {'W1': X.T @ e, 'b1': e.sum(0), 'W2': self.h.T @ d, 'b2': d.sum(0)}\n        for k in self.p:\n"
        "            self.m[k] = beta1 * self.m[k] + (1 - beta1) * g[k]\n"
        "            self.v[k] = beta2 * self.v[k] + (1 - beta2) * g[k] ** 2\n"
        "            m_hat, v_hat = self.m[k] / (1 - beta1 ** self.t), self.v[k] / (1 - beta2 ** self.t)\n"
        "            self.p[k] -= lr * m_hat / (np.sqrt(v_hat) + 1e-8)\n"
    )
    with pytest.raises(NotDriven, match="line 10: Net has Adam, which the specification does not have"):
        drive(read_program(program))


def test_a_network_of_one_size_is_judged_at_it_and_that_is_said(tmp_path: Path) -> None:
    program = tmp_path / "net.py"
    program.write_text(
        _changed(
            ("self, a, b, c", "self"),
            ("(a, b)", "(2, 3)"),
            ("zeros(b)", "zeros(3)"),
            ("(b, c)", "(3, 1)"),
            ("zeros(c)", "zeros(1)"),
        )
    )
    driven = drive(read_program(program))
    assert driven.plan.claims["sizes"] == (2, 3, 1)
    assert "2-3-1 units, the only ones" in driven.plan.notes[0]


def test_three_hidden_layers_may_be_the_only_ones(tmp_path: Path) -> None:
    program = tmp_path / "net.py"
    program.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, n_in, h1, h2, h3, n_out):\n"
        "        sizes = [n_in, h1, h2, h3, n_out]\n        self.W = [np.ones((a, b)) for a, b in zip(sizes, sizes[1:])]\n"
        "        self.b = [np.ones(b) for b in sizes[1:]]\n    def forward(self, X):\n"
        "        for W, b in zip(self.W, self.b):\n            X = np.tanh(X @ W + b)\n        return X\n"
    )
    assert drive(read_program(program)).plan.claims["min_hidden_layers"] == 3


def test_a_statement_that_does_not_end_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlp_conformance.recognise.source.program._STATEMENT", 0.2)
    program = tmp_path / "net.py"
    program.write_text("import time\nX = [time.sleep(0.05) for _ in range(10**6)]\nrate = 0.5\n")
    read = read_program(program)
    assert read.left_out == [2]
    assert read.module.rate == 0.5


def test_another_loss_is_said_and_not_taken_for_a_mistake(tmp_path: Path) -> None:
    program = tmp_path / "net.py"
    program.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, a, b, c):\n"
        "        self.W1, self.b1, self.W2, self.b2 = np.ones((a, b)), np.zeros(b), np.ones((b, c)), np.zeros(c)\n"
        "    def forward(self, X):\n        self.h = np.tanh(X @ self.W1 + self.b1)\n"
        "        return self.h @ self.W2 + self.b2\n"
        "    def mae(self, X, y):\n        return np.abs(self.forward(X) - y).mean()\n"
        "    def train_step(self, X, y, lr=0.1):\n        d = np.sign(self.forward(X) - y) / y.size\n"
        "        e = d @ self.W2.T * (1 - self.h ** 2)\n"
        "        self.W2 -= lr * self.h.T @ d\n        self.b2 -= lr * d.sum(0)\n"
        "        self.W1 -= lr * X.T @ e\n        self.b1 -= lr * e.sum(0)\n"
    )
    with pytest.raises(NotDriven, match="Net has another loss, which the specification does not have"):
        drive(read_program(program))


@pytest.mark.parametrize(
    ("forward", "train", "said"),
    [
        ("self.h @ self.w2 + self.b9", "pass", r"`model.forward\(inputs\)` raised AttributeError: .*b9.*line 11"),
        ('float(input("go? "))', "pass", r"`model.forward\(inputs\)` raised (EOF|OS)Error"),
        ("self.h @ self.w2 + self.b2", 'raise SystemExit("no licence")', "raised SystemExit: no licence"),
        (
            "self.h @ self.w2 + self.b2",
            "self.w1 -= lr * np.random.randn(*self.w1.shape)",
            "takes another step when it is asked",
        ),
    ],
)
def test_what_the_programs_own_calls_raise_is_said(tmp_path: Path, forward: str, train: str, said: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\nclass Net:\n    def __init__(self, n, h, k):\n"
        "        self.w1, self.b1 = np.random.randn(n, h), np.zeros(h)\n"
        "        self.w2, self.b2 = np.random.randn(h, k), np.zeros(k)\n\n    def forward(self, X):\n"
        f"        self.h = np.tanh(X @ self.w1 + self.b1)\n        return {forward}\n\n"
        f"    def train(self, X, y, lr):\n        {train}\n",
        encoding="utf-8",
    )
    with pytest.raises(NotDriven, match=said):
        drive(read_program(path))


def test_what_a_script_does_in_main_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where torch is loaded, a function without arguments may be a factory: one that trains or exits is none."""
    torch = ModuleType("torch")
    monkeypatch.setitem(sys.modules, "torch", torch)
    for name, body in (("main", "done.append(1)\n    return 0"), ("train", "done.append(1)"), ("net", "raise SystemExit(2)")):
        module = ModuleType("script")
        path = tmp_path / f"{name}.py"
        path.write_text(f"done = []\ndef {name}():\n    {body}\n    return None\n", encoding="utf-8")
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), module.__dict__)
        assert not makes_sequential(getattr(module, name))
        assert name == "net" or module.done == []


def test_torchs_default_type_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain tensors are asked in float64 by torch's default type, which a notebook goes on with afterwards."""
    torch = ModuleType("torch")
    given = {"type": "bfloat16"}
    torch.get_default_dtype = lambda: given["type"]  # type: ignore[attr-defined]
    torch.set_default_dtype = lambda found: given.update(type=found)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    with defaults_kept():
        torch.set_default_dtype("float64")
    assert given == {"type": "bfloat16"}
