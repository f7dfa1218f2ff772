# Neural net out of little cells. No numpy needed.
import math
import random


class Cell:
    def __init__(self, inputs):
        self.weights = [random.random() * 2 - 1 for _ in range(inputs)]
        self.bias = random.random() * 2 - 1
        self.value = None
        self.delta = None


class CellNet:
    def __init__(self, shape, rate=0.5):
        self.rate = rate
        self.layers = []
        for before, here in zip(shape, shape[1:]):
            self.layers.append([Cell(before) for _ in range(here)])

    def think(self, x):
        for layer in self.layers:
            for cell in layer:
                cell.value = math.tanh(sum(w * v for w, v in zip(cell.weights, x)) + cell.bias)
            x = [cell.value for cell in layer]
        return x

    def learn(self, x, want):
        out = self.think(x)
        # deltas from the back to the front
        for cell, o, t in zip(self.layers[-1], out, want):
            cell.delta = (t - o) * (1 - o * o)
        for k in range(len(self.layers) - 2, -1, -1):
            for j, cell in enumerate(self.layers[k]):
                e = sum(nxt.weights[j] * nxt.delta for nxt in self.layers[k + 1])
                cell.delta = e * (1 - cell.value * cell.value)
        # weights
        for k, layer in enumerate(self.layers):
            source = x if k == 0 else [c.value for c in self.layers[k - 1]]
            for cell in layer:
                for i, s in enumerate(source):
                    cell.weights[i] -= self.rate * cell.delta * s
                cell.bias -= self.rate * cell.delta
        return sum((t - o) ** 2 for t, o in zip(want, out)) / 2

    def train(self, samples, epochs):
        for _ in range(epochs):
            error = sum(self.learn(x, want) for x, want in samples)
        return error
