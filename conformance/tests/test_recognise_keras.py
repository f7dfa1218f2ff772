"""Programs that leave their network, or its training, to Keras."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

FUNCTIONAL = """
import keras

inputs = keras.Input(shape=(6,))
x = keras.layers.Dense(5, activation="tanh")(inputs)
outputs = keras.layers.Dense(3, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.SGD(0.1), loss={loss})
"""


@pytest.mark.parametrize(
    ("loss", "is_right"),
    [('"categorical_crossentropy"', True), ("keras.losses.CategoricalCrossentropy(from_logits=True)", False)],
)
def test_what_stands_for_data_in_a_model_of_keras_is_a_part_of_it(tmp_path: Path, loss: str, is_right: bool) -> None:
    pytest.importorskip("keras", reason="pip install keras")
    found = driven(tmp_path, FUNCTIONAL.format(loss=loss))
    assert found.exact
    assert found.plan.sizes == (6, 5, 3)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right


SUBCLASS = """
import keras
import torch

class CustomModel(keras.Model):
    def __init__(self, units, num_outputs):
        super().__init__()
        self.hidden = keras.layers.Dense(units, activation="tanh")
        self.out = keras.layers.Dense(num_outputs)

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        self.zero_grad()
        loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        loss.backward()
        weights = list(self.trainable_weights)
        with torch.no_grad():
            self.optimizer.apply([{sign}w.value.grad for w in weights], weights)
        return {"loss": loss}

def make(units, num_outputs, lr=0.01):
    model = CustomModel(units, num_outputs)
    model.compile(optimizer=keras.optimizers.SGD(lr), loss="mse")
    return model
"""


@pytest.mark.parametrize(("sign", "is_right"), [("", True), ("-", False)])
def test_a_step_of_its_own_is_taken_by_fit_of_keras(tmp_path: Path, sign: str, is_right: bool) -> None:
    keras = pytest.importorskip("keras", reason="pip install keras")
    if keras.backend.backend() != "torch":
        pytest.skip("its step is torch's")
    found = driven(tmp_path, SUBCLASS.replace("{sign}", sign))
    assert found.exact
    assert found.plan.step[-1].startswith("model.fit(inputs, targets, batch_size=")
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right


FIXED = """
import keras
from keras import layers

def create_model(n_features, n_classes):
    model = keras.Sequential()
    model.add(layers.Input((n_features,)))
    model.add(layers.Dense(12, activation="tanh"))
    model.add(layers.Dense(n_classes, activation="softmax"))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy({logits}), optimizer=keras.optimizers.SGD(0.1))
    return model
"""


@pytest.mark.parametrize(("logits", "is_right"), [("", True), ("from_logits=True", False)])
def test_hidden_units_may_be_the_own_affair_of_what_is_told_inputs_and_outputs(
    tmp_path: Path, logits: str, is_right: bool
) -> None:
    pytest.importorskip("keras", reason="pip install keras")
    found = driven(tmp_path, FIXED.replace("{logits}", logits))
    assert found.plan.sizes == (3, 12, 5)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right
