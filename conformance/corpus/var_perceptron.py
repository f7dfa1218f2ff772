import math
import random


class Var:
    def __init__(self, v, deps=()):
        self.v = v
        self.deps = deps
        self.g = 0.0

    def __add__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.v + o.v, [(self, 1.0), (o, 1.0)])

    __radd__ = __add__

    def __mul__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.v * o.v, [(self, o.v), (o, self.v)])

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, o):
        return self + (-o if isinstance(o, Var) else -o)

    def tanh(self):
        t = math.tanh(self.v)
        return Var(t, [(self, 1 - t * t)])

    def backprop(self, seed=1.0):
        self.g += seed
        for d, k in self.deps:
            d.backprop(seed * k)


class Unit:
    def __init__(self, k):
        self.ws = [Var(random.uniform(-1, 1)) for _ in range(k)]
        self.b = Var(random.uniform(-1, 1))

    def out(self, xs):
        s = self.b
        for w, x in zip(self.ws, xs):
            s = s + w * x
        return s.tanh()


class Perceptron:
    def __init__(self, shape):
        self.rows = [[Unit(a) for _ in range(b)] for a, b in zip(shape, shape[1:])]

    def run(self, xs):
        for row in self.rows:
            xs = [u.out(xs) for u in row]
        return xs

    def variables(self):
        return [p for row in self.rows for u in row for p in u.ws + [u.b]]

    def loss(self, data):
        total = Var(0.0)
        for xs, ys in data:
            for o, y in zip(self.run(xs), ys):
                d = o - y
                total = total + d * d
        return total

    def learn(self, data, rate, epochs):
        for _ in range(epochs):
            l = self.loss(data)
            l.backprop()
            for p in self.variables():
                p.v -= rate * p.g
        return l.v
