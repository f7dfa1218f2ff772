import numpy as np

def add_ones(X):
    return np.c_[X, np.ones(len(X))]

def sig(t):
    return 1/(1+np.exp(-t))

class BiasTrick:
    def __init__(self, d, h, k):
        self.U = np.random.normal(0, .1, (d+1, h))
        self.V = np.random.normal(0, .1, (h+1, k))
    def out(self, X):
        self.X1 = add_ones(X)
        self.H1 = add_ones(sig(self.X1 @ self.U))
        return sig(self.H1 @ self.V)
    def descend(self, X, T, eta=.2):
        Y = self.out(X)
        D2 = (Y - T)*Y*(1-Y)
        D1 = (D2 @ self.V.T)*self.H1*(1-self.H1)
        self.V = self.V - eta*self.H1.T @ D2
        self.U = self.U - eta*self.X1.T @ D1[:, :-1]
        return ((Y-T)**2).sum()/2
