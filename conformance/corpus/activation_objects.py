import numpy as np
from abc import ABC, abstractmethod

class Activation(ABC):
    @abstractmethod
    def f(self, x): ...
    @abstractmethod
    def df(self, x): ...

class Sigmoid(Activation):
    def f(self, x):
        return 1 / (1 + np.exp(-x))
    def df(self, x):
        s = self.f(x)
        return s * (1 - s)

class Tanh(Activation):
    def f(self, x):
        return np.tanh(x)
    def df(self, x):
        return 1 - np.tanh(x) ** 2

class Linear(Activation):
    def f(self, x):
        return x
    def df(self, x):
        return np.ones_like(x)

class Layer:
    def __init__(self, n_in, n_out, activation):
        self.W = np.random.randn(n_out, n_in) * 0.3
        self.b = np.zeros((n_out, 1))
        self.activation = activation

    def forward(self, a):
        self.a_prev = a
        self.z = self.W @ a + self.b
        return self.activation.f(self.z)

    def backward(self, da):
        dz = da * self.activation.df(self.z)
        self.dW = dz @ self.a_prev.T
        self.db = dz.sum(axis=1, keepdims=True)
        return self.W.T @ dz

class Network:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def train_batch(self, x, y, lr):
        out = self.forward(x)
        grad = out - y
        for l in reversed(self.layers):
            grad = l.backward(grad)
        for l in self.layers:
            l.W -= lr * l.dW
            l.b -= lr * l.db
        return 0.5 * np.sum((out - y) ** 2)

if __name__ == '__main__':
    net = Network([Layer(2, 4, Tanh()), Layer(4, 1, Sigmoid())])
    X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    Y = np.array([[0, 1, 1, 0]])
    for i in range(3000):
        net.train_batch(X, Y, 0.1)
    print(net.forward(X))
