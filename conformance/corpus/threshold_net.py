import numpy as np


class ThresholdMLP:
    """
    Each unit has a threshold: the weight of an extra last input that is always -1.
    """

    def __init__(self, n_x=2, n_h=3, n_y=1, eta=0.25):
        self.eta = eta
        self.to_hidden = (np.random.rand(n_x + 1, n_h) - 0.5) * 2 / np.sqrt(n_x)
        self.to_output = (np.random.rand(n_h + 1, n_y) - 0.5) * 2 / np.sqrt(n_h)

    def run_forward(self, inputs):
        minus = -np.ones((len(inputs), 1))
        self.hidden = 1.0 / (1.0 + np.exp(-np.dot(np.hstack((inputs, minus)), self.to_hidden)))
        self.hidden = np.concatenate((self.hidden, minus), axis=1)
        return 1.0 / (1.0 + np.exp(-np.dot(self.hidden, self.to_output)))

    def descend(self, inputs, targets, rounds):
        x = np.concatenate((inputs, -np.ones((len(inputs), 1))), axis=1)
        for n in range(rounds):
            outputs = self.run_forward(inputs)
            error = 0.5 * np.sum((outputs - targets) ** 2)
            if n % 100 == 0:
                print("round", n, "energy", error)
            d_out = (outputs - targets) * outputs * (1.0 - outputs)
            d_hid = self.hidden * (1.0 - self.hidden) * np.dot(d_out, self.to_output.T)
            self.to_hidden -= self.eta * np.dot(x.T, d_hid[:, :-1])
            self.to_output -= self.eta * np.dot(self.hidden.T, d_out)
