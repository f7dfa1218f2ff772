import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split


def relu(x):
    return x * (x > 0)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class IrisNet:
    def __init__(self, sizes=(4, 16, 3)):
        self.Ws = [np.random.randn(i, o) * np.sqrt(2 / i) for i, o in zip(sizes[:-1], sizes[1:])]
        self.bs = [np.zeros(o) for o in sizes[1:]]

    def forward(self, x):
        self.hs = [x]
        for W, b in zip(self.Ws[:-1], self.bs[:-1]):
            x = relu(x @ W + b)
            self.hs.append(x)
        return softmax(x @ self.Ws[-1] + self.bs[-1])

    def nll(self, probs, y):
        return -np.log(probs[range(len(y)), y]).mean()

    def gradients(self, x, y):
        p = self.forward(x)
        p[range(len(y)), y] -= 1
        d = p / len(y)
        gW, gb = [], []
        for i in reversed(range(len(self.Ws))):
            gW.insert(0, self.hs[i].T @ d)
            gb.insert(0, d.sum(axis=0))
            d = (d @ self.Ws[i].T) * (self.hs[i] > 0)
        return gW, gb

    def fit(self, x, y, lr=0.1, epochs=200, batch=16):
        n = len(x)
        for e in range(epochs):
            idx = np.random.permutation(n)
            for k in range(0, n, batch):
                sel = idx[k:k + batch]
                gW, gb = self.gradients(x[sel], y[sel])
                for i in range(len(self.Ws)):
                    self.Ws[i] -= lr * gW[i]
                    self.bs[i] -= lr * gb[i]


if __name__ == "__main__":
    data = load_iris()
    xa, xb, ya, yb = train_test_split(data.data, data.target, test_size=0.3, random_state=1)
    net = IrisNet()
    net.fit(xa, ya)
    print("test accuracy:", (net.forward(xb).argmax(1) == yb).mean())
