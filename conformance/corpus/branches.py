"""A network of nodes; every node knows the branches that come in, every branch the node it comes from."""
from math import exp
from random import gauss


class Branch:
    def __init__(self, node):
        self._node = node
        self._weight = gauss(0, 1)

    def get_node(self):
        return self._node

    def get_weight(self):
        return self._weight

    def set_weight(self, weight):
        self._weight = weight


class Node:
    rate = 0.09

    def __init__(self, before):
        self.branches = [Branch(node) for node in before]
        self.error = 0.0
        self.output = 1.0   # a node without branches keeps it: the bias

    def fire(self):
        if not self.branches:
            return
        z = 0.0
        for branch in self.branches:
            z += branch.get_node().output * branch.get_weight()
        self.output = 1.0 / (1.0 + exp(-z))

    def back(self):
        gradient = self.error * self.output * (1.0 - self.output)
        for branch in self.branches:
            node = branch.get_node()
            branch.set_weight(branch.get_weight() + Node.rate * node.output * gradient)
            node.error += branch.get_weight() * gradient
        self.error = 0.0


class NodeNet:
    def __init__(self, counts):
        self.layers = []
        for count in counts:
            before = self.layers[-1] if self.layers else []
            self.layers.append([Node(before) for _ in range(count)] + [Node([])])

    def set_input(self, values):
        for node, value in zip(self.layers[0], values):
            node.output = value

    def forward(self):
        for layer in self.layers[1:]:
            for node in layer:
                node.fire()

    def backward(self, targets):
        for node, target in zip(self.layers[-1], targets):
            node.error = target - node.output
        for layer in reversed(self.layers):
            for node in layer:
                node.back()

    def results(self):
        return [node.output for node in self.layers[-1][:-1]]


def main():
    net = NodeNet([2, 3, 2])
    table = {(0, 0): (0, 0), (0, 1): (1, 0), (1, 0): (1, 0), (1, 1): (0, 1)}
    for _ in range(20000):
        for x, t in table.items():
            net.set_input(x)
            net.forward()
            net.backward(t)
    for x in table:
        net.set_input(x)
        net.forward()
        print(x, [round(value, 3) for value in net.results()])


if __name__ == "__main__":
    main()
