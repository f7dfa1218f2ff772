import numpy as np

data = np.genfromtxt("iris.csv", delimiter=",", skip_header=1)
X = data[:, :4]
y = data[:, 4].astype(int)
X = (X - X.mean(axis=0)) / X.std(axis=0)
Y = np.zeros((len(y), 3))
Y[np.arange(len(y)), y] = 1

n_hidden = 8
np.random.seed(0)
W1 = np.random.randn(X.shape[1], n_hidden) * 0.1
b1 = np.zeros((1, n_hidden))
W2 = np.random.randn(n_hidden, 3) * 0.1
b2 = np.zeros((1, 3))
lr = 0.1

for epoch in range(1000):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    expZ = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    probs = expZ / expZ.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(probs), axis=1))

    dZ2 = (probs - Y) / len(X)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (1 - A1 ** 2)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
    if epoch % 100 == 0:
        print(f"{epoch}: {loss:.4f}")

acc = np.mean(probs.argmax(axis=1) == y)
print("accuracy", acc)
