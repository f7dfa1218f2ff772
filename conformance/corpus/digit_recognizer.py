# digit recognizer, 64 hidden units
import numpy as np

INPUT, HIDDEN, OUTPUT = 784, 64, 10
LR = 0.1

def initialize():
    w1 = np.random.randn(HIDDEN, INPUT) * np.sqrt(2 / INPUT)
    b1 = np.zeros((HIDDEN, 1))
    w2 = np.random.randn(OUTPUT, HIDDEN) * np.sqrt(2 / HIDDEN)
    b2 = np.zeros((OUTPUT, 1))
    return w1, b1, w2, b2

def relu(z):
    return np.maximum(0, z)

def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)

def forward(x, w1, b1, w2, b2):
    z1 = w1 @ x + b1
    a1 = relu(z1)
    z2 = w2 @ a1 + b2
    a2 = softmax(z2)
    return z1, a1, z2, a2

def one_hot(y):
    out = np.zeros((OUTPUT, y.size))
    out[y, np.arange(y.size)] = 1
    return out

def backward(x, y, z1, a1, a2, w2):
    m = y.size
    dz2 = a2 - one_hot(y)
    dw2 = dz2 @ a1.T / m
    db2 = np.sum(dz2) / m
    dz1 = w2.T @ dz2 * (z1 > 0)
    dw1 = dz1 @ x.T / m
    db1 = np.sum(dz1) / m
    return dw1, db1, dw2, db2

def train(x, y, epochs=100):
    w1, b1, w2, b2 = initialize()
    for e in range(epochs):
        z1, a1, z2, a2 = forward(x, w1, b1, w2, b2)
        dw1, db1, dw2, db2 = backward(x, y, z1, a1, a2, w2)
        w1 -= LR * dw1
        b1 -= LR * db1
        w2 -= LR * dw2
        b2 -= LR * db2
        if e % 10 == 0:
            acc = np.mean(np.argmax(a2, 0) == y)
            print(f"epoch {e}: {acc:.3f}")
    return w1, b1, w2, b2

if __name__ == "__main__":
    data = np.loadtxt("train.csv", delimiter=",", skiprows=1)
    train(data[:, 1:].T / 255.0, data[:, 0].astype(int))
