"""Online learning, one observation at a time. Weights live in a dict keyed by (layer, from, to)."""
import math
import random


class OnlineMLP:
    def __init__(self, n_inputs, n_hidden, n_outputs, rate=0.3):
        self.sizes = (n_inputs, n_hidden, n_outputs)
        self.rate = rate
        self.w = {}
        self.bias = {}
        for layer in (1, 2):
            for j in range(self.sizes[layer]):
                self.bias[layer, j] = random.uniform(-0.5, 0.5)
                for i in range(self.sizes[layer - 1]):
                    self.w[layer, i, j] = random.uniform(-0.5, 0.5)

    def respond(self, x):
        self.a = [list(x), [], []]
        for layer in (1, 2):
            for j in range(self.sizes[layer]):
                z = self.bias[layer, j] + sum(self.w[layer, i, j] * a for i, a in enumerate(self.a[layer - 1]))
                self.a[layer].append(1 / (1 + math.exp(-z)))
        return self.a[2]

    def observe(self, x, t):
        y = self.respond(x)
        d2 = [(yk - tk) * yk * (1 - yk) for yk, tk in zip(y, t)]
        d1 = []
        for j, h in enumerate(self.a[1]):
            d1.append(h * (1 - h) * sum(self.w[2, j, k] * d for k, d in enumerate(d2)))
        for layer, deltas in ((1, d1), (2, d2)):
            for j, d in enumerate(deltas):
                self.bias[layer, j] -= self.rate * d
                for i, a in enumerate(self.a[layer - 1]):
                    self.w[layer, i, j] -= self.rate * d * a
        return sum((yk - tk) ** 2 for yk, tk in zip(y, t)) / 2


if __name__ == "__main__":
    net = OnlineMLP(2, 3, 1)
    stream = [((0, 0), (0,)), ((0, 1), (1,)), ((1, 0), (1,)), ((1, 1), (0,))]
    for step in range(30000):
        net.observe(*random.choice(stream))
    for x, t in stream:
        print(x, t, net.respond(x))
