import numpy as np
import random

def sigma(z):
    return 1.0/(1.0+np.exp(-z))

def sigma_prime(z):
    return sigma(z)*(1-sigma(z))

class DigitNetwork:
    """ sizes = [784, 30, 10] for MNIST """
    def __init__(self, sizes):
        self.L = len(sizes)
        self.b = [np.random.randn(s, 1) for s in sizes[1:]]
        self.w = [np.random.randn(s2, s1) for s1, s2 in zip(sizes, sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.b, self.w):
            a = sigma(np.dot(w, a)+b)
        return a

    def train(self, data, epochs, batch_size, eta):
        for ep in range(epochs):
            random.shuffle(data)
            batches = [data[i:i+batch_size] for i in range(0, len(data), batch_size)]
            for batch in batches:
                self.update_mini_batch(batch, eta)

    def update_mini_batch(self, batch, eta):
        db = [np.zeros(b.shape) for b in self.b]
        dw = [np.zeros(w.shape) for w in self.w]
        for x, y in batch:
            ddb, ddw = self.backprop(x, y)
            for i in range(self.L-1):
                db[i] += ddb[i]
                dw[i] += ddw[i]
        for i in range(self.L-1):
            self.b[i] -= eta*db[i]/len(batch)
            self.w[i] -= eta*dw[i]/len(batch)

    def backprop(self, x, y):
        acts = [x]
        for b, w in zip(self.b, self.w):
            acts.append(sigma(np.dot(w, acts[-1])+b))
        db, dw = [], []
        err = acts[-1]-y
        for i in range(self.L-2, -1, -1):
            delta = err*sigma_prime(acts[i+1])
            db.append(delta)
            dw.append(np.dot(delta, acts[i].T))
            err = np.dot(self.w[i].T, delta)
        return db[::-1], dw[::-1]
