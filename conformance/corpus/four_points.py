import math
import random


class Node:
    """A number that knows how it was made."""

    def __init__(self, data, parents=(), push=None):
        self.data, self.grad = data, 0.0
        self.parents, self.push = parents, push

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        made = Node(self.data + other.data, (self, other))

        def push():
            self.grad += made.grad
            other.grad += made.grad

        made.push = push
        return made

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        made = Node(self.data * other.data, (self, other))

        def push():
            self.grad += other.data * made.grad
            other.grad += self.data * made.grad

        made.push = push
        return made

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def tanh(self):
        t = math.tanh(self.data)
        made = Node(t, (self,))

        def push():
            self.grad += (1 - t * t) * made.grad

        made.push = push
        return made

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            if node.push:
                node.push()


class Unit:
    def __init__(self, n):
        self.w = [Node(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Node(0.0)

    def __call__(self, x):
        return sum((w * v for w, v in zip(self.w, x)), self.b).tanh()


class Stack:
    def __init__(self, n, widths):
        sizes = [n, *widths]
        self.layers = [[Unit(a) for _ in range(b)] for a, b in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = [unit(x) for unit in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for unit in layer for p in (*unit.w, unit.b)]


random.seed(3)
net = Stack(3, [4, 3, 1])
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]

for epoch in range(30):
    guesses = [net(x) for x in xs]
    loss = sum((g - y) * (g - y) for g, y in zip(guesses, ys))
    for p in net.parameters():
        p.grad = 0.0
    loss.backward()
    for p in net.parameters():
        p.data -= 0.05 * p.grad
    print(epoch, loss.data)
