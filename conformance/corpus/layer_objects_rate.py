import numpy as np


class DenseLayer:
    def __init__(self, units_in, units_out, activation=None):
        self.weights = np.random.randn(units_out, units_in) * np.sqrt(1.0 / units_in)
        self.biases = np.random.randn(units_out) * 0.1
        self.activation = activation

    def forward(self, X):
        self.inputs = X
        Z = X.dot(self.weights.T) + self.biases
        self.outputs = np.tanh(Z) if self.activation == "tanh" else Z
        return self.outputs

    def backward(self, dA):
        dZ = dA * (1 - self.outputs ** 2) if self.activation == "tanh" else dA
        self.grad_w = dZ.T.dot(self.inputs)
        self.grad_b = dZ.sum(axis=0)
        return dZ.dot(self.weights)


class GradientDescent:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def update(self, layers):
        for layer in layers:
            layer.weights -= self.learning_rate * layer.grad_w
            layer.biases -= layer.grad_b


class NeuralNetwork:
    def __init__(self, layers, optimizer):
        self.layers = layers
        self.optimizer = optimizer

    def predict(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def train(self, X, y, epochs):
        for _ in range(epochs):
            grad = (self.predict(X) - y) / len(X)
            for layer in reversed(self.layers):
                grad = layer.backward(grad)
            self.optimizer.update(self.layers)


def small_net(learning_rate=0.05):
    return NeuralNetwork(
        [DenseLayer(3, 4, "tanh"), DenseLayer(4, 2)],
        GradientDescent(learning_rate),
    )
