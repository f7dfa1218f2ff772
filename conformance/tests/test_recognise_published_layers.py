"""Layers that courses and books publish, put together as their programs do, in a few lines each: right ones and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import is_told

LAYERS_IN_A_SCRIPT = """
import numpy as np

class Layer_Dense:
    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.01 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = inputs @ self.weights + self.biases

    def backward(self, dvalues):
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = dvalues.sum(axis=0, keepdims=True)
        self.dinputs = dvalues @ self.weights.T

class Activation_ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues * (self.inputs > 0)

class Activation_Softmax:
    def forward(self, inputs):
        exp_values = np.exp(inputs - inputs.max(axis=1, keepdims=True))
        self.output = exp_values / exp_values.sum(axis=1, keepdims=True)

class Activation_Softmax_Loss:
    def __init__(self):
        self.activation = Activation_Softmax()

    def forward(self, inputs, y_true):
        self.activation.forward(inputs)
        self.output = self.activation.output
        return -np.mean(np.log(self.output[range(len(y_true)), y_true]))

    def backward(self, dvalues, y_true):
        self.dinputs = dvalues.copy()
        self.dinputs[range(len(dvalues)), y_true] -= 1
        {divided}

class Optimizer_SGD:
    def __init__(self, learning_rate=1.0):
        self.learning_rate = learning_rate

    def update_params(self, layer):
        layer.weights += -self.learning_rate * layer.dweights
        layer.biases += -self.learning_rate * layer.dbiases

X, y = np.random.randn(30, 2), np.arange(30) % 3
dense1, activation1, dense2 = Layer_Dense(2, 16), Activation_ReLU(), Layer_Dense(16, 3)
loss_activation = Activation_Softmax_Loss()
optimizer = Optimizer_SGD()

for epoch in range(1001):
    dense1.forward(X)
    activation1.forward(dense1.output)
    dense2.forward(activation1.output)
    loss = loss_activation.forward(dense2.output, y)
    if len(y.shape) == 2:
        y = np.argmax(y, axis=1)
    loss_activation.backward(loss_activation.output, y)
    dense2.backward(loss_activation.dinputs)
    activation1.backward(dense2.dinputs)
    dense1.backward(activation1.dinputs)
    optimizer.update_params(dense1)
    optimizer.update_params(dense2)
"""


@pytest.mark.parametrize(
    ("divided", "fault"),
    [
        ("self.dinputs = self.dinputs / len(dvalues)", None),
        ("self.dinputs *= dvalues * (1 - dvalues)", "fused-delta-times-derivative"),
    ],
)
def test_layers_are_judged_with_the_softmax_that_a_script_puts_after_them(
    divided: str, fault: str | None, tmp_path: Path
) -> None:
    """The layers by themselves are right in both."""
    is_told(tmp_path, LAYERS_IN_A_SCRIPT.replace("{divided}", divided), fault)


MODULES_AND_A_LIKELIHOOD = """
import numpy as np

class Module:
    def sgd_step(self, lrate):
        pass

class Linear(Module):
    def __init__(self, m, n):
        self.m, self.n = m, n
        self.W0 = np.zeros([self.n, 1])
        self.W = np.random.normal(0, m**-0.5, [m, n])

    def forward(self, A):
        self.A = A
        return self.W.T @ A + self.W0

    def backward(self, dLdZ):
        self.dLdW = self.A @ dLdZ.T
        self.dLdW0 = dLdZ.sum(axis=1, keepdims=True)
        return self.W @ dLdZ

    def sgd_step(self, lrate):
        self.W -= lrate * self.dLdW
        self.W0 -= lrate * self.dLdW0

class Tanh(Module):
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * {slope}

class SoftMax(Module):
    def forward(self, Z):
        e = np.exp(Z - Z.max(axis=0))
        return e / e.sum(axis=0)

    def backward(self, dLdZ):
        return dLdZ

class NLL(Module):
    def forward(self, Ypred, Y):
        self.Ypred, self.Y = Ypred, Y
        return float(np.sum(-Y * np.log(Ypred)))

    def backward(self):
        return self.Ypred - self.Y

class Sequential:
    def __init__(self, modules, loss):
        self.modules, self.loss = modules, loss

    def sgd(self, X, Y, iters=100, lrate=0.005):
        for it in range(iters):
            i = np.random.randint(X.shape[1])
            self.loss.forward(self.forward(X[:, i : i + 1]), Y[:, i : i + 1])
            self.backward(self.loss.backward())
            self.sgd_step(lrate)

    def forward(self, Xt):
        for m in self.modules:
            Xt = m.forward(Xt)
        return Xt

    def backward(self, delta):
        for m in self.modules[::-1]:
            delta = m.backward(delta)

    def sgd_step(self, lrate):
        for m in self.modules:
            m.sgd_step(lrate)
"""


@pytest.mark.parametrize(("slope", "fault"), [("(1 - self.A**2)", None), ("(1 - self.A)", "tanh-derivative-unsquared")])
def test_a_likelihood_is_a_loss_by_its_name(slope: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, MODULES_AND_A_LIKELIHOOD.replace("{slope}", slope), fault)


LINEAR_IS_A_LAYER = """
import numpy as np

class Layer:
    def forward(self, input):
        raise NotImplementedError

    def backward(self, gradient):
        raise NotImplementedError

class Sigmoid(Layer):
    def forward(self, input):
        self.sigmoids = 1 / (1 + np.exp(-input))
        return self.sigmoids

    def backward(self, gradient):
        return {slope}gradient

class Linear(Layer):
    def __init__(self, input_dim, output_dim):
        self.w, self.b = np.random.randn(output_dim, input_dim), np.random.randn(output_dim)

    def forward(self, input):
        self.input = input
        return self.w @ input + self.b

    def backward(self, gradient):
        self.b_grad, self.w_grad = gradient, np.outer(gradient, self.input)
        return self.w.T @ gradient

class Sequential(Layer):
    def __init__(self, layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, gradient):
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

if __name__ == "__main__":
    net = Sequential([Linear(2, 2), Sigmoid(), Linear(2, 1)])
"""


@pytest.mark.parametrize(
    ("slope", "fault"), [("self.sigmoids * (1 - self.sigmoids) * ", None), ("", "hidden-derivative-missing")]
)
def test_a_layer_called_linear_is_no_activation_of_that_name(slope: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, LINEAR_IS_A_LAYER.replace("{slope}", slope), fault, "gradients")
