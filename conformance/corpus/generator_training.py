import numpy as np


class Net:
    def __init__(self, dims):
        self.Ws = [np.random.randn(a, b) / np.sqrt(a) for a, b in zip(dims, dims[1:])]
        self.bs = [np.zeros((1, b)) for b in dims[1:]]

    def forward(self, X):
        self.acts = [X]
        for i, (W, b) in enumerate(zip(self.Ws, self.bs)):
            z = self.acts[-1] @ W + b
            self.acts.append(z if i == len(self.Ws) - 1 else np.tanh(z))
        return self.acts[-1]

    def train(self, X, Y, lr):
        """Yields the loss for ever; each next() is one epoch of full-batch descent."""
        while True:
            out = self.forward(X)
            yield ((out - Y) ** 2).mean()
            delta = 2 * (out - Y) / out.size
            for i in reversed(range(len(self.Ws))):
                gW, gb = self.acts[i].T @ delta, delta.sum(axis=0, keepdims=True)
                if i:
                    delta = (delta @ self.Ws[i].T) * (1 - self.acts[i] ** 2)
                self.Ws[i] -= lr * gW
                self.bs[i] -= lr * gb


if __name__ == "__main__":
    X = np.linspace(-1, 1, 50)[:, None]
    net = Net([1, 16, 1])
    for step, loss in zip(range(2000), net.train(X, np.sin(3 * X), 0.1)):
        if step % 100 == 0:
            print(step, loss)
