# Homework 3 -- MLP from scratch
import numpy as np, time, pickle, os

def load_mnist(path):
    with open(os.path.join(path, 'mnist.pkl'), 'rb') as f:
        return pickle.load(f)

class Sigmoid():
    def __call__(self, x):
        self.state = 1/(1+np.exp(-x)); return self.state
    def derivative(self):
        return self.state*(1-self.state)
class Tanh():
    def __call__(self, x):
        self.state = np.tanh(x); return self.state
    def derivative(self):
        return 1-self.state
class SoftmaxCrossEntropy():
    def forward(self, x, y):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.sm = e/e.sum(axis=1, keepdims=True); self.labels = y
        return -np.sum(y*np.log(self.sm), axis=1)
    def derivative(self):
        return self.sm - self.labels

class MLP(object):
    def __init__(self, input_size, output_size, hiddens, activations=None, criterion=None, lr=0.1):
        self.nlayers = len(hiddens) + 1
        self.lr = lr
        sizes = [input_size] + hiddens + [output_size]
        self.W = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.dW = [np.zeros_like(w) for w in self.W]
        self.b = [np.zeros((1, b)) for b in sizes[1:]]
        self.db = [np.zeros_like(b) for b in self.b]
        self.activations = activations or [Tanh() for _ in hiddens]
        self.criterion = criterion or SoftmaxCrossEntropy()
    def forward(self, x):
        self.hidden = [x]
        for i in range(self.nlayers):
            z = self.hidden[-1].dot(self.W[i]) + self.b[i]
            self.hidden.append(self.activations[i](z) if i < self.nlayers - 1 else z)
        return self.hidden[-1]
    def zero_grads(self):
        for g in self.dW + self.db: g.fill(0.0)
    def backward(self, labels):
        self.criterion.forward(self.hidden[-1], labels)
        delta = self.criterion.derivative()
        n = labels.shape[0]
        for i in reversed(range(self.nlayers)):
            self.dW[i] += self.hidden[i].T.dot(delta)/n
            self.db[i] += delta.mean(axis=0, keepdims=True)
            if i > 0: delta = delta.dot(self.W[i].T)*self.activations[i-1].derivative()
    def step(self):
        for i in range(self.nlayers):
            self.W[i] -= self.lr*self.dW[i]
            self.b[i] -= self.lr*self.db[i]
