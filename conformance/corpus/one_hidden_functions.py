import numpy as np

HIDDEN_UNITS = 4
ALPHA = 0.3


def init(nx, ny, nh=HIDDEN_UNITS):
    return dict(W1=np.random.randn(nh, nx), b1=np.random.randn(nh, 1),
                W2=np.random.randn(ny, nh), b2=np.random.randn(ny, 1))


def forward_prop(params, X):
    Z1 = params['W1'].dot(X) + params['b1']
    A1 = np.tanh(Z1)
    Z2 = params['W2'].dot(A1) + params['b2']
    A2 = 1. / (1. + np.exp(-Z2))
    return Z1, A1, Z2, A2


def back_prop(Z1, A1, Z2, A2, params, X, Y):
    m = Y.shape[1]
    dZ2 = A2 - Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = params['W2'].T.dot(dZ2) * (1 - A1)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2


def update_params(params, dW1, db1, dW2, db2, alpha=ALPHA):
    params['W1'] = params['W1'] - alpha * dW1
    params['b1'] = params['b1'] - alpha * db1
    params['W2'] = params['W2'] - alpha * dW2
    params['b2'] = params['b2'] - alpha * db2
    return params


def accuracy(params, X, Y):
    return np.mean((forward_prop(params, X)[3] > 0.5) == Y)


def gradient_descent(X, Y, iterations, alpha=ALPHA):
    params = init(X.shape[0], Y.shape[0])
    for i in range(iterations):
        Z1, A1, Z2, A2 = forward_prop(params, X)
        params = update_params(params, *back_prop(Z1, A1, Z2, A2, params, X, Y), alpha)
        if i % 50 == 0:
            print("Iteration:", i, "accuracy:", accuracy(params, X, Y))
    return params
