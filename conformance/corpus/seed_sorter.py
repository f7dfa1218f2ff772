# sorts seeds by seven measurements; every layer has its own activation
import numpy as np

PLAN = """
7 -> 10 sigmoid
10 -> 6 relu
6 -> 3 softmax
"""


def squash(z):
    return 1.0 / (1.0 + np.exp(-z))


def ramp(z):
    return np.where(z > 0, z, 0.0)


def shares(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


FUNCTIONS = {"sigmoid": squash, "relu": ramp, "softmax": shares}
SLOPES = {"relu": lambda out: (out > 0).astype(float)}


def build(plan, rng):
    stack = []
    for line in plan.split("\n"):
        if not line.strip():
            continue
        n_in, _, n_out, name = line.split()
        n_in, n_out = int(n_in), int(n_out)
        stack.append({"W": rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out)), "b": np.zeros(n_out), "f": name})
    return stack


class Sorter:
    def __init__(self, stack):
        self.stack = stack

    def predict(self, X):
        for layer in self.stack:
            layer["x"] = X
            X = layer["y"] = FUNCTIONS[layer["f"]](X @ layer["W"] + layer["b"])
        return X

    def learn(self, X, T, rate):
        delta = (self.predict(X) - T) / len(X)      # softmax with cross entropy
        changes = []
        for k in reversed(range(len(self.stack))):
            layer = self.stack[k]
            changes.append((layer, layer["x"].T @ delta, delta.sum(axis=0)))
            if k > 0:
                slope = SLOPES.get(self.stack[k - 1]["f"], np.ones_like)
                delta = delta @ layer["W"].T * slope(layer["x"])
        for layer, dW, db in changes:
            layer["W"] -= rate * dW
            layer["b"] -= rate * db

    def loss(self, X, T):
        return -np.mean(np.sum(T * np.log(self.predict(X)), axis=1))


sorter = Sorter(build(PLAN, np.random.default_rng(5)))

if __name__ == "__main__":
    raw = np.loadtxt("seeds_dataset.txt")
    X, labels = raw[:, :7], raw[:, 7].astype(int) - 1
    X = (X - X.mean(0)) / X.std(0)
    T = np.eye(3)[labels]
    for step in range(500):
        sorter.learn(X, T, 0.3)
    print(sorter.loss(X, T), np.mean(sorter.predict(X).argmax(1) == labels))
