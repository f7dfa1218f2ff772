import numpy as np
from typing import Literal


class BinaryMLP:
    """Binary classifier. All arguments by keyword."""

    def __init__(self, *, n_inputs: int, n_hidden: int = 8, n_outputs: int = 1, lr: float = 0.1,
                 activation: Literal["tanh", "relu"] = "tanh", random_state=None):
        self.lr = lr
        self.activation = activation
        rng = np.random.default_rng(random_state)
        self.hidden_w = rng.standard_normal((n_inputs, n_hidden)) * 0.1
        self.hidden_b = np.zeros((1, n_hidden))
        self.output_w = rng.standard_normal((n_hidden, n_outputs)) * 0.1
        self.output_b = np.zeros((1, n_outputs))

    def _act(self, z):
        return np.tanh(z) if self.activation == "tanh" else np.maximum(z, 0)

    def _act_grad(self, z):
        return 1 - np.tanh(z) ** 2 if self.activation == "tanh" else (z > 0).astype(float)

    def predict_proba(self, X):
        self._z1 = X @ self.hidden_w + self.hidden_b
        self._a1 = self._act(self._z1)
        self._z2 = self._a1 @ self.output_w + self.output_b
        return 1.0 / (1.0 + np.exp(-self._z2))

    def partial_fit(self, X, y):
        p = self.predict_proba(X)
        m = X.shape[0]
        dz2 = (p - y) / m
        dw2 = self._a1.T @ dz2
        db2 = dz2.sum(axis=0, keepdims=True)
        dz1 = (dz2 @ self.output_w.T) * self._act_grad(self._z1)
        dw1 = X.T @ dz1
        db1 = dz1.sum(axis=0, keepdims=True)
        for p_, g in ((self.hidden_w, dw1), (self.hidden_b, db1), (self.output_w, dw2), (self.output_b, db2)):
            p_ -= self.lr * g
        return self

    def log_loss(self, X, y):
        p = self.predict_proba(X)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
