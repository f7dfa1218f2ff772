import numpy as np

def dense(n_in, n_out, rng):
    W = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
    b = np.zeros(n_out)
    saved = {}

    def forward(x):
        saved['x'] = x
        return x @ W + b

    def backward(grad, lr):
        nonlocal W, b
        gx = grad @ W.T
        W = W - lr * saved['x'].T @ grad
        b = b - lr * grad.sum(axis=0)
        return gx

    return forward, backward

def tanh_layer():
    saved = {}

    def forward(x):
        saved['y'] = np.tanh(x)
        return saved['y']

    def backward(grad, lr):
        return grad * (1 - saved['y'] ** 2)

    return forward, backward

rng = np.random.default_rng(0)
layers = [dense(2, 8, rng), tanh_layer(), dense(8, 1, rng)]

def forward_all(x):
    for f, _ in layers:
        x = f(x)
    return x

def train_step(x, y, lr):
    out = forward_all(x)
    grad = (out - y) / len(x)
    for _, b in reversed(layers):
        grad = b(grad, lr)
    return np.mean((out - y) ** 2) / 2

if __name__ == '__main__':
    X = rng.uniform(-1, 1, (100, 2))
    Y = X[:, :1] * X[:, 1:]
    for epoch in range(1000):
        loss = train_step(X, Y, 0.1)
    print(loss)
