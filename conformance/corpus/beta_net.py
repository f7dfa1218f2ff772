import numpy as np


class SGDMomentumNet:
    def __init__(self, layers, lr=0.01, beta=0.9):
        self.lr, self.beta = lr, beta
        self.Ws = [np.random.randn(o, i) * np.sqrt(1 / i) for i, o in zip(layers[:-1], layers[1:])]
        self.bs = [np.zeros((o, 1)) for o in layers[1:]]
        self.vW = [np.zeros_like(W) for W in self.Ws]
        self.vb = [np.zeros_like(b) for b in self.bs]

    def forward(self, X):
        self.As = [X]
        for W, b in zip(self.Ws, self.bs):
            X = 1 / (1 + np.exp(-(W @ X + b)))
            self.As.append(X)
        return X

    def cost(self, X, Y):
        A = self.forward(X)
        return np.sum((A - Y) ** 2) / (2 * X.shape[1])

    def backward(self, Y):
        m = Y.shape[1]
        A = self.As[-1]
        dZ = (A - Y) * A * (1 - A)
        gW, gb = [], []
        for l in range(len(self.Ws) - 1, -1, -1):
            gW.insert(0, dZ @ self.As[l].T / m)
            gb.insert(0, dZ.sum(axis=1, keepdims=True) / m)
            dZ = self.Ws[l].T @ dZ * self.As[l] * (1 - self.As[l])
        return gW, gb

    def step(self, X, Y):
        self.forward(X)
        gW, gb = self.backward(Y)
        for l in range(len(self.Ws)):
            self.vW[l] = self.beta * self.vW[l] - self.lr * gW[l]
            self.vb[l] = self.beta * self.vb[l] - self.lr * gb[l]
            self.Ws[l] += self.vW[l]
            self.bs[l] += self.vb[l]


if __name__ == "__main__":
    net = SGDMomentumNet([3, 6, 2])
    X = np.random.randn(3, 50)
    Y = (np.random.rand(2, 50) > 0.5).astype(float)
    for _ in range(200):
        net.step(X, Y)
    print(net.cost(X, Y))
