"""Layers and activations as objects with forward and backward, softmax with cross-entropy as the loss object."""

import numpy as np

from mlp_conformance import Claims


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W.copy(), b.reshape(1, -1).copy()

    def forward(self, x):
        self.x = x
        self.out = x @ self.W
        self.out += self.b
        return self.out

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T

    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return grad * (1 - self.y**2)


class Sigmoid:
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(0.5 * x))
        return self.y

    def backward(self, grad):
        return grad * self.y * (1 - self.y)


class SoftmaxCrossEntropy:
    def predict(self, scores):
        shifted = scores - scores.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        self.p = e / e.sum(axis=1, keepdims=True)
        self.logp = shifted - np.log(e.sum(axis=1, keepdims=True))
        return self.p

    def forward(self, scores, y):
        self.predict(scores)
        self.y = y
        return -(y * self.logp).sum() / len(y)

    def backward(self):
        total = self.y.sum(axis=1, keepdims=True)
        return (self.p * total - self.y) / len(self.y)


class Net:
    def __init__(self, network):
        kinds = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}
        self.dense, self.stack = [], []
        for layer in network.layers:
            self.dense.append(Dense(layer.weights, layer.biases))
            self.stack.append(self.dense[-1])
            if layer.activation in kinds:
                self.stack.append(kinds[layer.activation]())
        self.head = SoftmaxCrossEntropy()

    def scores(self, x):
        self.seen = []
        for part in self.stack:
            x = part.forward(x)
            if not isinstance(part, Dense):
                self.seen.append(x)
        return x

    def loss(self, x, y):
        return self.head.forward(self.scores(x), y)

    def backward(self):
        grad = self.head.backward()
        for part in reversed(self.stack):
            grad = part.backward(grad)


class Program:
    claims = Claims(
        name="layer-objects",
        activations={"sigmoid", "tanh", "relu"},
        output_activations={"softmax"},
        losses={"cross_entropy"},
        reductions={"mean_samples"},
    )

    def forward(self, network, inputs):
        net = Net(network)
        out = net.head.predict(net.scores(inputs))
        return [*net.seen, out]

    def loss(self, network, inputs, targets):
        return float(Net(network).loss(inputs, targets))

    def gradients(self, network, inputs, targets):
        net = Net(network)
        net.loss(inputs, targets)
        net.backward()
        return [(d.dW, d.db.ravel()) for d in net.dense]

    def train(self, network, inputs, targets, learning_rate, epochs):
        net = Net(network)
        losses = []
        for _ in range(epochs):
            losses.append(float(net.loss(inputs, targets)))
            net.backward()
            for d in net.dense:
                d.step(learning_rate)
        return [(d.W, d.b.ravel()) for d in net.dense], losses
