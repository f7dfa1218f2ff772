"""Samples in columns, a dictionary of parameters W1, b1, ..., caches: the notes of a well-known course."""

import numpy as np

from mlp_conformance import Claims


def sigmoid(Z):
    return 1.0 / (1.0 + np.exp(-Z))


def initial(network):
    params = {}
    for l, layer in enumerate(network.layers, start=1):
        params["W%d" % l] = layer.weights.T.copy()
        params["b%d" % l] = layer.biases.reshape(-1, 1).copy()
    return params, [layer.activation for layer in network.layers]


def model_forward(X, params, kinds):
    caches = []
    A = X
    L = len(kinds)
    for l in range(1, L + 1):
        A_prev = A
        Z = np.dot(params["W%d" % l], A_prev) + params["b%d" % l]
        if kinds[l - 1] == "sigmoid":
            A = sigmoid(Z)
        elif kinds[l - 1] == "tanh":
            A = np.tanh(Z)
        else:
            A = np.maximum(0, Z)
        caches.append((A_prev, Z, A))
    return A, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -(1.0 / m) * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    return float(np.squeeze(cost))


def model_backward(AL, Y, caches, params, kinds):
    grads = {}
    m = AL.shape[1]
    L = len(caches)
    dZ = AL - Y
    for l in range(L, 0, -1):
        A_prev, Z, A = caches[l - 1]
        if l < L:
            if kinds[l - 1] == "sigmoid":
                dZ = dA * A * (1 - A)
            elif kinds[l - 1] == "tanh":
                dZ = dA * (1 - np.power(A, 2))
            else:
                dZ = np.array(dA, copy=True)
                dZ[Z <= 0] = 0
        grads["dW%d" % l] = np.dot(dZ, A_prev.T) / m
        grads["db%d" % l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(params["W%d" % l].T, dZ)
    return grads


def update(params, grads, learning_rate):
    L = len(params) // 2
    for l in range(L):
        params["W" + str(l + 1)] = params["W" + str(l + 1)] - learning_rate * grads["dW" + str(l + 1)]
        params["b" + str(l + 1)] = params["b" + str(l + 1)] - learning_rate * grads["db" + str(l + 1)]
    return params


class Program:
    claims = Claims(
        name="lecture-columns",
        activations={"sigmoid", "tanh", "relu"},
        output_activations={"sigmoid"},
        losses={"binary_cross_entropy"},
        reductions={"mean_samples"},
    )

    def forward(self, network, inputs):
        params, kinds = initial(network)
        caches = model_forward(inputs.T, params, kinds)[1]
        return [A.T for _, _, A in caches]

    def loss(self, network, inputs, targets):
        params, kinds = initial(network)
        return compute_cost(model_forward(inputs.T, params, kinds)[0], targets.T)

    def gradients(self, network, inputs, targets):
        params, kinds = initial(network)
        AL, caches = model_forward(inputs.T, params, kinds)
        grads = model_backward(AL, targets.T, caches, params, kinds)
        return [(grads["dW%d" % l].T, grads["db%d" % l].ravel()) for l in range(1, len(kinds) + 1)]

    def train(self, network, inputs, targets, learning_rate, epochs):
        params, kinds = initial(network)
        X, Y = inputs.T, targets.T
        for i in range(0, epochs):
            AL, caches = model_forward(X, params, kinds)
            grads = model_backward(AL, Y, caches, params, kinds)
            params = update(params, grads, learning_rate)
        return [(params["W%d" % l].T, params["b%d" % l].ravel()) for l in range(1, len(kinds) + 1)]
