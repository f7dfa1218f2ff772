import time
import tkinter as tk
import numpy as np
import matplotlib.pyplot as plt
from tqdm import tqdm

root = tk.Tk()
root.title("XOR trainer")


def sig(x): return 1/(1+np.exp(-x))
def dsig(x): return x*(1-x)


class XORNet:
    def __init__(self, ninputs=2, nhidden=4, noutputs=1):
        self.w0 = np.random.randn(ninputs, nhidden)
        self.b0 = np.random.randn(nhidden)
        self.w1 = np.random.randn(nhidden, noutputs)
        self.b1 = np.random.randn(noutputs)
        self.history = []

    def forward(self, x):
        self.z0 = x.dot(self.w0) + self.b0
        self.a0 = sig(self.z0)
        self.z1 = self.a0.dot(self.w1) + self.b1
        self.a1 = sig(self.z1)
        return self.a1

    def backward(self, x, y, lr):
        e = self.a1 - y
        d1 = e*dsig(self.z1)
        d0 = d1.dot(self.w1.T)*dsig(self.z0)
        self.w1 -= lr*self.a0.T.dot(d1)
        self.b1 -= lr*d1.sum(axis=0)
        self.w0 -= lr*x.T.dot(d0)
        self.b0 -= lr*d0.sum(axis=0)
        self.history.append((e**2).sum()/2)


X = np.array([[0,0],[0,1],[1,0],[1,1]])
Y = np.array([[0],[1],[1],[0]])
net = XORNet()
for i in tqdm(range(100000)):
    net.forward(X)
    net.backward(X, Y, 0.1)
plt.plot(net.history)
plt.show()
root.mainloop()
