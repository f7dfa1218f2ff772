"""Binary classifier, samples in rows. Cost from the lecture notes."""
import numpy as np


def initialize(n_x, n_h, n_y, seed=2):
    np.random.seed(seed)
    return {
        "W1": np.random.randn(n_x, n_h) * 0.01,
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_y) * 0.01,
        "b2": np.zeros((1, n_y)),
    }


def forward(X, params):
    Z1 = X @ params["W1"] + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = A1 @ params["W2"] + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"A1": A1, "A2": A2}


def backward(X, Y, params, cache):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dW2 = cache["A1"].T @ dZ2 / m
    db2 = np.sum(dZ2, axis=0, keepdims=True) / m
    dZ1 = dZ2 @ params["W2"].T * (1 - cache["A1"] ** 2)
    dW1 = X.T @ dZ1 / m
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def cost(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def train(X, Y, params, alpha=0.1, iters=1000):
    for _ in range(iters):
        A2, cache = forward(X, params)
        grads = backward(X, Y, params, cache)
        for key in grads:
            params[key] = params[key] - alpha * grads[key]
    return params


if __name__ == "__main__":
    X = np.random.randn(200, 2)
    Y = (X.prod(axis=1, keepdims=True) > 0) * 1.0
    p = train(X, Y, initialize(2, 8, 1), 0.01, 5000)
    print(cost(forward(X, p)[0], Y))
