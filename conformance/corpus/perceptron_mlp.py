# My first neural network! Based on what we did in the lecture.
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def dsigmoid(y):
    # y is already the sigmoid of something
    return y * (1.0 - y)


class MultiLayerPerceptron(object):
    def __init__(self, inputs, hidden, outputs, eta=0.5):
        self.eta = eta
        # weights go from row (source) to column (destination)
        self.wi = np.random.uniform(-1, 1, (inputs, hidden))
        self.bi = np.random.uniform(-1, 1, hidden)
        self.wo = np.random.uniform(-1, 1, (hidden, outputs))
        self.bo = np.random.uniform(-1, 1, outputs)

    def feed_forward(self, X):
        self.ah = sigmoid(X @ self.wi + self.bi)
        self.ao = sigmoid(self.ah @ self.wo + self.bo)
        return self.ao

    def back_propagate(self, X, targets):
        # output layer first
        output_deltas = (self.ao - targets) * dsigmoid(self.ao)
        self.wo -= self.eta * self.ah.T @ output_deltas
        self.bo -= self.eta * output_deltas.sum(axis=0)
        # now the hidden layer
        hidden_deltas = output_deltas @ self.wo.T * dsigmoid(self.ah)
        self.wi -= self.eta * X.T @ hidden_deltas
        self.bi -= self.eta * hidden_deltas.sum(axis=0)
        return 0.5 * np.sum((targets - self.ao) ** 2)

    def train(self, X, targets, iterations=1000):
        errors = []
        for _ in range(iterations):
            self.feed_forward(X)
            errors.append(self.back_propagate(X, targets))
        return errors


def demo():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    t = np.array([[0.0], [1.0], [1.0], [0.0]])
    n = MultiLayerPerceptron(2, 3, 1)
    errors = n.train(X, t, 3000)
    print("first error %.4f, last error %.4f" % (errors[0], errors[-1]))


if __name__ == "__main__":
    demo()
