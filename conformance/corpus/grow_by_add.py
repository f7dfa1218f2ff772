import numpy as np

SHAPES = {}


def shape(cls):
    SHAPES[cls.__name__.lower()] = cls()
    return cls


@shape
class Sigmoid:
    def value(self, z):
        return 1 / (1 + np.exp(-z))

    def slope(self, z):
        return self.value(z) * (1 - self.value(z))


@shape
class Tanh:
    def value(self, z):
        return np.tanh(z)

    def slope(self, z):
        return 1 / np.cosh(z) ** 2


class Model:
    """Model().add(8, input_dim=2).add(1)"""

    def __init__(self):
        self._layers = []

    def add(self, units, activation="sigmoid", input_dim=None):
        if input_dim is None:
            input_dim = len(self._layers[-1]["b"])
        weights = np.random.randn(units, input_dim) / np.sqrt(input_dim)
        self._layers.append({"W": weights, "b": np.zeros(units), "shape": SHAPES[activation]})
        return self

    @property
    def weights(self):
        return [layer["W"] for layer in self._layers]

    def predict(self, X):
        for layer in self._layers:
            layer["x"] = X
            layer["z"] = X @ layer["W"].T + layer["b"]
            X = layer["shape"].value(layer["z"])
        return X

    def train_on_batch(self, X, Y, lr):
        error = (self.predict(X) - Y) / len(X)
        for layer in self._layers[::-1]:
            delta = error * layer["shape"].slope(layer["z"])
            error = delta @ layer["W"]
            layer["W"] = layer["W"] - lr * delta.T @ layer["x"]
            layer["b"] = layer["b"] - lr * delta.sum(axis=0)
