import numpy as np

EPS = 1e-8


class LoanDefaultNet(object):
    """ Will the borrower pay back?
        X : (n, k) array, y : (n, 1) array of 0 and 1
    """

    def __init__(self, k, h1, h2, step_size=0.3, seed=None):
        gen = np.random.RandomState(seed)
        self.step_size = step_size
        self.A = gen.normal(scale=k ** -.5, size=(k, h1));   self.a = np.zeros((1, h1))
        self.B = gen.normal(scale=h1 ** -.5, size=(h1, h2)); self.b = np.zeros((1, h2))
        self.C = gen.normal(scale=h2 ** -.5, size=(h2, 1));  self.c = np.zeros((1, 1))

    @staticmethod
    def squash(z):
        return .5 * (1. + np.tanh(.5 * z))

    def predict_proba(self, X):
        self.u = np.tanh(X.dot(self.A) + self.a)
        self.v = np.tanh(self.u.dot(self.B) + self.b)
        self.p = self.squash(self.v.dot(self.C) + self.c)
        return self.p

    def log_loss(self, X, y):
        p = self.predict_proba(X)
        return -np.mean(y * np.log(p + EPS) + (1 - y) * np.log(1 - p + EPS))

    def fit(self, X, y, n_iter=100):
        n = X.shape[0]
        for _ in range(n_iter):
            self.predict_proba(X)
            dp = (self.p - y) * self.p * (1 - self.p) / n
            dv = dp.dot(self.C.T) * (1 - np.square(self.v))
            du = dv.dot(self.B.T) * (1 - np.square(self.u))
            for name, left, d in (("C", self.v, dp), ("B", self.u, dv), ("A", X, du)):
                W, w = getattr(self, name), getattr(self, name.lower())
                W -= self.step_size * left.T.dot(d)
                w -= self.step_size * d.sum(axis=0, keepdims=True)
        return self


if __name__ == "__main__":
    gen = np.random.RandomState(1)
    X = gen.randn(150, 4)
    y = (X[:, :1] - X[:, 1:2] ** 2 + .5 > 0).astype(float)
    net = LoanDefaultNet(4, 10, 6, seed=2)
    print(net.log_loss(X, y), net.fit(X, y, 3000).log_loss(X, y))
