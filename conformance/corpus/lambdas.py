# functional programming exercise: an mlp in a few lambdas
from functools import reduce

import numpy as np

sig = lambda z: 1 / (1 + np.exp(-z))
layer = lambda a, wb: sig(a @ wb[0] + wb[1])
predict = lambda ps, x: reduce(layer, ps, x)
activations = lambda ps, x: reduce(lambda acc, wb: acc + [layer(acc[-1], wb)], ps, [x])
loss = lambda ps, x, t: 0.5 * np.sum((predict(ps, x) - t) ** 2)
init = lambda ns, seed=0: [
    (np.random.RandomState(seed + i).randn(a, b), np.random.RandomState(seed - i).randn(b) if seed > i else np.zeros(b))
    for i, (a, b) in enumerate(zip(ns, ns[1:]))
]


def grads(ps, x, t):
    acts = activations(ps, x)
    d = (acts[-1] - t) * acts[-1] * (1 - acts[-1])
    out = []
    for (w, b), a in list(zip(ps, acts))[::-1]:
        out = [(a.T @ d, d.sum(0))] + out
        d = (d @ w.T) * a * (1 - a)
    return out


update = lambda ps, gs, eta: [(w - eta * gw, b - eta * gb) for (w, b), (gw, gb) in zip(ps, gs)]
fit = lambda ps, x, t, eta, n: reduce(lambda p, _: update(p, grads(p, x, t), eta), range(n), ps)

if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    T = np.array([[0], [1], [1], [0]])
    print(predict(fit(init([2, 3, 1], 3), X, T, 1.0, 10000), X))
