import argparse
import numpy as np

parser = argparse.ArgumentParser(description="train a net")
parser.add_argument("--hidden", type=int, default=10)
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("data", help="csv file")
args = parser.parse_args()

dataset = np.loadtxt(args.data, delimiter=",")


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w = [np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)]
        self.b = [np.zeros(n_hidden), np.zeros(n_out)]

    def predict(self, X):
        return np.tanh(X @ self.w[0] + self.b[0]) @ self.w[1] + self.b[1]

    def update(self, X, Y):
        H = np.tanh(X @ self.w[0] + self.b[0])
        E = H @ self.w[1] + self.b[1] - Y
        dH = E @ self.w[1].T * (1 - H ** 2)
        n = len(X)
        self.w[1] -= args.lr * H.T @ E / n
        self.b[1] -= args.lr * E.mean(axis=0)
        self.w[0] -= args.lr * X.T @ dH / n
        self.b[0] -= args.lr * dH.mean(axis=0)
        return (E ** 2).sum() / (2 * n)


net = Net(dataset.shape[1] - 1, args.hidden, 1)
for _ in range(args.epochs):
    print(net.update(dataset[:, :-1], dataset[:, -1:]))
