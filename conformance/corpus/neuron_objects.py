import math
import random


class Neuron:
    def __init__(self, n_inputs):
        self.weights = [random.uniform(-0.5, 0.5) for _ in range(n_inputs)]
        self.bias = random.uniform(-0.5, 0.5)
        self.inputs = []
        self.output = 0.0

    def activate(self, inputs):
        self.inputs = inputs
        total = self.bias
        for w, x in zip(self.weights, inputs):
            total += w * x
        self.output = self.squash(total)
        return self.output

    def squash(self, total):
        if total < 0:
            e = math.exp(total)
            return e / (1.0 + e)
        return 1.0 / (1.0 + math.exp(-total))

    # dE/dz for an output neuron
    def pd_error_wrt_net(self, target):
        return (self.output - target) * self.output * (1 - self.output)

    def pd_output_wrt_net(self):
        return self.output * (1 - self.output)


class NeuronLayer:
    def __init__(self, num_neurons, num_inputs):
        self.neurons = [Neuron(num_inputs) for _ in range(num_neurons)]

    def feed_forward(self, inputs):
        return [n.activate(inputs) for n in self.neurons]


class NeuralNetwork:
    def __init__(self, num_inputs, num_hidden, num_outputs, learning_rate=0.5):
        self.learning_rate = learning_rate
        self.hidden_layer = NeuronLayer(num_hidden, num_inputs)
        self.output_layer = NeuronLayer(num_outputs, num_hidden)

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    # online learning: update after this one case
    def train(self, inputs, targets):
        self.feed_forward(inputs)

        output_deltas = []
        for o, neuron in enumerate(self.output_layer.neurons):
            output_deltas.append(neuron.pd_error_wrt_net(targets[o]))

        hidden_deltas = []
        for h, neuron in enumerate(self.hidden_layer.neurons):
            error = 0
            for o in range(len(output_deltas)):
                error += output_deltas[o] * self.output_layer.neurons[o].weights[h]
            hidden_deltas.append(error * neuron.pd_output_wrt_net())

        for deltas, layer in ((output_deltas, self.output_layer), (hidden_deltas, self.hidden_layer)):
            for delta, neuron in zip(deltas, layer.neurons):
                for i in range(len(neuron.weights)):
                    neuron.weights[i] -= self.learning_rate * delta * neuron.inputs[i]
                neuron.bias -= self.learning_rate * delta

    def total_error(self, cases):
        total = 0
        for inputs, targets in cases:
            for out, t in zip(self.feed_forward(inputs), targets):
                total += 0.5 * (t - out) ** 2
        return total
