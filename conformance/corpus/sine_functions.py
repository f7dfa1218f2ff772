"""Fit sin(x) with ten hidden units. Everything 1-D, so no matrices needed."""
import numpy as np

H = 10
rng = np.random.RandomState(0)


def new_params():
    return {"w": rng.randn(H), "b": rng.randn(H), "v": rng.randn(H) * 0.1, "c": 0.0}


def net(p, x):
    """x: array of n points; returns n values."""
    return np.tanh(np.outer(x, p["w"]) + p["b"]) @ p["v"] + p["c"]


def cost(p, x, y):
    return np.mean((net(p, x) - y) ** 2)


def gradient(p, x, y):
    h = np.tanh(np.outer(x, p["w"]) + p["b"])
    e = 2 * (h @ p["v"] + p["c"] - y) / len(x)
    dh = np.outer(e, p["v"]) * (1 - h ** 2)
    return {"w": x @ dh, "b": dh.sum(axis=0), "v": e @ h, "c": e.sum()}


def descend(p, x, y, lr=0.01, steps=1000):
    for _ in range(steps):
        g = gradient(p, x, y)
        p = {k: p[k] - lr * g[k] for k in p}
    return p


if __name__ == "__main__":
    x = np.linspace(-np.pi, np.pi, 60)
    p = descend(new_params(), x, np.sin(x), 0.05, 20000)
    print(cost(p, x, np.sin(x)))
