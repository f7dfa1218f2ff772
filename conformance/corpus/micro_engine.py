import math
import random


class Scalar:
    """number that remembers how it was made"""

    def __init__(self, data, children=()):
        self.data = float(data)
        self.grad = 0.0
        self.children = children      # (scalar, local derivative)

    def __add__(self, o):
        o = Scalar.of(o)
        return Scalar(self.data + o.data, [(self, 1.0), (o, 1.0)])

    def __mul__(self, o):
        o = Scalar.of(o)
        return Scalar(self.data * o.data, [(self, o.data), (o, self.data)])

    def __pow__(self, k):
        return Scalar(self.data ** k, [(self, k * self.data ** (k - 1))])

    def __sub__(self, o):
        return self + Scalar.of(o) * -1.0

    def relu(self):
        return Scalar(max(0.0, self.data), [(self, 1.0 if self.data > 0 else 0.0)])

    __radd__ = __add__
    __rmul__ = __mul__

    @staticmethod
    def of(x):
        return x if isinstance(x, Scalar) else Scalar(x)

    def backward(self):
        topo, seen = [], set()

        def build(n):
            if id(n) in seen:
                return
            seen.add(id(n))
            for c, _ in n.children:
                build(c)
            topo.append(n)
        build(self)
        self.grad = 1.0
        for n in reversed(topo):
            for c, local in n.children:
                c.grad += local * n.grad


class Unit:
    def __init__(self, n, nonlin=True):
        self.w = [Scalar(random.gauss(0, 1 / math.sqrt(n))) for _ in range(n)]
        self.b = Scalar(0)
        self.nonlin = nonlin

    def __call__(self, x):
        z = sum((w * xi for w, xi in zip(self.w, x)), self.b)
        return z.relu() if self.nonlin else z


class MLP:
    def __init__(self, sizes):
        self.layers = []
        for k, (a, b) in enumerate(zip(sizes, sizes[1:])):
            self.layers.append([Unit(a, nonlin=k < len(sizes) - 2) for _ in range(b)])

    def __call__(self, x):
        for layer in self.layers:
            x = [u(x) for u in layer]
        return x

    def parameters(self):
        return [p for layer in self.layers for u in layer for p in u.w + [u.b]]

    def fit(self, X, Y, epochs=50, lr=0.01):
        history = []
        for _ in range(epochs):
            loss = sum(((o - t) ** 2 for x, y in zip(X, Y) for o, t in zip(self(x), y)), Scalar(0))
            loss.backward()
            for p in self.parameters():
                p.data -= lr * p.grad
            history.append(loss.data)
        return history
