"""Packages as others write them, each a dictionary of its modules' texts."""

from __future__ import annotations

#: Layers that know their sizes, activations between them, a trainer's methods: in a module each.
DENSE = """
import numpy as np
from .base import Layer

class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.w, self.b = np.random.randn(n_in, n_out), np.zeros((1, n_out))

    def forward_propagation(self, data):
        self.input = data
        return data @ self.w + self.b

    def backward_propagation(self, error, learning_rate):
        back = error @ self.w.T
        self.w -= learning_rate * {scale}self.input.T @ error
        self.b -= learning_rate * error.sum(axis=0, keepdims=True)
        return back
"""
ACTIVATIONS = """
import numpy as np
from .base import Layer

class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation, self.activation_prime = activation, activation_prime

    def forward_propagation(self, data):
        self.input = data
        return self.activation(data)

    def backward_propagation(self, error, learning_rate):
        return self.activation_prime(self.input) * error

def tanh(x):
    return np.tanh(x)

def tanh_prime(x):
    return 1 - np.tanh(x) ** 2
"""
NETWORK = """
import os

class Network:
    def __init__(self):
        self.layers, self.loss, self.loss_prime = [], None, None

    def add(self, layer):
        self.layers.append(layer)

    def use(self, loss, loss_prime):
        self.loss, self.loss_prime = loss, loss_prime

    def predict(self, data):
        for layer in self.layers:
            data = layer.forward_propagation(data)
        return data

    def fit(self, x_train, y_train, epochs, learning_rate, counter, threshold):
        err, seen = 0, 0
        for i in range(epochs):
            seen += 1
            if threshold != None and threshold >= err:
                break
            error = self.loss_prime(y_train, self.predict(x_train))
            for layer in reversed(self.layers):
                error = layer.backward_propagation(error, learning_rate)
            if seen >= counter:
                seen = 0
"""
LOSSES = """
import numpy as np

def mse(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / y_true.size
"""
BASE = """
class Layer:
    def forward_propagation(self, data):
        raise NotImplementedError
"""
EAGER = {"base": BASE, "dense": DENSE, "activations": ACTIVATIONS, "network": NETWORK, "losses": LOSSES}

#: Layers that learn their inputs in their first call, with activations by their names; what trains is told its loss by a name.
LAZY = {
    "layers": """
import numpy as np

class Layer:
    pass

class Dense(Layer):
    def __init__(self, units, activation="linear"):
        self.units, self.activation = units, {"linear": 0, "tanh": 1, "sigmoid": 2}[activation.lower()]
        self.W = None

    def forward(self, x):
        if self.W is None:
            self.W, self.b = np.random.randn(x.shape[1], self.units), np.zeros((1, self.units))
        self.x, z = x, x @ self.W + self.b
        self.a = (z, np.tanh(z), 1 / (1 + np.exp(-z)))[self.activation]
        return self.a

    def backward(self, back):
        dz = back * (1, 1 - self.a ** 2, self.a * (1 - self.a))[self.activation]
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0, keepdims=True)
        return dz @ self.W.T
""",
    "losses": """
import numpy as np

class MeanSquaredError:
    def compute(self, y, output):
        return np.mean((output - y) ** 2)

    def gradient(self, y, output):
        return 2 * (output - y) / y.size

def get_loss(name):
    return {"mse": MeanSquaredError}[name]()
""",
    "optimizers": """
class SGD:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.kept = learning_rate, momentum, {}

    def update(self, layers):
        for layer in layers:
            for name, change in (("W", layer.dW), ("b", layer.db)):
                key = id(layer), name
                self.kept[key] = self.momentum * self.kept.get(key, 0) - self.learning_rate * change
                setattr(layer, name, getattr(layer, name) + self.kept[key])
""",
    "sequential": """
from .layers import Layer
from .losses import get_loss
from .optimizers import SGD

class Sequential:
    def __init__(self):
        self.layers, self.ready = [], False

    @property
    def size(self):
        return self.layers[0].W.size  # not yet there before the first call

    def add(self, layer):
        assert isinstance(layer, Layer)
        self.layers.append(layer)

    def compile(self, loss="mse", lr=1e-4, momentum=0.5):
        self.loss, self.optimizer, self.ready = get_loss(loss), SGD(lr, momentum), True

    def predict(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def fit(self, X, y, epochs=100):
        assert self.ready
        for _ in range(epochs):
            back = self.loss.gradient(y, self.predict(X))
            for layer in reversed(self.layers):
                back = layer.backward(back)
            self.optimizer.update(self.layers)
""",
}

#: Activations that are methods of a class, a loss and an optimiser that the constructor takes, and an evaluation.
GIVEN = {
    "activation": """
import numpy as np

class ActivationFunction:
    @staticmethod
    def tanh(x):
        return np.tanh(x)

    @staticmethod
    def tanh_derivative(x):
        return 1 - np.tanh(x) ** 2

    @staticmethod
    def softmax(x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    @staticmethod
    def softmax_derivative(x):
        return 1
""",
    "parts": """
import numpy as np
from .activation import ActivationFunction

class Layer:
    def __init__(self, input_size, output_size, activation):
        self.activation = activation
        self.slope = getattr(ActivationFunction, activation.__name__ + "_derivative")
        self.weights = np.random.randn(input_size, output_size).astype(np.float32)
        self.biases = np.zeros((1, output_size), dtype=np.float32)

    def forward(self, x):
        self.x, self.z = x, x @ self.weights + self.biases
        return self.activation(self.z)

    def backward(self, back):
        back = back * self.slope(self.z)
        self.dw, self.db = self.x.T @ back, back.sum(axis=0, keepdims=True)
        return back @ self.weights.T

class CrossEntropy:
    def loss(self, a, y):
        return -(y * np.log(a)).sum() / len(y)

    def gradient(self, a, y):
        return (a - y) / len(y)

class SGD:
    def __init__(self, learning_rate, weight_decay=0.01):
        self.learning_rate, self.weight_decay = learning_rate, weight_decay

    def step(self, layers):
        for layer in layers:
            layer.weights -= self.learning_rate * (layer.dw + self.weight_decay * layer.weights)
            layer.biases -= self.learning_rate * layer.db

class Momentum(SGD):
    pass
""",
    "model": """
import copy

class Model:
    def __init__(self, layers, loss_function, optimizer):
        self.layers, self.loss_function, self.optimizer = layers, loss_function, optimizer

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def evaluate(self, X, y):
        return self.loss_function.loss(self.forward(X), y)

    def train(self, X, y, epochs, model_checkpoint=True):
        best, kept = float("inf"), None
        for _ in range(epochs):
            output = self.forward(X)
            error = self.loss_function.loss(output, y)
            back = self.loss_function.gradient(output, y)
            for layer in reversed(self.layers):
                back = layer.backward(back)
            self.optimizer.step(self.layers)
            if error < best:
                best, kept = error, [(layer.weights.copy(), layer.biases.copy()) for layer in self.layers]
        if model_checkpoint:
            for layer, (weights, biases) in zip(self.layers, kept):
                layer.weights, layer.biases = weights, biases
""",
}


#: A network that is trained by a function of another module, with objects for defaults.
DEFAULTS = {
    "net": """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def step(self, error, rate):
        back = (error @ self.W2.T) * (1 - self.h ** 2)
        self.W2 -= rate * self.h.T @ error
        self.b2 -= rate * error.sum(axis=0)
        self.W1 -= rate * self.x.T @ back
        self.b1 -= rate * back.sum(axis=0)
""",
    "data": """
class BatchIterator:
    def __init__(self, batch_size=32):
        self.batch_size = batch_size

    def __call__(self, inputs, targets):
        for start in range(0, len(inputs), self.batch_size):
            yield inputs[start : start + self.batch_size], targets[start : start + self.batch_size]
""",
    "training": """
from .data import BatchIterator

def train(net, inputs, targets, num_epochs=5000, learning_rate=0.01, iterator=BatchIterator()):
    for epoch in range(num_epochs):
        for x, y in iterator(inputs, targets):
            net.step(net.forward(x) - y, learning_rate)
""",
}
