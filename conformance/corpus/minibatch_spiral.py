import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng(7)

# two spirals
n_samples = 400
t = np.sqrt(rng.random((n_samples // 2, 1))) * 3 * np.pi
arm = np.hstack([t * np.cos(t), t * np.sin(t)]) / 10
data = np.vstack([arm, -arm]) + rng.normal(0, 0.02, (n_samples, 2))
labels = np.vstack([np.zeros((n_samples // 2, 1)), np.ones((n_samples // 2, 1))])

n_hidden = 24
w_hid = rng.normal(0, 1 / np.sqrt(2), (2, n_hidden))
b_hid = np.zeros((1, n_hidden))
w_out = rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, 1))
b_out = np.zeros((1, 1))

eta = 0.4
batch_size = 50
n_batches = n_samples // batch_size
curve = []

for epoch in range(3000):
    order = rng.permutation(n_samples)
    epoch_loss = 0.0
    for k in range(n_batches):
        pick = order[k * batch_size:(k + 1) * batch_size]
        x, target = data[pick], labels[pick]

        hid = np.tanh(x @ w_hid + b_hid)
        prob = 1 / (1 + np.exp(-(hid @ w_out + b_out)))
        epoch_loss += -np.mean(target * np.log(prob) + (1 - target) * np.log(1 - prob))

        err_out = (prob - target) / batch_size
        err_hid = (err_out @ w_out.T) * (1 - hid ** 2)
        w_out -= eta * (hid.T @ err_out)
        b_out -= eta * err_out.sum(axis=0, keepdims=True)
        w_hid -= eta * (x.T @ err_hid)
        b_hid -= eta * err_hid.sum(axis=0, keepdims=True)
    curve.append(epoch_loss / n_batches)
    if epoch % 500 == 0:
        print(f'{epoch:5d}  {curve[-1]:.4f}')

plt.plot(curve)
plt.show()
