# my first neural net!
import numpy as np

def sigmoid(x):
    return 1 / 1 + np.exp(-x)

def sigmoid_derivative(x):
    return x * (1 - x)

class NeuralNetwork:
    def __init__(self, inputs, hidden, outputs):
        self.w1 = np.random.rand(inputs, hidden)
        self.b1 = np.random.rand(hidden)
        self.w2 = np.random.rand(hidden, outputs)
        self.b2 = np.random.rand(outputs)

    def feedforward(self, x):
        self.layer1 = sigmoid(np.dot(x, self.w1) + self.b1)
        self.output = sigmoid(np.dot(self.layer1, self.w2) + self.b2)
        return self.output

    def backprop(self, x, y, lr):
        error = y - self.output
        d_out = error * sigmoid_derivative(self.output)
        d_hid = np.dot(d_out, self.w2.T) * sigmoid_derivative(self.layer1)
        self.w2 += lr * np.dot(self.layer1.T, d_out)
        self.b2 += lr * d_out.sum(axis=0)
        self.w1 += lr * np.dot(x.T, d_hid)
        self.b1 += lr * d_hid.sum(axis=0)

    def train(self, x, y, epochs, lr=0.1):
        for i in range(epochs):
            self.feedforward(x)
            self.backprop(x, y, lr)

if __name__ == "__main__":
    X = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1]])
    y = np.array([[0],[1],[1],[0]])
    nn = NeuralNetwork(3, 4, 1)
    nn.train(X, y, 1500)
    print(nn.feedforward(X))
