import autograd.numpy as np
from autograd import grad


def init_random_params(scale, layer_sizes, rs=np.random.RandomState(0)):
    """A list of (weights, biases) tuples."""
    return [(scale * rs.randn(m, n), scale * rs.randn(n)) for m, n in zip(layer_sizes[:-1], layer_sizes[1:])]


def log_softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=1, keepdims=True))


def predict(params, inputs):
    """Log probabilities of the classes."""
    for W, b in params[:-1]:
        inputs = np.tanh(np.dot(inputs, W) + b)
    W, b = params[-1]
    return log_softmax(np.dot(inputs, W) + b)


def objective(params, inputs, targets):
    return -np.mean(np.sum(predict(params, inputs) * targets, axis=1))


def accuracy(params, inputs, targets):
    return np.mean(np.argmax(predict(params, inputs), axis=1) == np.argmax(targets, axis=1))


objective_grad = grad(objective)


def update(params, inputs, targets, step_size):
    grads = objective_grad(params, inputs, targets)
    return [(W - step_size * dW, b - step_size * db) for (W, b), (dW, db) in zip(params, grads)]


if __name__ == "__main__":
    rs = np.random.RandomState(1)
    X = rs.randn(30, 2)
    T = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
    params = init_random_params(0.5, [2, 8, 2])
    for i in range(200):
        params = update(params, X, T, 0.5)
    print(accuracy(params, X, T))
