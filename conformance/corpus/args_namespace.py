import argparse
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class MLP(object):
    def __init__(self, args):
        self.args = args
        self.W1 = np.random.uniform(-1, 1, (args.n_in, args.n_hidden))
        self.b1 = np.zeros(args.n_hidden)
        self.W2 = np.random.uniform(-1, 1, (args.n_hidden, args.n_out))
        self.b2 = np.zeros(args.n_out)

    def forward(self, x):
        self.h = sigmoid(x @ self.W1 + self.b1)
        self.o = sigmoid(self.h @ self.W2 + self.b2)
        return self.o

    def backward(self, x, y):
        # mean squared error
        err = 2 * (self.o - y) / y.size
        dh = err @ self.W2.T * self.h * (1 - self.h)
        self.W2 -= self.args.lr * self.h.T @ err
        self.b2 -= self.args.lr * err.sum(0)
        self.W1 -= self.args.lr * x.T @ dh
        self.b1 -= self.args.lr * dh.sum(0)

    def loss(self, x, y):
        return ((self.forward(x) - y) ** 2).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n_in", type=int, default=2)
    parser.add_argument("--n_hidden", type=int, default=4)
    parser.add_argument("--n_out", type=int, default=1)
    parser.add_argument("--lr", type=float, default=0.5)
    parser.add_argument("--epochs", type=int, default=10000)
    args = parser.parse_args()
    net = MLP(args)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[0], [1], [1], [0]])
    for _ in range(args.epochs):
        net.forward(X)
        net.backward(X, Y)
    print(net.loss(X, Y))


if __name__ == "__main__":
    main()
