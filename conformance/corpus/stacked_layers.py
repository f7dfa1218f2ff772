import numpy as np


class Layer:
    """A dense layer with its sigmoid."""

    def __init__(self, size_in, size_out):
        self.w = np.random.normal(0, size_in ** -0.5, (size_in, size_out))
        self.b = np.zeros(size_out)

    def forward(self, a):
        self.a_in = a
        self.a_out = 1 / (1 + np.exp(-(a @ self.w + self.b)))
        return self.a_out

    def backward(self, grad_out, lr):
        grad_z = grad_out * self.a_out * (1 - self.a_out)
        self.w = self.w - lr * self.a_in.T @ grad_z
        self.b = self.b - lr * grad_z.sum(axis=0)
        return grad_z @ self.w.T


class Model:
    def __init__(self, lr=0.1):
        self.layers = []
        self.lr = lr

    def add(self, size_in, size_out):
        self.layers.append(Layer(size_in, size_out))
        return self

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_on_batch(self, x, y):
        out = self(x)
        grad = 2 * (out - y)
        for layer in self.layers[::-1]:
            grad = layer.backward(grad, self.lr)
        return ((out - y) ** 2).sum()


if __name__ == "__main__":
    model = Model(lr=0.3).add(2, 5).add(5, 5).add(5, 1)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[0], [1], [1], [0]])
    for i in range(2000):
        loss = model.train_on_batch(X, Y)
    print(loss)
