import numpy as np
sigmoid = lambda t: 1 / (1 + np.exp(-t))
X = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
T = np.array([[0], [1], [1], [0]])
syn0, syn1 = np.random.normal(size=(3, 5)), np.random.normal(size=(5, 1))
for step in range(3000):
    mid = sigmoid(X @ syn0)
    out = sigmoid(mid @ syn1)
    back1 = (T - out) * out * (1 - out)
    back0 = back1 @ syn1.T * mid * (1 - mid)
    syn0, syn1 = syn0 + X.T @ back0, syn1 + mid.T @ back1
