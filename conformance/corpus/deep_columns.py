import numpy as np


def init_params(layer_dims):
    params = {}
    for l in range(1, len(layer_dims)):
        params['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        params['b' + str(l)] = np.zeros((layer_dims[l], 1))
    return params


def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    A = np.maximum(0, Z) if activation == 'relu' else 1 / (1 + np.exp(-Z))
    return A, (A_prev, W, Z, A)


def L_model_forward(X, params):
    caches = []
    A = X
    L = len(params) // 2
    for l in range(1, L + 1):
        act = 'sigmoid' if l == L else 'relu'
        A, cache = linear_activation_forward(A, params['W%d' % l], params['b%d' % l], act)
        caches.append(cache)
    return A, caches


def linear_activation_backward(dA, cache, activation):
    A_prev, W, Z, A = cache
    m = A_prev.shape[1]
    if activation == 'relu':
        dZ = np.where(Z > 0, dA, 0)
    else:
        dZ = dA * A * (1 - A)
    dW = dZ @ A_prev.T / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return W.T @ dZ, dW, db


def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in range(L, 0, -1):
        act = 'sigmoid' if l == L else 'relu'
        dA, grads['dW%d' % l], grads['db%d' % l] = linear_activation_backward(dA, caches[l - 1], act)
    return grads


def update_parameters(params, grads, learning_rate):
    for key in params:
        params[key] = params[key] - learning_rate * grads['d' + key]
    return params


def L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, params=None):
    params = params or init_params(layers_dims)
    for _ in range(num_iterations):
        AL, caches = L_model_forward(X, params)
        params = update_parameters(params, L_model_backward(AL, Y, caches), learning_rate)
    return params
