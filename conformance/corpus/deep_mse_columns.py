# L-layer regression network, tanh inside, linear on top. X: (features, examples)
import numpy as np


def initialize(dims, seed=3):
    np.random.seed(seed)
    parameters = {}
    for l, (n_prev, n) in enumerate(zip(dims[:-1], dims[1:]), start=1):
        parameters[f"W{l}"] = np.random.randn(n, n_prev) * np.sqrt(1 / n_prev)
        parameters[f"b{l}"] = np.zeros((n, 1))
    return parameters


def forward(X, parameters):
    L = len(parameters) // 2
    cache = {"A0": X}
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ cache[f"A{l-1}"] + parameters[f"b{l}"]
        cache[f"A{l}"] = np.tanh(Z) if l < L else Z
    return cache[f"A{L}"], cache


def cost(AL, Y):
    m = Y.shape[1]
    return np.sum((AL - Y) ** 2) / (2 * m)


def backward(AL, Y, cache, parameters):
    L = len(parameters) // 2
    m = Y.shape[1]
    grads = {}
    dZ = (AL - Y) / m
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = dZ @ cache[f"A{l-1}"].T / m
        grads[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA = parameters[f"W{l}"].T @ dZ
            dZ = dA * (1 - cache[f"A{l-1}"] ** 2)
    return grads


def gradient_descent(parameters, grads, alpha):
    L = len(parameters) // 2
    for l in range(1, L + 1):
        parameters[f"W{l}"] = parameters[f"W{l}"] - alpha * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - alpha * grads[f"db{l}"]
    return parameters


def model(X, Y, parameters, alpha=0.1, iterations=500):
    for i in range(iterations):
        AL, cache = forward(X, parameters)
        if i % 100 == 0:
            print(i, cost(AL, Y))
        parameters = gradient_descent(parameters, backward(AL, Y, cache, parameters), alpha)
    return parameters
