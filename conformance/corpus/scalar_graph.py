# reverse mode differentiation on numbers, tape version
import math, random

class Num:
    tape = []

    def __init__(self, v, deps=()):
        self.v, self.deps, self.g = v, deps, 0.0
        Num.tape.append(self)

def add(a, b): return Num(a.v + b.v, ((a, 1.0), (b, 1.0)))
def mul(a, b): return Num(a.v * b.v, ((a, b.v), (b, a.v)))
def sub(a, b): return Num(a.v - b.v, ((a, 1.0), (b, -1.0)))

def sig(a):
    s = 1 / (1 + math.exp(-a.v)) if a.v >= 0 else math.exp(a.v) / (1 + math.exp(a.v))
    return Num(s, ((a, s * (1 - s)),))

def backprop(loss):
    loss.g = 1.0
    for n in reversed(Num.tape):
        for d, k in n.deps:
            d.g += k * n.g

class Network:
    def __init__(self, *sizes):
        self.weights = [[[random.gauss(0, 1) for _ in range(i)] for _ in range(o)] for i, o in zip(sizes, sizes[1:])]
        self.biases = [[0.0] * o for o in sizes[1:]]

    def _run(self, W, B, x):
        for layer_w, layer_b in zip(W, B):
            nxt = []
            for row, b in zip(layer_w, layer_b):
                s = b
                for w, xi in zip(row, x):
                    s = add(s, mul(w, xi))
                nxt.append(sig(s))
            x = nxt
        return x

    def _wrap(self):
        Num.tape = []
        W = [[[Num(w) for w in row] for row in layer] for layer in self.weights]
        B = [[Num(b) for b in layer] for layer in self.biases]
        return W, B

    def predict(self, x):
        W, B = self._wrap()
        return [n.v for n in self._run(W, B, [Num(xi) for xi in x])]

    def gradient(self, xs, ys):
        W, B = self._wrap()
        total = Num(0.0)
        for x, y in zip(xs, ys):
            for o, t in zip(self._run(W, B, [Num(xi) for xi in x]), y):
                e = sub(o, Num(t))
                total = add(total, mul(Num(0.5), mul(e, e)))
        loss = mul(total, Num(1 / len(xs)))
        backprop(loss)
        return loss.v, [[[w.g for w in r] for r in l] for l in W], [[b.g for b in l] for l in B]

    def step(self, xs, ys, lr):
        loss, gw, gb = self.gradient(xs, ys)
        for l in range(len(gw)):
            for j in range(len(gw[l])):
                self.biases[l][j] -= lr * gb[l][j]
                for i in range(len(gw[l][j])):
                    self.weights[l][j][i] -= lr * gw[l][j][i]
        return loss
