"""One hidden layer, everything in attributes of one object, in-place updates, fit(X, y): regression with the mean squared error."""

import numpy as np

from mlp_conformance import Claims, Unsupported


class Regressor:
    def __init__(self, network):
        first, last = network.layers
        self.kind = first.activation
        self.W1, self.b1 = first.weights.copy(), first.biases.copy()
        self.W2, self.b2 = last.weights.copy(), last.biases.copy()

    def activate(self, z):
        if self.kind == "tanh":
            return np.tanh(z)
        if self.kind == "relu":
            return np.where(z > 0, z, 0.0)
        return 1 / (1 + np.exp(-z))

    def derive(self, z):
        if self.kind == "tanh":
            return 1 - np.tanh(z) ** 2
        if self.kind == "relu":
            return (z > 0).astype(float)
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    def predict(self, X):
        self.z1 = X.dot(self.W1) + self.b1
        self.a1 = self.activate(self.z1)
        self.out = self.a1.dot(self.W2) + self.b2
        return self.out

    def score(self, X, y):
        return np.mean((self.predict(X) - y) ** 2)

    def differentiate(self, X, y):
        err = self.predict(X) - y
        d2 = 2 * err / err.size
        d1 = d2.dot(self.W2.T) * self.derive(self.z1)
        self.gW2 = self.a1.T.dot(d2)
        self.gb2 = d2.sum(0)
        self.gW1 = X.T.dot(d1)
        self.gb1 = d1.sum(0)

    def fit(self, X, y, lr, n_iter):
        for _ in range(n_iter):
            self.differentiate(X, y)
            self.W1 -= lr * self.gW1
            self.b1 -= lr * self.gb1
            self.W2 -= lr * self.gW2
            self.b2 -= lr * self.gb2
        return self


class Program:
    claims = Claims(
        name="regression-fit",
        activations={"tanh", "relu", "sigmoid"},
        output_activations={"linear"},
        losses={"squared_error"},
        reductions={"mean_elements"},
        max_hidden_layers=1,
        min_hidden_layers=1,
    )

    def model(self, network):
        if len(network.layers) != 2:
            raise Unsupported("one hidden layer")
        return Regressor(network)

    def forward(self, network, inputs):
        model = self.model(network)
        model.predict(inputs)
        return [model.a1, model.out]

    def loss(self, network, inputs, targets):
        return float(self.model(network).score(inputs, targets))

    def gradients(self, network, inputs, targets):
        model = self.model(network)
        model.differentiate(inputs, targets)
        return [(model.gW1, model.gb1), (model.gW2, model.gb2)]

    def train(self, network, inputs, targets, learning_rate, epochs):
        model = self.model(network).fit(inputs, targets, learning_rate, epochs)
        return [(model.W1, model.b1), (model.W2, model.b2)]
