# which of the birds is it? features come from 4 s of sound
from typing import List, Tuple
import numpy as np

Arrays = List[np.ndarray]


def build(sizes: List[int], rng: np.random.Generator) -> Tuple[Arrays, Arrays]:
    Ws, bs = [], []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
        bound = (6.0 / (fan_in + fan_out)) ** 0.5
        Ws.append(rng.uniform(-bound, bound, size=(fan_in, fan_out)))
        bs.append(np.zeros(fan_out))
    return Ws, bs


def forward(Ws: Arrays, bs: Arrays, X: np.ndarray) -> Arrays:
    acts = [X]
    for W, b in zip(Ws[:-1], bs[:-1]):
        acts.append(np.tanh(acts[-1] @ W + b))
    logits = acts[-1] @ Ws[-1] + bs[-1]
    logits = logits - logits.max(axis=1, keepdims=True)
    expo = np.exp(logits)
    return acts + [expo / expo.sum(axis=1, keepdims=True)]


def xent(probs: np.ndarray, T: np.ndarray) -> float:
    return float(-(T * np.log(probs)).sum(axis=1).mean())


def backward(Ws: Arrays, acts: Arrays, T: np.ndarray) -> Tuple[Arrays, Arrays]:
    dWs, dbs = [], []
    d = (acts[-1] - T) / len(T)
    for k in reversed(range(len(Ws))):
        dWs.append(acts[k].T @ d)
        dbs.append(d.sum(axis=0))
        if k > 0:
            d = (d @ Ws[k].T) * (1.0 - acts[k] * acts[k])
    return dWs[::-1], dbs[::-1]


def sgd(Ws: Arrays, bs: Arrays, dWs: Arrays, dbs: Arrays, lr: float) -> None:
    for W, b, dW, db in zip(Ws, bs, dWs, dbs):
        W -= lr * dW
        b -= lr * db


def main() -> None:
    rng = np.random.default_rng(7)
    who = rng.integers(0, 4, size=200)
    X = rng.normal(size=(200, 6)) + np.eye(4, 6)[who] * 2
    T = np.eye(4)[who]
    Ws, bs = build([6, 12, 4], rng)
    for epoch in range(400):
        acts = forward(Ws, bs, X)
        sgd(Ws, bs, *backward(Ws, acts, T), lr=0.5)
        if epoch % 100 == 0:
            print(epoch, xent(acts[-1], T))


if __name__ == "__main__":
    main()
