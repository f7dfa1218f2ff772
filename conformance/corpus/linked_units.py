# units and links are objects, after the net in the C++ video everybody knows
import math
import random


class Link:
    def __init__(self):
        self.weight = random.random()
        self.delta_weight = 0.0


class Unit:
    eta = 0.15    # learning rate, [0.0 .. 1.0]
    alpha = 0.5   # momentum, multiplier of the last change, [0.0 .. n]

    def __init__(self, fan_out, number):
        self.value = 0.0
        self.slope = 0.0
        self.number = number
        self.links = [Link() for _ in range(fan_out)]

    def collect(self, below):
        total = 0.0
        for unit in below:
            total += unit.value * unit.links[self.number].weight
        self.value = math.tanh(total)

    def output_slope(self, target):
        self.slope = (target - self.value) * (1.0 - self.value ** 2)

    def hidden_slope(self, above):
        # the bias of the layer above has no links into it
        dow = sum(link.weight * unit.slope for link, unit in zip(self.links, above[:-1]))
        self.slope = dow * (1.0 - self.value ** 2)

    def change_links(self, below):
        for unit in below:
            link = unit.links[self.number]
            link.delta_weight = Unit.eta * unit.value * self.slope + Unit.alpha * link.delta_weight
            link.weight += link.delta_weight


class Brain:
    def __init__(self, topology):
        self.rows = []
        fan_outs = list(topology[1:]) + [0]
        for count, fan_out in zip(topology, fan_outs):
            row = [Unit(fan_out, number) for number in range(count + 1)]
            row[-1].value = 1.0     # bias
            self.rows.append(row)

    def feed_forward(self, values):
        if len(values) != len(self.rows[0]) - 1:
            raise ValueError("wrong number of inputs")
        for value, unit in zip(values, self.rows[0]):
            unit.value = value
        for below, row in zip(self.rows, self.rows[1:]):
            for unit in row[:-1]:
                unit.collect(below)

    def back_prop(self, targets):
        last = self.rows[-1]
        for unit, target in zip(last, targets):
            unit.output_slope(target)
        for k in range(len(self.rows) - 2, 0, -1):
            for unit in self.rows[k]:
                unit.hidden_slope(self.rows[k + 1])
        for k in range(len(self.rows) - 1, 0, -1):
            for unit in self.rows[k][:-1]:
                unit.change_links(self.rows[k - 1])

    def get_results(self):
        return [unit.value for unit in self.rows[-1][:-1]]


if __name__ == "__main__":
    brain = Brain([2, 4, 1])
    for turn in range(3000):
        a, b = random.choice([0, 1]), random.choice([0, 1])
        brain.feed_forward([a, b])
        brain.back_prop([a ^ b])
        if turn % 300 == 0:
            print(turn, a, b, brain.get_results())
