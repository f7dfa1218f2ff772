import math
import random


class Neuron:
    def __init__(self, bias):
        self.bias, self.weights = bias, []

    def fire(self, inputs):
        self.inputs = inputs
        net = sum(i * w for i, w in zip(inputs, self.weights)) + self.bias
        self.output = 1 / (1 + math.exp(-net))
        return self.output

    def slope(self):
        return self.output * (1 - self.output)


class NeuronLayer:
    def __init__(self, count):
        self.neurons = [Neuron(random.random()) for _ in range(count)]

    def feed_forward(self, inputs):
        return [neuron.fire(inputs) for neuron in self.neurons]


class Network:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden, num_outputs):
        self.hidden_layer = NeuronLayer(num_hidden)
        self.output_layer = NeuronLayer(num_outputs)
        for layer, count in ((self.hidden_layer, num_inputs), (self.output_layer, num_hidden)):
            for neuron in layer.neurons:
                neuron.weights = [random.random() for _ in range(count)]

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    def train(self, inputs, outputs):
        self.feed_forward(inputs)
        last = [-(wanted - n.output) * n.slope() for wanted, n in zip(outputs, self.output_layer.neurons)]
        first = [
            sum(delta * n.weights[h] for delta, n in zip(last, self.output_layer.neurons)) * neuron.slope()
            for h, neuron in enumerate(self.hidden_layer.neurons)
        ]
        for layer, deltas in ((self.output_layer, last), (self.hidden_layer, first)):
            for neuron, delta in zip(layer.neurons, deltas):
                for i, value in enumerate(neuron.inputs):
                    neuron.weights[i] -= self.LEARNING_RATE * delta * value


if __name__ == "__main__":
    network = Network(2, 2, 2)
    for _ in range(10000):
        network.train([0.05, 0.1], [0.01, 0.99])
