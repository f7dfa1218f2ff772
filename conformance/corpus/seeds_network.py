import math
import random


def new_network(n_in, n_hid, n_out):
    net = []
    net.append([{"w": [random.uniform(-1, 1) for _ in range(n_in)], "b": random.uniform(-1, 1)} for _ in range(n_hid)])
    net.append([{"w": [random.uniform(-1, 1) for _ in range(n_hid)], "b": random.uniform(-1, 1)} for _ in range(n_out)])
    return net


def sigmoid(v):
    if v < -700:
        return 0.0
    return 1 / (1 + math.exp(-v))


def forward(net, x):
    for layer in net:
        y = []
        for unit in layer:
            unit["out"] = sigmoid(sum(a * b for a, b in zip(unit["w"], x)) + unit["b"])
            y.append(unit["out"])
        x = y
    return x


def backward(net, target):
    for unit, t in zip(net[1], target):
        unit["delta"] = unit["out"] - t
    for j, unit in enumerate(net[0]):
        unit["delta"] = sum(o["delta"] * o["w"][j] for o in net[1]) * unit["out"] * (1 - unit["out"])


def update(net, x, eta):
    for layer in net:
        for unit in layer:
            unit["w"] = [w - eta * unit["delta"] * xi for w, xi in zip(unit["w"], x)]
            unit["b"] -= eta * unit["delta"]
        x = [unit["out"] for unit in layer]


def squared_error(net, X, T):
    return sum(0.5 * (o - t) ** 2 for x, target in zip(X, T) for o, t in zip(forward(net, x), target))


def train(net, X, T, eta=0.3, epochs=100):
    for _ in range(epochs):
        for x, t in zip(X, T):
            forward(net, x)
            backward(net, t)
            update(net, x, eta)
    return squared_error(net, X, T)
