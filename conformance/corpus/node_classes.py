"""Graph of numbers, every operation a class. Made for the seminar on compilers."""
from math import tanh
from random import Random

class Node:
    inputs = ()
    def __init__(self, number): self.number, self.slope = number, 0.0
    def pull(self): pass
    def __add__(self, other): return Sum(self, lift(other))
    def __sub__(self, other): return Sum(self, Times(lift(other), Node(-1.0)))
    def __mul__(self, other): return Times(self, lift(other))

class Sum(Node):
    def __init__(self, left, right):
        super().__init__(left.number + right.number)
        self.inputs = left, right
    def pull(self):
        for node in self.inputs:
            node.slope += self.slope

class Times(Node):
    def __init__(self, left, right):
        super().__init__(left.number * right.number)
        self.inputs = left, right
    def pull(self):
        left, right = self.inputs
        left.slope = right.number * self.slope
        right.slope = left.number * self.slope

class Square(Node):
    def __init__(self, inner):
        super().__init__(inner.number ** 2)
        self.inputs = (inner,)
    def pull(self): self.inputs[0].slope += 2 * self.inputs[0].number * self.slope

class Tanh(Node):
    def __init__(self, inner):
        super().__init__(tanh(inner.number))
        self.inputs = (inner,)
    def pull(self): self.inputs[0].slope += (1 - self.number ** 2) * self.slope

def lift(value): return value if isinstance(value, Node) else Node(float(value))

def differentiate(result):
    order, known = [], set()
    def walk(node):
        if node not in known:
            known.add(node)
            for below in node.inputs: walk(below)
            order.append(node)
    walk(result)
    for node in order: node.slope = 0.0
    result.slope = 1.0
    while order: order.pop().pull()

class Perceptron:
    def __init__(self, *widths, seed=3):
        draw = Random(seed).uniform
        self.layers = [[([Node(draw(-1, 1)) for _ in range(n)], Node(0.0)) for _ in range(m)] for n, m in zip(widths, widths[1:])]

    def __call__(self, point):
        for layer in self.layers:
            sums = []
            for weights, total in layer:
                for weight, value in zip(weights, point): total = total + weight * value
                sums.append(Tanh(total))
            point = sums
        return point

    def loss(self, points, wanted):
        total = Node(0.0)
        for point, targets in zip(points, wanted):
            for got, target in zip(self(point), targets):
                total = total + Square(got - target) * 0.5
        return total

    def train(self, points, wanted, rate, epochs):
        for _ in range(epochs):
            loss = self.loss(points, wanted)
            differentiate(loss)
            for weights, bias in (unit for layer in self.layers for unit in layer):
                for node in (*weights, bias): node.number -= rate * node.slope
        return loss.number
