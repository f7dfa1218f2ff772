"""A network without numpy: matrices are lists of rows."""
import math
import random


def matmul(A, B):
    return [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]


def transpose(A):
    return [list(r) for r in zip(*A)]


def combine(f, A, B):
    return [[f(a, b) for a, b in zip(r, s)] for r, s in zip(A, B)]


def random_matrix(n, m):
    return [[random.gauss(0, 0.5) for _ in range(m)] for _ in range(n)]


class Mlp:
    def __init__(self, layers):
        self.weights = [random_matrix(a, b) for a, b in zip(layers, layers[1:])]
        self.biases = [[random.gauss(0, 0.5) for _ in range(b)] for b in layers[1:]]

    def forward(self, X):
        activations = [X]
        for W, b in zip(self.weights, self.biases):
            Z = [[z + bj for z, bj in zip(row, b)] for row in matmul(activations[-1], W)]
            activations.append([[math.tanh(z) for z in row] for row in Z])
        return activations

    def predict(self, X):
        return self.forward(X)[-1]

    def loss(self, X, Y):
        out = self.predict(X)
        return sum((o - y) ** 2 for r, s in zip(out, Y) for o, y in zip(r, s)) / len(X)

    def gradients(self, X, Y):
        acts = self.forward(X)
        delta = combine(lambda o, y: 2 * (o - y) / len(X) * (1 - o * o), acts[-1], Y)
        grads = []
        for k in range(len(self.weights) - 1, -1, -1):
            grads.insert(0, (matmul(transpose(acts[k]), delta), [sum(col) for col in zip(*delta)]))
            back = matmul(delta, transpose(self.weights[k]))
            delta = combine(lambda e, a: e * (1 - a * a), back, acts[k])
        return grads

    def train(self, X, Y, lr, epochs):
        for _ in range(epochs):
            for k, (gW, gb) in enumerate(self.gradients(X, Y)):
                self.weights[k] = combine(lambda w, g: w - lr * g, self.weights[k], gW)
                self.biases[k] = [b - lr * g for b, g in zip(self.biases[k], gb)]
