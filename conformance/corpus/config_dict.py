import numpy as np

DEFAULTS = {"input_dim": 4, "hidden_dims": [16, 16], "output_dim": 3, "learning_rate": 0.05, "seed": 42}


class FeedForward:
    def __init__(self, config=None):
        cfg = dict(DEFAULTS)
        cfg.update(config or {})
        self.cfg = cfg
        rng = np.random.RandomState(cfg["seed"])
        dims = [cfg["input_dim"], *cfg["hidden_dims"], cfg["output_dim"]]
        self.layers = [{"W": rng.randn(i, o) * 0.1, "b": np.zeros(o)} for i, o in zip(dims[:-1], dims[1:])]

    def forward(self, X):
        cache = [X]
        for n, layer in enumerate(self.layers):
            z = cache[-1].dot(layer["W"]) + layer["b"]
            if n < len(self.layers) - 1:
                a = np.maximum(z, 0)
            else:
                e = np.exp(z - z.max(axis=1, keepdims=True))
                a = e / e.sum(axis=1, keepdims=True)
            cache.append(a)
        return cache[-1], cache

    def step(self, X, T):
        P, cache = self.forward(X)
        loss = -np.sum(T * np.log(P)) / len(X)
        d = (P - T) / len(X)
        for n in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[n]
            dW, db = cache[n].T.dot(d), d.sum(axis=0)
            if n > 0:
                d = d.dot(layer["W"].T) * (cache[n] > 0)
            layer["W"] -= self.cfg["learning_rate"] * dW
            layer["b"] -= self.cfg["learning_rate"] * db
        return loss
