import numpy as np

print("*** my xor network ***")
name = input("Your name? ")
epochs = int(input("How many epochs? "))
print("Hello", name, "- training for", epochs, "epochs")

LEARNING_RATE = 0.4
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([[0.], [1.], [1.], [0.]])

W1 = np.random.randn(2, 3)
b1 = np.random.randn(1, 3)
W2 = np.random.randn(3, 1)
b2 = np.random.randn(1, 1)

for epoch in range(epochs):
    # forward
    H = np.tanh(X @ W1 + b1)
    out = 1 / (1 + np.exp(-(H @ W2 + b2)))
    # loss
    loss = np.mean((out - Y) ** 2)
    # backward
    d_out = 2 * (out - Y) / Y.size * out * (1 - out)
    d_H = d_out @ W2.T * (1 - H ** 2)
    dW2 = H.T @ d_out
    db2 = d_out.sum(axis=0, keepdims=True)
    dW1 = X.T @ d_H
    db1 = d_H.sum(axis=0, keepdims=True)
    # update
    W1 -= LEARNING_RATE * dW1
    b1 -= LEARNING_RATE * db1
    W2 -= LEARNING_RATE * dW2
    b2 -= LEARNING_RATE * db2

print("final prediction:", out.ravel())
