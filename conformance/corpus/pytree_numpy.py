"""JAX style without JAX: pure functions of a list of (w, b) pairs, every primitive returns its pullback."""
import numpy as np


def init_mlp_params(layer_widths, seed=0):
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in), np.zeros(n_out))
            for n_in, n_out in zip(layer_widths[:-1], layer_widths[1:])]


def affine(w, b, x):
    return x @ w.T + b, lambda g: (g.T @ x, g.sum(0), g @ w)


def relu(z):
    return np.maximum(z, 0), lambda g: np.where(z > 0, g, 0.0)


def apply(params, x):
    for w, b in params[:-1]:
        x = relu(affine(w, b, x)[0])[0]
    return affine(*params[-1], x)[0]


def mse(params, x, y):
    return np.mean((apply(params, x) - y) ** 2)


def value_and_grad(params, x, y):
    pullbacks = []
    for k, (w, b) in enumerate(params):
        x, pull_affine = affine(w, b, x)
        pull_act = None
        if k < len(params) - 1:
            x, pull_act = relu(x)
        pullbacks.append((pull_affine, pull_act))
    residual = x - y
    g = 2.0 * residual / residual.size
    grads = []
    for pull_affine, pull_act in reversed(pullbacks):
        if pull_act is not None:
            g = pull_act(g)
        dw, db, g = pull_affine(g)
        grads.append((dw, db))
    return np.mean(residual ** 2), grads[::-1]


def tree_map(f, a, b):
    return [tuple(f(p, q) for p, q in zip(s, t)) for s, t in zip(a, b)]


def update(params, x, y, lr=1e-2):
    _, grads = value_and_grad(params, x, y)
    return tree_map(lambda p, g: p - lr * g, params, grads)
