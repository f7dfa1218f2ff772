"""Programs in several files: a script that imports the network which it trains from beside itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.loading import load
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.making.built import building

LAYERS = """
import numpy as np

from .losses import MSE

class Dense:
    def __init__(self, n_in, n_out):
        self.w, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x, self.a = x, np.tanh(x @ self.w + self.b)
        return self.a

    def backward(self, grad, lr):
        dz = grad * (1 - self.a ** 2)
        back = dz @ self.w.T
        self.w -= lr * self.x.T @ dz
        self.b -= lr * dz.{bias}(axis=0)
        return back

class Network:
    def __init__(self, layers):
        self.layers, self.loss = layers, MSE()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train(self, x, y, epochs=1000, lr=0.1):
        for _ in range(epochs):
            grad = self.loss.grad(self.predict(x), y)
            for layer in reversed(self.layers):
                grad = layer.backward(grad, lr)
"""
LOSSES = """
import numpy as np

class MSE:
    def value(self, out, y):
        return np.mean((out - y) ** 2)

    def grad(self, out, y):
        return 2 * (out - y) / out.size
"""
SCRIPT = """
import numpy as np
from mynet import Dense, Network

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.array([[0], [1], [1], [0]], dtype=float)
net = Network([Dense(2, 4), Dense(4, 1)])
net.train(X, Y, epochs=5000, lr=0.5)
print(net.predict(X))
"""


def package(folder: Path, bias: str = "sum", script: str = SCRIPT) -> Path:
    """A script beside a package of its own."""
    (folder / "mynet").mkdir()
    (folder / "mynet" / "__init__.py").write_text("from .layers import Dense, Network\nfrom .losses import MSE\n")
    (folder / "mynet" / "layers.py").write_text(LAYERS.replace("{bias}", bias))
    (folder / "mynet" / "losses.py").write_text(LOSSES)
    (folder / "xor.py").write_text(script)
    return folder / "xor.py"


def driven(path: Path) -> Driven:
    return drive(read_program(path))


def test_the_network_of_a_package_beside_a_script_is_driven(tmp_path: Path) -> None:
    found = driven(package(tmp_path))
    assert all(found.settled.score)
    assert found.plan.name == "Network"
    assert found.plan.notes[-1] == "Read with it, as it imports them: layers.py, losses.py."


def test_a_mistake_in_another_file_is_found(tmp_path: Path) -> None:
    found = driven(package(tmp_path, "mean"))
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is not None
    assert found.settled.step.reading.fault.id == "bias-divided-twice"


def test_its_adapter_reads_all_files(tmp_path: Path) -> None:
    plan = driven(package(tmp_path)).plan
    assert "beside=True" in plan.source()
    (tmp_path / "adapter.py").write_text(plan.beside(tmp_path / "adapter.py").source())
    load(f"{tmp_path / 'adapter.py'}:Adapter")


@pytest.mark.parametrize(
    ("imported", "called"), [("import mynet.layers as nn", "nn."), ("from mynet.layers import Dense as D, Network as N", "")]
)
def test_what_is_imported_by_another_name_is_the_same(tmp_path: Path, imported: str, called: str) -> None:
    made = f"{called}Network([{called}Dense(2, 4)])" if called else "N([D(2, 4)])"
    path = package(tmp_path, script=f"{imported}\n\nnet = {made}\nnet.train(X, Y)\n")
    program = read_program(path, beside=True)
    assert program.beside
    exec(building(path, "net", beside=True), vars(program.module))
    assert program.module.net.layers[0].w.shape == (2, 4)


def test_a_file_by_itself_is_read_as_before(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("import numpy as np\n\nX = np.zeros((3, 2))\n")
    assert not read_program(tmp_path / "alone.py", beside=True).beside


def test_files_that_mean_two_things_by_one_name_are_left_alone(tmp_path: Path) -> None:
    path = package(tmp_path, script=SCRIPT.replace("X = np", "class MSE:\n    pass\n\nX = np", 1))
    assert not read_program(path, beside=True).beside
    with pytest.raises(NotDriven):
        driven(path)


def test_where_it_raises_is_told_by_the_file_itself(tmp_path: Path) -> None:
    program = read_program(package(tmp_path), beside=True)
    assert program.module.Network.train.__code__.co_filename.endswith("layers.py")
