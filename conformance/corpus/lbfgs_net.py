import numpy as np
from scipy.optimize import minimize


def g(z):
    return 1.0 / (1.0 + np.exp(-z))


def dg(a):
    return g(a) * (1 - g(a))


class Net:
    """Network whose parameters live in one vector, for scipy's L-BFGS."""

    def __init__(self, n_x, n_h, n_y):
        self.n_x, self.n_h, self.n_y = n_x, n_h, n_y
        self.shapes = [(n_x, n_h), (n_h,), (n_h, n_y), (n_y,)]
        self.size = sum(int(np.prod(s)) for s in self.shapes)
        self.p = np.random.RandomState(3).randn(self.size) * 0.5

    def parts(self, p):
        out, at = [], 0
        for s in self.shapes:
            n = int(np.prod(s))
            out.append(p[at:at + n].reshape(s))
            at += n
        return out

    def predict(self, X, p=None):
        W, b, V, c = self.parts(self.p if p is None else p)
        return g(g(X @ W + b) @ V + c)

    def objective(self, p, X, Y):
        W, b, V, c = self.parts(p)
        H = g(X @ W + b)
        O = g(H @ V + c)
        value = 0.5 * np.sum((O - Y) ** 2)
        D = (O - Y) * O * (1 - O)
        B = D @ V.T * dg(H)
        gradient = np.concatenate([(X.T @ B).ravel(), B.sum(0), (H.T @ D).ravel(), D.sum(0)])
        return value, gradient

    def fit(self, X, Y):
        self.p = minimize(self.objective, self.p, args=(X, Y), jac=True, method="L-BFGS-B").x
        return self
