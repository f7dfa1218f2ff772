import numpy as np


class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad):
        return grad * (1 - self.out ** 2)


class MSELoss:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return self.diff / len(self.diff)


class MLP:
    def __init__(self, *dims):
        self.layers = []
        for a, b in zip(dims, dims[1:]):
            self.layers += [Linear(a, b), Tanh()]
        self.layers.pop()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def update(self, lr):
        for layer in self.layers:
            if isinstance(layer, Linear):
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db


def train(net, X, Y, lr=0.05, epochs=500):
    criterion = MSELoss()
    for epoch in range(epochs):
        loss = criterion.forward(net.forward(X), Y)
        net.backward(criterion.backward())
        net.update(lr)
        if epoch % 100 == 0:
            print(epoch, loss)
    return loss


if __name__ == "__main__":
    X = np.random.randn(100, 2)
    Y = np.stack([np.sin(X[:, 0]), X[:, 1] ** 2], axis=1)
    train(MLP(2, 16, 2), X, Y)
