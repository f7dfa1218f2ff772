"""Plain lists and loops, a sample at a time: no NumPy anywhere."""

import math

from mlp_conformance import Claims


def sigmoid(t):
    if t >= 0:
        return 1 / (1 + math.exp(-t))
    e = math.exp(t)
    return e / (1 + e)


def act(name, t):
    if name == "sigmoid":
        return sigmoid(t)
    if name == "tanh":
        return math.tanh(t)
    if name == "relu":
        return t if t > 0 else 0.0
    return t


def slope(name, t, out):
    if name == "sigmoid":
        return out * (1 - out)
    if name == "tanh":
        return 1 - out * out
    if name == "relu":
        return 1.0 if t > 0 else 0.0
    return 1.0


def run(net, sample):
    sums, outs = [], [[float(v) for v in sample]]
    for weights, biases, name in net:
        total = []
        for j in range(len(biases)):
            s = biases[j]
            for i in range(len(weights)):
                s += weights[i][j] * outs[-1][i]
            total.append(s)
        sums.append(total)
        outs.append([act(name, t) for t in total])
    return sums, outs


def error(net, rows, wanted):
    total = 0.0
    for row, want in zip(rows, wanted):
        out = run(net, row)[1][-1]
        for k in range(len(out)):
            total += (out[k] - want[k]) ** 2 / 2
    return total


def slopes(net, rows, wanted):
    grads = [([[0.0] * len(b) for _ in w], [0.0] * len(b)) for w, b, _ in net]
    for row, want in zip(rows, wanted):
        sums, outs = run(net, row)
        name = net[-1][2]
        delta = []
        for k in range(len(want)):
            e = outs[-1][k] - want[k]
            delta.append(e * slope(name, sums[-1][k], outs[-1][k]))
        for l in range(len(net) - 1, -1, -1):
            gw, gb = grads[l]
            for j in range(len(delta)):
                gb[j] += delta[j]
                for i in range(len(outs[l])):
                    gw[i][j] += outs[l][i] * delta[j]
            if l > 0:
                below = []
                for i in range(len(outs[l])):
                    back = 0.0
                    for j in range(len(delta)):
                        back += net[l][0][i][j] * delta[j]
                    below.append(back * slope(net[l - 1][2], sums[l - 1][i], outs[l][i]))
                delta = below
    return grads


def lists(network):
    return [(layer.weights.tolist(), layer.biases.tolist(), layer.activation) for layer in network.layers]


class Program:
    claims = Claims(name="per-sample-lists", activations={"sigmoid", "tanh", "relu", "linear"})

    def forward(self, network, inputs):
        net = lists(network)
        every = [run(net, row)[1][1:] for row in inputs.tolist()]
        return [[sample[l] for sample in every] for l in range(len(net))]

    def loss(self, network, inputs, targets):
        return error(lists(network), inputs.tolist(), targets.tolist())

    def gradients(self, network, inputs, targets):
        return slopes(lists(network), inputs.tolist(), targets.tolist())

    def train(self, network, inputs, targets, learning_rate, epochs):
        net = lists(network)
        rows, wanted = inputs.tolist(), targets.tolist()
        history = []
        for epoch in range(epochs):
            history.append(error(net, rows, wanted))
            grads = slopes(net, rows, wanted)
            for (w, b, _), (gw, gb) in zip(net, grads):
                for j in range(len(b)):
                    b[j] -= learning_rate * gb[j]
                    for i in range(len(w)):
                        w[i][j] -= learning_rate * gw[i][j]
        return [(w, b) for w, b, _ in net], history
