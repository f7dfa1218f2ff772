import numpy as np


class Network:
    """activation: 'sigmoid' or 'tanh', used in every layer"""

    def __init__(self, n_inputs, n_hidden, n_outputs, activation="tanh", seed=None):
        rng = np.random.default_rng(seed)
        self.activation = activation
        self._weights = {
            "hidden": rng.normal(0, 0.5, (n_inputs, n_hidden)),
            "output": rng.normal(0, 0.5, (n_hidden, n_outputs)),
        }
        self._biases = {"hidden": np.zeros(n_hidden), "output": np.zeros(n_outputs)}

    @property
    def weights(self):
        return self._weights["hidden"], self._weights["output"]

    @weights.setter
    def weights(self, value):
        self._weights["hidden"], self._weights["output"] = value

    @property
    def biases(self):
        return self._biases["hidden"], self._biases["output"]

    @biases.setter
    def biases(self, value):
        self._biases["hidden"], self._biases["output"] = value

    def act(self, z):
        if self.activation == "tanh":
            return np.tanh(z)
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        hidden = self.act(X @ self._weights["hidden"] + self._biases["hidden"])
        output = self.act(hidden @ self._weights["output"] + self._biases["output"])
        return hidden, output

    def loss(self, X, Y):
        return np.sum((self.forward(X)[1] - Y) ** 2) / 2

    def gradient(self, X, Y):
        hidden, output = self.forward(X)
        delta_o = (output - Y) * output * (1 - output)
        delta_h = delta_o @ self._weights["output"].T * hidden * (1 - hidden)
        return (X.T @ delta_h, delta_h.sum(0)), (hidden.T @ delta_o, delta_o.sum(0))

    def fit(self, X, Y, epochs, learning_rate):
        for _ in range(epochs):
            grads = self.gradient(X, Y)
            for name, (gw, gb) in zip(("hidden", "output"), grads):
                self._weights[name] = self._weights[name] - learning_rate * gw
                self._biases[name] = self._biases[name] - learning_rate * gb
        return self
