"""Deep softmax classifier with parameters in a dictionary; one sample per row."""
import numpy as np


def make_params(sizes, rng=np.random.default_rng(0)):
    params = {}
    for i in range(len(sizes) - 1):
        params['Weights_%d' % i] = rng.normal(0, 1 / np.sqrt(sizes[i]), (sizes[i], sizes[i + 1]))
        params['bias_%d' % i] = np.zeros((1, sizes[i + 1]))
    return params


def n_layers(params):
    return sum(1 for k in params if k.startswith('Weights_'))


def forward(params, X):
    outputs = [X]
    last = n_layers(params) - 1
    for i in range(last + 1):
        z = outputs[-1] @ params['Weights_%d' % i] + params['bias_%d' % i]
        if i == last:
            z -= z.max(axis=1, keepdims=True)
            e = np.exp(z)
            outputs.append(e / e.sum(axis=1, keepdims=True))
        else:
            outputs.append(1 / (1 + np.exp(-z)))
    return outputs


def cross_entropy(probs, Y):
    # the tiny constant avoids log(0)
    return -np.mean(np.sum(Y * np.log(probs + 1e-12), axis=1))


def gradients(params, X, Y):
    outputs = forward(params, X)
    grads = {}
    delta = (outputs[-1] - Y) / X.shape[0]
    for i in reversed(range(n_layers(params))):
        grads['Weights_%d' % i] = outputs[i].T @ delta
        grads['bias_%d' % i] = delta.sum(axis=0, keepdims=True)
        if i > 0:
            delta = delta @ params['Weights_%d' % i].T * outputs[i] * (1 - outputs[i])
    return grads


def sgd_step(params, grads, lr):
    return {k: v - lr * grads[k] for k, v in params.items()}


def train(params, X, Y, lr=0.5, epochs=100):
    losses = []
    for _ in range(epochs):
        losses.append(cross_entropy(forward(params, X)[-1], Y))
        params = sgd_step(params, gradients(params, X, Y), lr)
    return params, losses
