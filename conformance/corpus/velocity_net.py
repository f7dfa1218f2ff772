import numpy as np

class NeuralNet:
    def __init__(self, input_size, hidden_size, output_size, learning_rate=0.1, momentum=0.9):
        self.lr = learning_rate
        self.momentum = momentum
        self.W_ih = np.random.uniform(-0.5, 0.5, (input_size, hidden_size))
        self.B_h = np.random.uniform(-0.5, 0.5, hidden_size)
        self.W_ho = np.random.uniform(-0.5, 0.5, (hidden_size, output_size))
        self.B_o = np.random.uniform(-0.5, 0.5, output_size)
        self.vel_ih = np.zeros_like(self.W_ih)
        self.vel_h = np.zeros_like(self.B_h)
        self.vel_ho = np.zeros_like(self.W_ho)
        self.vel_o = np.zeros_like(self.B_o)

    def activate(self, s):
        return np.tanh(s)

    def run(self, X):
        self.H = self.activate(X @ self.W_ih + self.B_h)
        self.O = self.activate(self.H @ self.W_ho + self.B_o)
        return self.O

    def train_batch(self, X, T):
        O = self.run(X)
        dO = (O - T) * (1 - O**2)
        dH = dO @ self.W_ho.T * (1 - self.H**2)
        self.vel_ho = self.momentum * self.vel_ho - self.lr * self.H.T @ dO
        self.vel_o = self.momentum * self.vel_o - self.lr * dO.sum(axis=0)
        self.vel_ih = self.momentum * self.vel_ih - self.lr * X.T @ dH
        self.vel_h = self.momentum * self.vel_h - self.lr * dH.sum(axis=0)
        self.W_ho += self.vel_ho
        self.B_o += self.vel_o
        self.W_ih += self.vel_ih
        self.B_h += self.vel_h
        return 0.5*np.sum((O - T)**2)
