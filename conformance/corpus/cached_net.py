import numpy as np

# parameters and intermediate results live in two dictionaries
params = {}
cache = {}


def build(n_in, n_hidden, n_out, seed=0):
    g = np.random.default_rng(seed)
    params['w1'] = g.normal(size=(n_in, n_hidden))
    params['b1'] = np.zeros(n_hidden)
    params['w2'] = g.normal(size=(n_hidden, n_out))
    params['b2'] = np.zeros(n_out)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(x):
    cache['x'] = x
    cache['h'] = sigmoid(x @ params['w1'] + params['b1'])
    cache['o'] = sigmoid(cache['h'] @ params['w2'] + params['b2'])
    return cache['o']


def backward(y):
    do = (cache['o'] - y) * cache['o'] * (1 - cache['o'])
    dh = do @ params['w2'].T * cache['h'] * (1 - cache['h'])
    return {'w2': cache['h'].T @ do, 'b2': do.sum(0), 'w1': cache['x'].T @ dh, 'b1': dh.sum(0)}


def step(x, y, lr):
    if 'o' not in cache:
        forward(x)
    grads = backward(y)
    for k in params:
        params[k] = params[k] - lr * grads[k]
    return 0.5 * ((forward(x) - y) ** 2).sum()


def train(data, lr=0.5, epochs=100):
    """data is a list of (x, y) batches"""
    for epoch in range(epochs):
        total = 0.0
        for x, y in data:
            total += step(x, y, lr)
    return total
