import numpy as np


def make_mlp(n_in, n_hidden, n_out, seed=0):
    rng = np.random.default_rng(seed)
    W1 = rng.normal(0, 1, (n_in, n_hidden))
    b1 = np.zeros(n_hidden)
    W2 = rng.normal(0, 1, (n_hidden, n_out))
    b2 = np.zeros(n_out)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def forward(X):
        h = sigmoid(X @ W1 + b1)
        return h, sigmoid(h @ W2 + b2)

    def predict(X):
        return forward(X)[1]

    def train(X, Y, lr=0.1, epochs=1):
        nonlocal W1, b1, W2, b2
        for _ in range(epochs):
            h, out = forward(X)
            d2 = (out - Y) * out * (1 - out)
            d1 = d2 @ W2.T * h * (1 - h)
            W2 = W2 - lr * h.T @ d2
            b2 = b2 - lr * d2.sum(0)
            W1 = W1 - lr * X.T @ d1
            b1 = b1 - lr * d1.sum(0)
        return 0.5 * ((out - Y) ** 2).sum()

    return predict, train


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[0], [1], [1], [0]])
    predict, train = make_mlp(2, 4, 1)
    print(train(X, Y, 0.5, 5000))
    print(predict(X))
