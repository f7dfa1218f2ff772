"""A little library: layers, a loss, an optimiser and batches, all of them defaults of `fit`."""
import numpy as np


class Part:
    weights = ()

    def run(self, x):
        raise NotImplementedError

    def forward(self, x):
        self.x = x
        self.y = self.run(x)
        return self.y

    def backward(self, error):
        raise NotImplementedError


class Affine(Part):
    def __init__(self, n_in, n_out):
        self.values = {"w": np.random.randn(n_in, n_out) * 0.5, "b": np.zeros(n_out)}
        self.slopes = {}

    def run(self, x):
        return x @ self.values["w"] + self.values["b"]

    def backward(self, error):
        self.slopes = {"w": self.x.T @ error, "b": error.sum(axis=0)}
        return error @ self.values["w"].T


class Tanh(Part):
    def run(self, x):
        return np.tanh(x)

    def backward(self, error):
        return error * (1 - self.y)


class Chain:
    def __init__(self, parts):
        self.parts = parts

    def forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x

    def backward(self, error):
        for part in reversed(self.parts):
            error = part.backward(error)

    def moves(self):
        for part in self.parts:
            for key, slope in getattr(part, "slopes", {}).items():
                yield part.values[key], slope


class SquaredError:
    def value(self, guess, target):
        return ((guess - target) ** 2).sum()

    def slope(self, guess, target):
        return 2 * (guess - target)


class Descent:
    def __init__(self, lr=0.01):
        self.lr = lr

    def move(self, chain):
        for value, slope in chain.moves():
            value -= self.lr * slope


class Batches:
    def __init__(self, size=32, shuffle=True):
        self.size, self.shuffle = size, shuffle

    def __call__(self, x, y):
        starts = np.arange(0, len(x), self.size)
        if self.shuffle:
            np.random.shuffle(starts)
        for start in starts:
            yield x[start : start + self.size], y[start : start + self.size]


def fit(net, inputs, targets, num_epochs=500, iterator=Batches(), loss=SquaredError(), optimizer=Descent()):
    for epoch in range(num_epochs):
        total = 0.0
        for x, y in iterator(inputs, targets):
            guess = net.forward(x)
            total += loss.value(guess, y)
            net.backward(loss.slope(guess, y))
            optimizer.move(net)
        print(epoch, total)


if __name__ == "__main__":
    net = Chain([Affine(2, 4), Tanh(), Affine(4, 2)])
    fit(net, np.array([[0, 0], [1, 0], [0, 1], [1, 1]]), np.array([[1, 0], [0, 1], [0, 1], [1, 0]]))
