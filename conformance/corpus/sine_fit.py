# Fit a sine wave with one hidden layer and look at it.
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(0)
x = np.linspace(-3, 3, 40).reshape(1, -1)     # one sample per column
t = np.sin(x)
lr = 0.05

W1 = np.random.randn(10, 1)
b1 = np.zeros((10, 1))
W2 = np.random.randn(1, 10) * 0.3
b2 = np.zeros((1, 1))

losses = []
for it in range(500):
    m = x.shape[1]
    a1 = np.tanh(W1 @ x + b1)
    a2 = W2 @ a1 + b2
    losses.append(np.sum((a2 - t) ** 2) / (2 * m))

    d2 = (a2 - t) / m
    d1 = (W2.T @ d2) * (1 - a1 ** 2)
    W2 = W2 - lr * d2 @ a1.T
    b2 = b2 - lr * d2.sum(axis=1, keepdims=True)
    W1 = W1 - lr * d1 @ x.T
    b1 = b1 - lr * d1.sum(axis=1, keepdims=True)

plt.plot(losses)
plt.show()
plt.plot(x.ravel(), t.ravel(), label="sin")
plt.plot(x.ravel(), a2.ravel(), label="network")
plt.legend()
plt.show()
