import numpy as np


class DNN:
    """DNN(3, [(4, 'relu'), (2, 'softmax')])"""

    _f = {
        "relu": lambda z: z * (z > 0),
        "tanh": lambda z: np.tanh(z),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "softmax": lambda z: np.exp(z - z.max(-1, keepdims=True)) / np.exp(z - z.max(-1, keepdims=True)).sum(-1, keepdims=True),
    }
    _df = {
        "relu": lambda z, a: (z > 0) * 1.0,
        "tanh": lambda z, a: 1 - a ** 2,
        "sigmoid": lambda z, a: a * (1 - a),
    }

    def __init__(self, input_dim, layers, random_state=None):
        rs = np.random.RandomState(random_state)
        self.Ws, self.bs, self.names = [], [], []
        for units, name in layers:
            self.Ws.append(rs.randn(input_dim, units) * np.sqrt(2 / input_dim))
            self.bs.append(np.zeros(units))
            self.names.append(name)
            input_dim = units

    def predict_proba(self, X):
        return self._forward(X)[1][-1]

    def _forward(self, X):
        zs, acts = [], [X]
        for W, b, n in zip(self.Ws, self.bs, self.names):
            zs.append(acts[-1] @ W + b)
            acts.append(self._f[n](zs[-1]))
        return zs, acts

    def log_loss(self, X, Y):
        return -np.mean(np.sum(Y * np.log(self.predict_proba(X)), axis=1))

    def fit(self, X, Y, lr=0.1, n_epochs=10):
        for _ in range(n_epochs):
            zs, acts = self._forward(X)
            delta = (acts[-1] - Y) / X.shape[0]
            for i in reversed(range(len(self.Ws))):
                gW, gb = acts[i].T @ delta, delta.sum(0)
                if i > 0:
                    delta = delta @ self.Ws[i].T * self._df[self.names[i - 1]](zs[i - 1], acts[i])
                self.Ws[i] -= lr * gW
                self.bs[i] -= lr * gb
        return self
