# warm-up before we move on to a framework: two matrices, random numbers, no biases
import numpy as np

rng = np.random.RandomState(11)
n_samples, n_in, n_hidden, n_out = 32, 20, 12, 4
data = rng.randn(n_samples, n_in)
target = rng.randn(n_samples, n_out)
A = rng.randn(n_in, n_hidden)
B = rng.randn(n_hidden, n_out)
step = 1e-4

for i in range(300):
    pre = data @ A
    hidden = np.maximum(pre, 0)
    guess = hidden @ B
    residual = guess - target
    if i % 50 == 0:
        print(i, (residual ** 2).sum())

    grad_guess = 2 * residual
    grad_B = hidden.T @ grad_guess
    grad_hidden = grad_guess @ B.T
    grad_hidden[pre < 0] = 0
    grad_A = data.T @ grad_hidden

    A -= step * grad_A
    B -= step * grad_B
