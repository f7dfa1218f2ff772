import numpy as np

class Regressor:
    def __init__(self, n_hidden=10, lr=0.05, seed=None):
        self.n_hidden, self.lr = n_hidden, lr
        self.rng = np.random.default_rng(seed)

    def set_data(self, x, y):
        self.x, self.y = x, y
        n, m = x.shape[1], y.shape[1]
        self.w1 = self.rng.normal(0, 1, (n, self.n_hidden)); self.b1 = np.zeros(self.n_hidden)
        self.w2 = self.rng.normal(0, 1, (self.n_hidden, m)); self.b2 = np.zeros(m)

    def predict(self, x=None):
        x = self.x if x is None else x
        self.h = np.tanh(x @ self.w1 + self.b1)
        return self.h @ self.w2 + self.b2

    def loss(self):
        return np.mean((self.predict() - self.y) ** 2) / 2

    def epoch(self):
        e = (self.predict() - self.y) / self.y.size
        g = e @ self.w2.T * (1 - self.h ** 2)
        self.w2 -= self.lr * self.h.T @ e; self.b2 -= self.lr * e.sum(0)
        self.w1 -= self.lr * self.x.T @ g; self.b1 -= self.lr * g.sum(0)

    def train(self, epochs=100):
        for _ in range(epochs):
            self.epoch()

if __name__ == "__main__":
    r = Regressor(seed=1)
    x = np.linspace(-1, 1, 30)[:, None]
    r.set_data(x, np.sin(3 * x))
    r.train(2000)
    print(r.loss())
