"""A small network with a bug: the hidden layer's error lacks the derivative of its activation."""

import numpy as np


class MLP:
    def __init__(self, input_size, hidden_size, output_size):
        self.weights_input_hidden = np.random.randn(input_size, hidden_size)
        self.weights_hidden_output = np.random.randn(hidden_size, output_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.bias_output = np.zeros((1, output_size))

    def feedforward(self, X):
        self.hidden = 1 / (1 + np.exp(-(X @ self.weights_input_hidden + self.bias_hidden)))
        self.output = 1 / (1 + np.exp(-(self.hidden @ self.weights_hidden_output + self.bias_output)))
        return self.output

    def backpropagation(self, X, y, learning_rate):
        delta = (y - self.output) * self.output * (1 - self.output)
        hidden_delta = delta @ self.weights_hidden_output.T
        self.weights_hidden_output += learning_rate * self.hidden.T @ delta
        self.bias_output += learning_rate * delta.sum(axis=0, keepdims=True)
        self.weights_input_hidden += learning_rate * X.T @ hidden_delta
        self.bias_hidden += learning_rate * hidden_delta.sum(axis=0, keepdims=True)

    def train(self, X, y, learning_rate, epochs):
        for _ in range(epochs):
            self.feedforward(X)
            self.backpropagation(X, y, learning_rate)
