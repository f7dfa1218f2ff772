"""Column vectors, one sample at a time, sums nabla_b and nabla_w, negative indices: the shape of a well-known book's program."""

import numpy as np

from mlp_conformance import Claims


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network:
    def __init__(self, network):
        self.num_layers = len(network.layers) + 1
        self.biases = [layer.biases.reshape(-1, 1).copy() for layer in network.layers]
        self.weights = [layer.weights.T.copy() for layer in network.layers]

    def feedforward(self, a):
        seen = []
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
            seen.append(a)
        return seen

    def cost(self, data):
        return sum(0.5 * np.linalg.norm(self.feedforward(x)[-1] - y) ** 2 for x, y in data)

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].T, delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def summed(self, batch):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        return nabla_b, nabla_w

    def update_mini_batch(self, batch, eta):
        nabla_b, nabla_w = self.summed(batch)
        self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]

    def SGD(self, data, epochs, eta):
        for j in range(epochs):
            self.update_mini_batch(data, eta)


def columns(inputs, targets):
    return [(x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(inputs, targets)]


class Program:
    claims = Claims(name="book-vectors")

    def forward(self, network, inputs):
        net = Network(network)
        every = [net.feedforward(x.reshape(-1, 1)) for x in inputs]
        return [np.array([seen[l].ravel() for seen in every]) for l in range(len(network.layers))]

    def loss(self, network, inputs, targets):
        return float(Network(network).cost(columns(inputs, targets)))

    def gradients(self, network, inputs, targets):
        nabla_b, nabla_w = Network(network).summed(columns(inputs, targets))
        return [(w.T, b.ravel()) for w, b in zip(nabla_w, nabla_b)]

    def train(self, network, inputs, targets, learning_rate, epochs):
        net = Network(network)
        net.SGD(columns(inputs, targets), epochs, learning_rate)
        return [(w.T, b.ravel()) for w, b in zip(net.weights, net.biases)]
