import numpy as np

rng = np.random.default_rng(42)


def relu(z):
    return np.maximum(0, z)


def relu_backward(z):
    g = np.ones_like(z)
    g[z == 0] = 0
    return g


class FeedForward:
    """Regression network, features down the rows and examples along the columns."""

    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = rng.standard_normal((n_hidden, n_in)) * np.sqrt(2 / n_in)
        self.b1 = np.zeros((n_hidden, 1))
        self.W2 = rng.standard_normal((n_out, n_hidden)) * np.sqrt(2 / n_hidden)
        self.b2 = np.zeros((n_out, 1))

    def forward(self, X):
        Z1 = self.W1 @ X + self.b1
        A1 = relu(Z1)
        yhat = self.W2 @ A1 + self.b2
        return yhat, (X, Z1, A1)

    def mse(self, yhat, Y):
        return np.sum((yhat - Y) ** 2) / (2 * Y.shape[1])

    def gradients(self, X, Y):
        yhat, (X, Z1, A1) = self.forward(X)
        m = X.shape[1]
        delta2 = (yhat - Y) / m
        delta1 = (self.W2.T @ delta2) * relu_backward(Z1)
        return {
            'W1': delta1 @ X.T,
            'b1': delta1.sum(axis=1, keepdims=True),
            'W2': delta2 @ A1.T,
            'b2': delta2.sum(axis=1, keepdims=True),
        }

    def fit(self, X, Y, lr=0.01, epochs=100):
        history = []
        for _ in range(epochs):
            history.append(self.mse(self.forward(X)[0], Y))
            for name, g in self.gradients(X, Y).items():
                setattr(self, name, getattr(self, name) - lr * g)
        return history


if __name__ == '__main__':
    X = rng.uniform(-1, 1, (1, 50))
    Y = X ** 2
    model = FeedForward(1, 16, 1)
    history = model.fit(X, Y, lr=0.05, epochs=500)
    print('loss went from', history[0], 'to', history[-1])
