# problem 3: two layers, every matrix has its bias in the first column
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def forward(X, alpha, beta):
    """X: N by M + 1, the first column all ones."""
    z = sigmoid(X @ alpha.T)
    z = np.c_[np.ones(len(X)), z]
    b = z @ beta.T
    e = np.exp(b - b.max(axis=1, keepdims=True))
    return z, e / e.sum(axis=1, keepdims=True)


def loss(y_hat, y):
    return -np.mean(np.sum(y * np.log(y_hat), axis=1))


def backward(X, y, alpha, beta):
    z, y_hat = forward(X, alpha, beta)
    db = (y_hat - y) / len(X)
    dz = db @ beta[:, 1:]
    da = dz * z[:, 1:] * (1 - z[:, 1:])
    return da.T @ X, db.T @ z


def main(X, y, D, epochs, lr):
    X = np.c_[np.ones(len(X)), X]
    alpha = np.random.uniform(-0.1, 0.1, (D, X.shape[1]))
    beta = np.random.uniform(-0.1, 0.1, (y.shape[1], D + 1))
    for _ in range(epochs):
        d_alpha, d_beta = backward(X, y, alpha, beta)
        alpha, beta = alpha - lr * d_alpha, beta - lr * d_beta
    return alpha, beta
