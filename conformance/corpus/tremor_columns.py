"""Earthquake or blast?  Signals are columns: X is (channels, m), Y is (1, m)."""
import numpy as np


def start(n_x, n_h, n_y, spread=0.5):
    p = {}
    p["Wa"] = spread * np.random.randn(n_h, n_x)
    p["ba"] = np.zeros((n_h, 1))
    p["Wb"] = spread * np.random.randn(n_y, n_h)
    p["bb"] = np.zeros((n_y, 1))
    return p


def run_forward(p, X):
    A = np.maximum(p["Wa"] @ X + p["ba"], 0)
    P = 1 / (1 + np.exp(-(p["Wb"] @ A + p["bb"])))
    return {"A": A, "P": P}


def average_cost(P, Y):
    m = Y.shape[1]
    return np.sum(-Y * np.log(P) - (1 - Y) * np.log(1 - P)) / m


def run_backward(p, mem, X, Y):
    m = X.shape[1]
    dZb = mem["P"] - Y
    dZa = (p["Wb"].T @ dZb) * (mem["A"] > 0)
    return {
        "Wb": dZb @ mem["A"].T / m,
        "bb": dZb.sum(axis=1, keepdims=True),
        "Wa": dZa @ X.T / m,
        "ba": dZa.sum(axis=1, keepdims=True),
    }


def move(p, grads, learning_rate):
    return {name: p[name] - learning_rate * grads[name] for name in p}


def fit(p, X, Y, learning_rate=0.1, steps=500):
    costs = []
    for _ in range(steps):
        mem = run_forward(p, X)
        costs.append(average_cost(mem["P"], Y))
        p = move(p, run_backward(p, mem, X, Y), learning_rate)
    return p, costs


if __name__ == "__main__":
    np.random.seed(8)
    X = np.random.randn(4, 90)
    Y = (X[:1] * X[1:2] > 0) * 1.0
    p, costs = fit(start(4, 9, 1), X, Y)
    print(costs[0], costs[-1])
