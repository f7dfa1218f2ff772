"""Objects that layers are added to, which are told their loss and optimiser by a method, and made ready by another."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from driving import driven

from mlp_conformance.recognise.making.containers import _extending, _filled

PROGRAM = """
import numpy as np


class LayerDense:
    def __init__(self, n_in, n_out):
        self.weights = 0.1 * np.random.randn(n_in, n_out)
        self.biases = np.zeros((1, n_out))

    def forward(self, inputs, training):
        self.inputs, self.output = inputs, inputs @ self.weights + self.biases

    def backward(self, back):
        self.dweights, self.dbiases = self.inputs.T @ back, back.sum(axis=0, keepdims=True)
        self.dinputs = back @ self.weights.T


class LayerInput:
    def forward(self, inputs, training):
        self.output = inputs


class ReLU:
    def forward(self, inputs, training):
        self.inputs, self.output = inputs, np.maximum(0, inputs)

    def backward(self, back):
        self.dinputs = back * {mask}


class Softmax:
    def forward(self, inputs, training):
        e = np.exp(inputs - inputs.max(axis=1, keepdims=True))
        self.output = e / e.sum(axis=1, keepdims=True)

    def backward(self, back):
        self.dinputs = self.output * (back - (back * self.output).sum(axis=1, keepdims=True))


class Linear:
    def forward(self, inputs, training):
        self.output = inputs

    def backward(self, back):
        self.dinputs = back


class Loss:
    def calculate(self, output, y):
        return np.mean(self.forward(output, y))


class SquaredLoss(Loss):
    def forward(self, output, y):
        return np.mean((output - y) ** 2, axis=-1)

    def backward(self, output, y):
        self.dinputs = 2 * (output - y) / output.size


class CategoricalLoss(Loss):
    def forward(self, output, y):
        return -np.log(output[range(len(y)), y])

    def backward(self, output, y):
        self.dinputs = -np.eye(output.shape[1])[y] / output / len(y)


class AdamOptimiser:
    def __init__(self, learning_rate=0.001):
        self.learning_rate = learning_rate

    def update(self, layer):
        raise ValueError("has no moments yet")


class SGD:
    def __init__(self, learning_rate=1.0):
        self.learning_rate = learning_rate

    def update(self, layer):
        layer.weights -= self.learning_rate * layer.dweights
        layer.biases -= self.learning_rate * layer.dbiases


class Accuracy:
    def calculate(self, predictions, y):
        return np.mean(self.compare(predictions, y))


class ClassAccuracy(Accuracy):
    def compare(self, predictions, y):
        return predictions == y


class Model:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def set(self, *, loss, optimiser, accuracy):
        self.loss, self.optimiser, self.accuracy = loss, optimiser, accuracy

    def finalize(self):
        self.first = LayerInput()
        self.trainable = [layer for layer in self.layers if hasattr(layer, "weights")]

    def forward(self, X, training):
        self.first.forward(X, training)
        output = self.first.output
        for layer in self.layers:
            layer.forward(output, training)
            output = layer.output
        return output

    def train(self, X, y, *, epochs=1, print_every=1):
        for epoch in range(epochs):
            output = self.forward(X, training=True)
            loss = self.loss.calculate(output, y)
            accuracy = self.accuracy.calculate(np.argmax(output, axis=1), y)
            self.loss.backward(output, y)
            back = self.loss.dinputs
            for layer in reversed(self.layers):
                layer.backward(back)
                back = layer.dinputs
            for layer in self.trainable:
                self.optimiser.update(layer)
            if epoch % print_every == 0:
                print(epoch, loss, accuracy)
"""
RIGHT, WRONG = "(self.inputs > 0)", "(back > 0)"


@pytest.mark.parametrize(("mask", "fault"), [(RIGHT, None), (WRONG, "relu-mask-of-error")])
def test_a_model_that_is_told_how_it_trains_and_is_finished_then(tmp_path: Path, mask: str, fault: str | None) -> None:
    found = driven(tmp_path, PROGRAM.replace("{mask}", mask))
    assert found.exact
    assert found.settled.forward.reading.output == "softmax"
    assert found.settled.forward.lines == ["output = model.forward(inputs, False)"]
    step = found.settled.step
    assert step is not None
    assert step.lines[-1].startswith("model.train(inputs, targets.argmax(axis=1)")
    assert found.plan.claims["losses"] == {"cross_entropy"}
    making = "\n".join(found.plan.make)
    assert "model.set(loss=program.CategoricalLoss(), optimiser=program.SGD(learning_rate=learning_rate)" in making
    assert making.endswith("model.finalize()")
    assert (step.reading and step.reading.fault and step.reading.fault.id) == fault


def test_what_the_program_puts_together_is_judged_first(tmp_path: Path) -> None:
    main = """

if __name__ == "__main__":
    model = Model()
    model.add(LayerDense(2, 8))
    model.add(ReLU())
    model.add(LayerDense(8, 1))
    model.add(Linear())
"""
    source = PROGRAM.replace("{mask}", RIGHT).replace("predictions == y", "np.abs(predictions - y[:, 0]) < 0.1") + main
    found = driven(tmp_path, source)
    assert found.exact
    assert found.settled.forward.reading.output == "linear"
    assert found.plan.claims["losses"] == {"squared_error"}


def test_a_linear_layer_stands_between_others_only_where_nothing_else_can(tmp_path: Path) -> None:
    source = PROGRAM.replace("{mask}", RIGHT)
    first, rest = source.split("class ReLU:")
    relu, after = rest.split("class Softmax:")
    between, linear = after.split("class Linear:")
    own, others = linear.split("class Loss:")
    found = driven(tmp_path, f"{first}class Linear:{own}class ReLU:{relu}class Softmax:{between}class Loss:{others}")
    assert found.settled.forward.reading.hidden == "relu"


#: A network whose arguments are called as the classes that what it is given extends, as those of its layers are.
MODELS = """
import numpy as np

class ActivationModel:
    def activation(self, z):
        raise NotImplementedError

class TanhActivationModel(ActivationModel):
    def activation(self, z):
        return np.tanh(z)

    def d_activation_d_z(self, a):
        return 1 - a ** 2

class CostModel:
    def cost(self, outputs, y):
        raise NotImplementedError

class SquaredCostModel(CostModel):
    def cost(self, outputs, y):
        return np.sum((outputs - y) ** 2)

    def d_cost_d_outputs(self, outputs, y):
        return 2 * (outputs - y)

class PredictionModel:
    def predictions(self, outputs):
        raise NotImplementedError

class RoundedPredictionModel(PredictionModel):
    def predictions(self, outputs):
        return np.around(outputs)

class Layer:
    def __init__(self, num_inputs, num_outputs, activation_model):
        self.activation_model = activation_model
        self.weights, self.biases = np.random.randn(num_outputs, num_inputs), np.random.randn(num_outputs, 1)

    def forward_propagate(self, inputs):
        self.inputs = inputs
        self.outputs = self.activation_model.activation(self.weights @ inputs + self.biases)
        return self.outputs

    def backward_propagate(self, slope):
        delta = slope * self.activation_model.d_activation_d_z(self.outputs)
        self.d_weights, self.d_biases = delta @ self.inputs.T, delta.sum(axis=1, keepdims=True)
        return self.weights.T @ delta

class NeuralNet:
    def __init__(self, layers, cost_model, prediction_model):
        self.layers, self.cost_model, self.prediction_model = layers, cost_model, prediction_model

    def outputs(self, X):
        for layer in self.layers:
            X = layer.forward_propagate(X)
        return X

    def train(self, X, y, num_iterations, learning_rate):
        for _ in range(num_iterations):
            slope = self.cost_model.d_cost_d_outputs(self.outputs(X), y)
            for layer in reversed(self.layers):
                slope = layer.backward_propagate(slope)
            for layer in self.layers:
                layer.weights -= learning_rate * layer.d_weights
                layer.biases -= learning_rate * layer.d_biases

    def predict(self, X):
        return self.prediction_model.predictions(self.outputs(X))
"""


def test_arguments_that_are_called_as_a_class_are_given_what_extends_it(tmp_path: Path) -> None:
    found = driven(tmp_path, MODELS)
    assert found.plan.name == "NeuralNet"
    assert found.settled.score == (True, True, True, True)
    given = "cost_model=program.SquaredCostModel(), prediction_model=program.RoundedPredictionModel()"
    assert f"model = program.NeuralNet(layers, {given})" in found.plan.make


def test_layers_are_not_given_one_layer_where_these_extend_a_class_that_is_called_as_they_are() -> None:
    base = type("Layers", (), {})
    assert _extending({"Tanh": type("Tanh", (base,), {})}) == {}


def test_a_container_that_keeps_the_list_it_is_given_does_not_grow_for_ever() -> None:
    given = list(_filled("model = program.Net(layers)", ["add"]))
    assert given[0] == ["model = program.Net(layers)"]
    space = {"layers": [1, 2], "program": SimpleNamespace(Net=_Keeping)}
    exec("\n".join(given[1]), space)
    assert space["layers"] == [1, 2, 1, 2]


class _Keeping:
    def __init__(self, layers: list[int]) -> None:
        self.add = layers.append
