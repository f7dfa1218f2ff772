import numpy as np


class SoftmaxNet:

    def __init__(self, D, H, C, lr=0.1):
        self.W1 = np.random.randn(D, H) / np.sqrt(D)
        self.b1 = np.zeros(H)
        self.W2 = np.random.randn(H, C) / np.sqrt(H)
        self.b2 = np.zeros(C)
        self.lr = lr

    def softmax(self, z):
        z = z - np.max(z)
        ez = np.exp(z)
        return ez / np.sum(ez, axis=0)

    def forward(self, X):
        self.X = X
        self.h = np.tanh(X.dot(self.W1) + self.b1)
        self.p = self.softmax(self.h.dot(self.W2) + self.b2)
        return self.p

    def cross_entropy(self, T):
        return -np.sum(T * np.log(self.p)) / len(T)

    def backward(self, T):
        n = len(T)
        dz2 = (self.p - T) / n
        dz1 = dz2.dot(self.W2.T) * (1 - self.h ** 2)
        dW2, db2 = self.h.T.dot(dz2), dz2.sum(axis=0)
        dW1, db1 = self.X.T.dot(dz1), dz1.sum(axis=0)
        for p, g in ((self.W1, dW1), (self.b1, db1), (self.W2, dW2), (self.b2, db2)):
            p -= self.lr * g

    def fit(self, X, T, n_epochs=200):
        for i in range(n_epochs):
            self.forward(X)
            if i % 50 == 0:
                print(i, self.cross_entropy(T))
            self.backward(T)
