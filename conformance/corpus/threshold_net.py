import numpy as np


class ThresholdMLP:
    """
    Each unit has a threshold: the weight of an extra last input that is always -1.
    """

    def __init__(self, n_x=2, n_h=3, n_y=1, eta=0.25):
        self.eta = eta
        self.weights1 = (np.random.rand(n_x + 1, n_h) - 0.5) * 2 / np.sqrt(n_x)
        self.weights2 = (np.random.rand(n_h + 1, n_y) - 0.5) * 2 / np.sqrt(n_h)

    def mlpfwd(self, inputs):
        minus = -np.ones((len(inputs), 1))
        self.hidden = 1.0 / (1.0 + np.exp(-np.dot(np.hstack((inputs, minus)), self.weights1)))
        self.hidden = np.concatenate((self.hidden, minus), axis=1)
        return 1.0 / (1.0 + np.exp(-np.dot(self.hidden, self.weights2)))

    def mlptrain(self, inputs, targets, niterations):
        x = np.concatenate((inputs, -np.ones((len(inputs), 1))), axis=1)
        for n in range(niterations):
            outputs = self.mlpfwd(inputs)
            error = 0.5 * np.sum((outputs - targets) ** 2)
            if n % 100 == 0:
                print("Iteration:", n, " Error:", error)
            deltao = (outputs - targets) * outputs * (1.0 - outputs)
            deltah = self.hidden * (1.0 - self.hidden) * np.dot(deltao, self.weights2.T)
            self.weights1 -= self.eta * np.dot(x.T, deltah[:, :-1])
            self.weights2 -= self.eta * np.dot(self.hidden.T, deltao)
