from functools import partial
import numpy as np

def init(key, sizes):
    r = np.random.default_rng(key)
    return tuple((r.normal(0, 1/np.sqrt(m), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:]))

def apply(params, x):
    *hidden, (W, b) = params
    for w, c in hidden:
        x = np.tanh(x @ w + c)
    return x @ W + b

def value_and_grad(params, x, y):
    acts = [x]
    for w, c in params[:-1]:
        acts.append(np.tanh(acts[-1] @ w + c))
    out = acts[-1] @ params[-1][0] + params[-1][1]
    err = out - y
    value = 0.5 * np.mean(np.sum(err ** 2, axis=1))
    g = err / len(x)
    grads = []
    for (w, c), a in zip(reversed(params), reversed(acts)):
        grads.append((a.T @ g, g.sum(0)))
        g = (g @ w.T) * (1 - a ** 2)
    return value, tuple(reversed(grads))

def sgd(params, grads, lr):
    return tuple((w - lr * gw, c - lr * gc) for (w, c), (gw, gc) in zip(params, grads))
