"""How a program is read: what of it is run, where its parameters stand, what its text and its numbers tell."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from mlp_conformance.checks import Settings
from mlp_conformance.cli import commands
from mlp_conformance.loading import LoadError, load
from mlp_conformance.recognise import NotDriven, definitions, drive, read_program
from mlp_conformance.recognise.calling.dials import dials
from mlp_conformance.recognise.making.making import THREE_LAYERS, TWO_LAYERS
from mlp_conformance.recognise.numbers.readings import loss_families, question
from mlp_conformance.recognise.parameters.flat import in_vector, length
from mlp_conformance.recognise.parameters.slots import arrangements, following
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

CORPUS = Path(__file__).parents[1] / "corpus"


def test_an_adapter_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "adapter.py"
    kept.write_text("mine")
    result = CliRunner().invoke(commands, ["adapt", str(CORPUS / "nn_columns.py"), "--output", str(kept)])
    assert result.exit_code == 2
    assert kept.read_text() == "mine"


def test_the_adapter_is_short_and_says_what_the_program_was_taken_for() -> None:
    result = CliRunner().invoke(commands, ["adapt", str(CORPUS / "network_nielsen.py")])
    assert len(result.output.splitlines()) < 40
    assert "half the squared error, averaged over samples" in " ".join(result.output.split())


def test_what_trains_prints_or_asks_on_import_is_not_run(tmp_path: Path) -> None:
    program = tmp_path / "trains.py"
    program.write_text(
        "import numpy as np\nrate = 0.5\nclass A:\n    pass\n"
        "while True:\n    pass\nprint('never')\nx = input()\nopen('made', 'w')\nraise SystemExit\n"
    )
    read = read_program(program)
    assert read.module.rate == 0.5
    assert read.left_out == [5, 7, 9, 10]
    assert read.module.x == ""
    assert not (tmp_path / "made").exists()


def test_a_notebook_is_its_code_cells_without_magics(tmp_path: Path) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": ["a = 1"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "b = 2\n"]},
        {"cell_type": "code", "source": ["%%time\n", "c = 3"]},
        {"cell_type": "code", "source": ["%%bash\n", "d=4"]},
    ]
    notebook = tmp_path / "n.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    module = definitions(notebook)
    assert module.b == 2
    assert module.c == 3
    assert not hasattr(module, "a")
    assert not hasattr(module, "d")


def test_parameters_are_found_by_shape_not_by_the_names_of_their_gradients() -> None:
    class Net:
        def __init__(self) -> None:
            self.dW1, self.W1 = np.zeros((3, 7)), np.ones((3, 7))
            self.params = {"b1": np.zeros((1, 7)), "W2": np.zeros((7, 5)), "b2": np.zeros((1, 5))}
            self.vW2 = np.zeros((7, 5))

    way = next(arrangements(tensors(leaves("model", Net())), (3, 7, 5)))
    assert [slot.weights.template for slot in way] == ["model.W1", 'model.params["W2"]']
    assert [slot.bias.template for slot in way if slot.bias] == ['model.params["b1"]', 'model.params["b2"]']


def test_the_questions_tell_layers_apart_by_shape() -> None:
    for sizes in (TWO_LAYERS, THREE_LAYERS):
        lengths = [*sizes, *(n + 1 for n in sizes)]
        assert len(set(lengths)) == len(lengths)
        assert question(sizes, 13).inputs.shape == (13, sizes[0])


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("e = ((y - a) ** 2).mean()", {"squared"}),
        ("d = a - y\ne = np.sum(d * d)", {"squared"}),
        ("e = np.square(y - a)", {"squared"}),
        ("e = -np.sum(y * np.log(a))", {"log"}),
        ("d = 1 - np.tanh(z) ** 2", set()),
    ],
)
def test_which_losses_a_text_computes(text: str, families: set[str]) -> None:
    assert loss_families(ast.parse(text)) == families


def test_an_object_is_recognised_like_a_file() -> None:
    module = definitions(CORPUS / "shallow_net.py")
    report = judge(load(module.ShallowNet), select("drawn"), Settings(examples=5))
    assert not any(result.is_broken for result in report.results)


def test_a_file_without_a_network_says_so(tmp_path: Path) -> None:
    program = tmp_path / "none.py"
    program.write_text("def add(a, b):\n    return a + b\n")
    with pytest.raises(LoadError, match=r"found no network in its function add .and no class and no array."):
        load(str(program))


def test_python_2_is_named(tmp_path: Path) -> None:
    program = tmp_path / "old.py"
    program.write_text("import numpy as np\nprint 'epoch', 1\n")
    with pytest.raises(LoadError, match="line 2"):
        load(str(program))


def test_watching_judges_again_when_the_file_is_saved(tmp_path: Path) -> None:
    program = tmp_path / "net.py"
    right = (CORPUS / "shallow_net.py").read_text()
    program.write_text(right.replace("self.", "self."))
    command = [sys.executable, "-u", "-m", "mlp_conformance", "run", str(program), "--watch", "--examples", "2", "-q"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path)
    assert running.stdout is not None
    seen: list[str] = []
    deadline = time.monotonic() + 300
    for line in running.stdout:
        seen.append(line)
        if "conforms" in line and len([s for s in seen if "conforms" in s]) == 1:
            time.sleep(0.5)
            program.write_text(right + "\n# saved again\n")
            os.utime(program, (time.time() + 5, time.time() + 5))
        if "Since the last save" in line or time.monotonic() > deadline:
            break
    running.send_signal(signal.SIGINT)
    running.wait(20)
    assert any("no check has changed" in line for line in seen), seen


@pytest.mark.parametrize("fault", ["", "dh = dh * (1 - self.h ** 2)"])
def test_a_program_whose_training_is_not_understood_gets_no_verdict(fault: str, tmp_path: Path) -> None:
    program = tmp_path / "net.py"
    program.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, a, b, c):\n"
        "        self.W1, self.b1 = np.ones((a, b)), np.ones(b)\n        self.W2, self.b2 = np.ones((b, c)), np.ones(c)\n"
        "    def forward(self, X):\n        return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2\n"
        f"    def train_in_some_way(self, oracle):\n        raise RuntimeError({fault!r})\n"
    )
    with pytest.raises(NotDriven, match="there is no verdict") as caught:
        drive(read_program(program))
    assert caught.value.plan is not None
    assert "TO FILL IN" in caught.value.plan.source()


def test_dials_are_set_and_what_the_specification_does_not_have_is_off() -> None:
    model = SimpleNamespace(
        lr=0.1, l2=0.01, lr_decay=0.95, keep_prob=0.8, n_iter=100, shuffle=True, width=3, config={"momentum": 0.9}
    )
    assert dict(dials("model", model)) == {
        "model.lr": "learning_rate",
        "model.l2": "0.0",
        "model.lr_decay": "1.0",
        "model.keep_prob": "1.0",
        "model.n_iter": "epochs",
        "model.shuffle": "False",
        'model.config["momentum"]': "0.0",
    }


def test_parameters_that_fit_draws_are_kept_and_its_epochs_are_given(tmp_path: Path) -> None:
    program = tmp_path / "fits.py"
    program.write_text(
        "class Net:\n    def fit(self):\n        epochs = 50\n        self.w = [0.0]\n"
        "        for _ in range(epochs):\n            self.w[0] += 1\n        return self.w\n"
    )
    net = definitions(program, kept=("w",), constants={"epochs": 2}).Net()
    assert net.fit() == [2.0]
    assert net.fit() == [4.0]


def test_a_function_that_remembers_its_parameters_is_opened() -> None:
    def make() -> Any:
        w, b = np.zeros((3, 7)), np.zeros(7)
        return lambda x: x @ w + b

    assert {tensor.template for tensor in tensors(leaves("model", make()))} == {'cells(model)["w"]', 'cells(model)["b"]'}


@pytest.mark.parametrize("add", ["n_in, n_out", "n_out, activation='tanh'"])
def test_a_network_may_grow_by_its_layers_numbers_of_units(tmp_path: Path, add: str) -> None:
    text = f"""
import numpy as np

class Model:
    def __init__(self, n_inputs):
        self.width, self.layers = n_inputs, []

    def add(self, {add}):
        n_in = {"n_in" if "n_in" in add else "self.width"}
        self.width = n_out
        self.layers.append([np.random.randn(n_in, n_out), np.zeros(n_out)])

    def predict(self, x):
        self.seen = [x]
        for w, b in self.layers:
            self.seen.append(np.tanh(self.seen[-1] @ w + b))
        return self.seen[-1]

    def step(self, x, y, rate):
        delta = (self.predict(x) - y) * (1 - self.seen[-1] ** 2)
        for (w, b), a in zip(reversed(self.layers), reversed(self.seen[:-1])):
            dw, db, delta = a.T @ delta, delta.sum(0), delta @ w.T * (1 - a**2)
            w -= rate * dw
            b -= rate * db
"""
    path = tmp_path / "growing_net.py"
    path.write_text(text, encoding="utf-8")
    driven = drive(read_program(path), "")
    assert driven.settled.exact
    assert driven.plan.layers is None  # any number


@pytest.mark.parametrize(("by_output", "joined", "grouped", "order"), [(0, 0, 0, "C"), (1, 0, 1, "F"), (1, 1, 0, "C")])
def test_views_into_a_vector_are_all_of_it(by_output: int, joined: int, grouped: int, order: str) -> None:
    sizes = (3, 4, 2)
    vector = np.zeros(length(sizes))
    for weights, biases in in_vector(vector, sizes, bool(by_output), order, bool(joined), bool(grouped)):
        weights += 1
        if biases is not None:
            biases += 1
    assert (vector == 1).all()


def test_gradients_by_layer_follow_a_deeper_network() -> None:
    assert following(['grads["dW1"]', 'grads["dW2"]']) == 'grads[f"dW{k + 1}"]'
    assert following(["grads[0][1]", "grads[1][1]"]) == "grads[k][1]"
    assert following(["grads[1]", "grads[0]"]) is None


def test_what_a_program_would_read_from_its_command_line_has_its_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["mlp-conformance", "--json", "report.json"])
    assert drive(read_program(CORPUS / "args_namespace.py")).exact
