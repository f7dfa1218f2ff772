"""Yield of tomatoes by light, warmth and water. Stops when the beds kept aside get worse."""
import numpy as np


def logistic(t):
    return 1.0 / (1.0 + np.exp(-t))


class YieldModel:
    """All settings are keywords: units, step, rounds, wait, seed."""

    def __init__(self, **settings):
        self.units = tuple(settings.pop("units", (7,)))
        self.step = settings.pop("step", 0.2)
        self.rounds = settings.pop("rounds", 300)
        self.wait = settings.pop("wait", 15)
        self.seed = settings.pop("seed", 11)
        if settings:
            raise TypeError("unknown settings: " + ", ".join(sorted(settings)))

    def _draw(self, first, last):
        random = np.random.default_rng(self.seed)
        widths = (first,) + self.units + (last,)
        self.kernels = [random.uniform(-1, 1, pair) / np.sqrt(pair[0]) for pair in zip(widths, widths[1:])]
        self.offsets = [np.zeros(width) for width in widths[1:]]

    def _layers(self, X):
        values = [X]
        for k, (kernel, offset) in enumerate(zip(self.kernels, self.offsets)):
            pre = values[-1] @ kernel + offset
            values.append(pre if k == len(self.kernels) - 1 else logistic(pre))
        return values

    def predict(self, X):
        return self._layers(X)[-1]

    def mse(self, X, y):
        return float(np.mean((self.predict(X) - y) ** 2))

    def fit(self, X, y, X_valid=None, y_valid=None):
        self._draw(X.shape[1], y.shape[1])
        self.history, lowest, since = [], float("inf"), 0
        for _ in range(self.rounds):
            values = self._layers(X)
            self.history.append(float(np.mean((values[-1] - y) ** 2)))
            back = 2.0 * (values[-1] - y) / y.size
            for k in range(len(self.kernels) - 1, -1, -1):
                below = values[k]
                slope = below * (1.0 - below)
                down = (back @ self.kernels[k].T) * slope if k else None
                self.kernels[k] -= self.step * (below.T @ back)
                self.offsets[k] -= self.step * back.sum(axis=0)
                back = down
            if X_valid is None or y_valid is None:
                continue
            error = self.mse(X_valid, y_valid)
            lowest, since = (error, 0) if error < lowest else (lowest, since + 1)
            if since == self.wait:
                break
        return self


if __name__ == "__main__":
    beds = np.random.default_rng(2).uniform(0, 1, (120, 3))
    kilos = beds[:, :1] * beds[:, 1:2] + 0.3 * beds[:, 2:]
    model = YieldModel(units=(9,), rounds=2000).fit(beds[:90], kilos[:90], beds[90:], kilos[90:])
    print(len(model.history), "rounds; error on the rest", model.mse(beds[90:], kilos[90:]))
