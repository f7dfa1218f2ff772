import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng(7)

# two spirals
N = 400
r = np.sqrt(rng.random((N // 2, 1))) * 3 * np.pi
arm = np.hstack([r * np.cos(r), r * np.sin(r)]) / 10
X = np.vstack([arm, -arm]) + rng.normal(0, 0.02, (N, 2))
T = np.vstack([np.zeros((N // 2, 1)), np.ones((N // 2, 1))])

n_hidden = 24
w_hid = rng.normal(0, 1 / np.sqrt(2), (2, n_hidden))
b_hid = np.zeros((1, n_hidden))
w_out = rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, 1))
b_out = np.zeros((1, 1))

eta = 0.4
batch_size = 50
curve = []

for epoch in range(3000):
    order = rng.permutation(N)
    epoch_loss = 0.0
    for k in range(0, N, batch_size):
        pick = order[k:k + batch_size]
        x, target = X[pick], T[pick]

        hid = np.tanh(x @ w_hid + b_hid)
        prob = 1 / (1 + np.exp(-(hid @ w_out + b_out)))
        epoch_loss -= np.sum(target * np.log(prob) + (1 - target) * np.log(1 - prob)) / batch_size

        err_out = (prob - target) / batch_size
        err_hid = (err_out @ w_out.T) * (1 - hid ** 2)
        w_out -= eta * (hid.T @ err_out)
        b_out -= eta * err_out.sum(axis=0, keepdims=True)
        w_hid -= eta * (x.T @ err_hid)
        b_hid -= eta * err_hid.sum(axis=0, keepdims=True)
    curve.append(epoch_loss / (N // batch_size))
    if epoch % 500 == 0:
        print(f'{epoch:5d}  {curve[-1]:.4f}')

plt.plot(curve)
plt.show()
