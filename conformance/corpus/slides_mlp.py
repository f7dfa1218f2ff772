import numpy as np


class Perceptron:
    """Multi-layer perceptron with threshold units, bias input -1 (lecture slides 4)."""

    def __init__(self, inputs, targets, nhidden, eta=0.25):
        self.nin = np.shape(inputs)[1]
        self.nout = np.shape(targets)[1]
        self.eta = eta
        self.weights1 = (np.random.rand(self.nin + 1, nhidden) - 0.5) * 2 / np.sqrt(self.nin)
        self.weights2 = (np.random.rand(nhidden + 1, self.nout) - 0.5) * 2 / np.sqrt(nhidden)

    def fwd(self, inputs):
        inputs = np.concatenate((inputs, -np.ones((len(inputs), 1))), axis=1)
        self.hidden = 1.0 / (1.0 + np.exp(-np.dot(inputs, self.weights1)))
        self.hidden = np.concatenate((self.hidden, -np.ones((len(inputs), 1))), axis=1)
        return 1.0 / (1.0 + np.exp(-np.dot(self.hidden, self.weights2)))

    def train(self, inputs, targets, niterations):
        biased = np.concatenate((inputs, -np.ones((len(inputs), 1))), axis=1)
        for n in range(niterations):
            outputs = self.fwd(inputs)
            deltao = (outputs - targets) * outputs * (1.0 - outputs)
            deltah = self.hidden * (1.0 - self.hidden) * np.dot(deltao, self.weights2.T)
            self.weights1 -= self.eta * np.dot(biased.T, deltah[:, :-1])
            self.weights2 -= self.eta * np.dot(self.hidden.T, deltao)


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    T = np.array([[0], [1], [1], [0]])
    p = Perceptron(X, T, 3)
    p.train(X, T, 5001)
    print(p.fwd(X))
