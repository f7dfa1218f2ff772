import numpy as np

ACTIVATIONS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a ** 2),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, a: (z > 0).astype(float)),
    "linear": (lambda z: z, lambda z, a: np.ones_like(z)),
}


class SimpleNetwork:
    """
    >>> net = SimpleNetwork(layers=[2, 3, 1], activation='tanh', lr=0.1)
    """

    def __init__(self, layers, activation="sigmoid", output_activation="linear", lr=0.01):
        self.lr = lr
        self._acts = [activation] * (len(layers) - 2) + [output_activation]
        self._W = [np.random.uniform(-0.5, 0.5, (i, o)) for i, o in zip(layers, layers[1:])]
        self._b = [np.zeros(o) for o in layers[1:]]

    def get_weights(self):
        return [array for pair in zip(self._W, self._b) for array in pair]

    def set_weights(self, arrays):
        self._W = [np.array(w, dtype=float) for w in arrays[0::2]]
        self._b = [np.array(b, dtype=float) for b in arrays[1::2]]

    def _forward(self, X):
        record, a = [], X
        for W, b, name in zip(self._W, self._b, self._acts):
            z = a @ W + b
            out = ACTIVATIONS[name][0](z)
            record.append((a, z, out))
            a = out
        return record

    def predict(self, X):
        return self._forward(X)[-1][2]

    def evaluate(self, X, Y):
        return float(np.mean((self.predict(X) - Y) ** 2))

    def train_on_batch(self, X, Y):
        record = self._forward(X)
        out = record[-1][2]
        loss = float(np.mean((out - Y) ** 2))
        grad_a = 2 * (out - Y) / out.size
        updates = []
        for k in reversed(range(len(record))):
            a, z, out = record[k]
            grad_z = grad_a * ACTIVATIONS[self._acts[k]][1](z, out)
            updates.append((k, a.T @ grad_z, grad_z.sum(axis=0)))
            grad_a = grad_z @ self._W[k].T
        for k, gW, gb in updates:
            self._W[k] -= self.lr * gW
            self._b[k] -= self.lr * gb
        return loss
