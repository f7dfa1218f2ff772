"""Programs of the kinds that courses, articles and forums publish, in a few lines each: a right one and a wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from driving import is_told

from mlp_conformance.recognise.source.weighed import penalty_arguments

AS_WIDE_AS_ITS_DATA = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class NN:
    def __init__(self, inputs):
        self.wi = np.random.random((len(inputs[0]), len(inputs)))
        self.wh = np.random.random((len(inputs), 1))

    def think(self, inp):
        return sigmoid(sigmoid(inp @ self.wi) @ self.wh)

    def train(self, inputs, outputs, it):
        for i in range(it):
            l1 = sigmoid(inputs @ self.wi)
            l2 = sigmoid(l1 @ self.wh)
            delta = (outputs - l2) * l2 * (1 - l2)
            back = {back} @ self.wh.T * l1 * (1 - l1)
            self.wh += l1.T @ delta
            self.wi += inputs.T @ back
"""


@pytest.mark.parametrize(("back", "fault"), [("delta", None), ("(outputs - l2)", "raw-errors-go-back")])
def test_a_hidden_layer_with_a_unit_for_each_sample_it_is_made_from(back: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, AS_WIDE_AS_ITS_DATA.format(back=back), fault)


PENALTY_CALLED_A_RATE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward_propagate(X, theta1, theta2):
    a1 = np.insert(X, 0, values=np.ones(X.shape[0]), axis=1)
    z2 = a1 * theta1.T
    a2 = np.insert(sigmoid(z2), 0, values=np.ones(X.shape[0]), axis=1)
    return a1, z2, a2, sigmoid(a2 * theta2.T)

def backprop(params, input_size, hidden_size, num_labels, X, y, learning_rate{default}):
    m = X.shape[0]
    X, y = np.matrix(X), np.matrix(y)
    theta1 = np.matrix(np.reshape(params[:hidden_size * (input_size + 1)], (hidden_size, (input_size + 1))))
    theta2 = np.matrix(np.reshape(params[hidden_size * (input_size + 1):], (num_labels, (hidden_size + 1))))
    a1, z2, a2, h = forward_propagate(X, theta1, theta2)
    J = -np.sum(np.multiply(y, np.log(h)) + np.multiply(1 - y, np.log(1 - h))) / m
    J += (float(learning_rate) / (2 * m)) * (np.sum(np.power(theta1[:, 1:], 2)) + np.sum(np.power(theta2[:, 1:], 2)))
    d3 = h - y
    d2 = np.multiply(d3 * theta2[:, 1:], {slope})
    delta1, delta2 = d2.T * a1 / m, d3.T * a2 / m
    delta1[:, 1:] = delta1[:, 1:] + (theta1[:, 1:] * learning_rate) / m
    delta2[:, 1:] = delta2[:, 1:] + (theta2[:, 1:] * learning_rate) / m
    return J, np.concatenate((np.ravel(delta1), np.ravel(delta2)))
"""


@pytest.mark.parametrize("default", ["", "=1"])
@pytest.mark.parametrize(
    ("slope", "fault"),
    [
        ("np.multiply(a2[:, 1:], 1 - a2[:, 1:])", None),
        ("np.multiply(sigmoid(a2[:, 1:]), 1 - sigmoid(a2[:, 1:]))", "derivative-of-activation-twice"),
    ],
)
def test_a_rate_that_weighs_the_squares_of_the_weights_is_a_penalty(
    default: str, slope: str, fault: str | None, tmp_path: Path
) -> None:
    is_told(tmp_path, PENALTY_CALLED_A_RATE.format(default=default, slope=slope), fault)


def test_what_weighs_a_sum_of_squares() -> None:
    def rated(w, g, rate, bound):  # type: ignore[no-untyped-def]
        return w - rate * g * bound / np.sqrt(np.sum(g**2))

    def weighed(w, rate, scale):  # type: ignore[no-untyped-def]
        return float(rate) / 2 * (np.sum(w * w) + np.sum(w**2)) + scale * np.sum(w)

    assert penalty_arguments(rated) == set()
    assert penalty_arguments(weighed) == {"rate"}


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


AVERAGED_GRADIENTS = """
import numpy as np

def init(n_x, n_h, n_y):
    W1, W2 = np.random.randn(n_h, n_x), np.random.randn(n_y, n_h)
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}

def feed_forward(X, params):
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    Z2 = params["W2"] @ A1 + params["b2"]
    e = np.exp(Z2 - Z2.max(axis=0))
    return {"A1": A1, "A2": e / e.sum(axis=0)}

def compute_loss(Y, Y_hat):
    return -np.sum(Y * np.log(Y_hat)) / Y.shape[1]

def back_propagate(X, Y, params, cache, m_batch):
    dZ2 = cache["A2"] - Y
    dZ1 = params["W2"].T @ dZ2 * {slope}
    db2, db1 = dZ2.sum(axis=1, keepdims=True) / m_batch, dZ1.sum(axis=1, keepdims=True) / m_batch
    return {"dW1": dZ1 @ X.T / m_batch, "db1": db1, "dW2": dZ2 @ cache["A1"].T / m_batch, "db2": db2}

def train(X, Y, params, lr=0.5, beta=0.9, epochs=9):
    V = {"d" + k: np.zeros_like(v) for k, v in params.items()}
    for i in range(epochs):
        cache = feed_forward(X, params)
        grads = back_propagate(X, Y, params, cache, X.shape[1])
        for k in params:
            V["d" + k] = beta * V["d" + k] + (1.0 - beta) * grads["d" + k]
            params[k] = params[k] - lr * V["d" + k]
    return params
"""


@pytest.mark.parametrize(
    ("slope", "fault"), [('(1 - cache["A1"] ** 2)', None), ('(1 - cache["A1"])', "tanh-derivative-unsquared")]
)
def test_an_argument_that_averages_gradients_is_turned_off(slope: str, fault: str | None, tmp_path: Path) -> None:
    """It is called beta, and stands at 0.9 by default; what divides by the samples of a batch is their number."""
    is_told(tmp_path, AVERAGED_GRADIENTS.replace("{slope}", slope), fault, *(["train"] if fault is None else ["gradients"]))


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
