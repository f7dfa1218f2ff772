import numpy as np


class MLP:
    def __init__(self, n_inputs, n_hidden, n_outputs, eta=0.1):
        self.eta = eta
        self.V = np.random.uniform(-1, 1, (n_hidden, n_inputs))
        self.v0 = np.random.uniform(-1, 1, n_hidden)
        self.W = np.random.uniform(-1, 1, (n_outputs, n_hidden))
        self.w0 = np.random.uniform(-1, 1, n_outputs)

    def output(self, x):
        self.x = np.asarray(x, float)
        self.h = np.tanh(self.V @ self.x + self.v0)
        self.y = np.tanh(self.W @ self.h + self.w0)
        return self.y

    def adapt(self, x, d):
        y = self.output(x)
        e = np.asarray(d) - y
        go = e * (1 - y * y)
        gh = self.W.T @ go * (1 - self.h * self.h)
        self.W += self.eta * np.outer(go, self.h)
        self.w0 += self.eta * go
        self.V += self.eta * np.outer(gh, self.x)
        self.v0 += self.eta * gh
        return 0.5 * float(e @ e)

    def train(self, patterns, desired, epochs=100):
        log = []
        for epoch in range(1, epochs):
            total = 0.0
            for x, d in zip(patterns, desired):
                total += self.adapt(x, d)
            log.append(total)
        return log
