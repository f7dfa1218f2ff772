import numpy as np

np.random.seed(4)
relu = lambda v: np.where(v > 0, v, 0)

lights = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]])
walk = np.array([[1], [1], [0], [0]])

alpha = 0.1
w01 = np.random.rand(3, 4) - 0.5
w12 = np.random.rand(4, 1) - 0.5

for sweep in range(200):
    missed = 0.0
    for i in range(len(lights)):
        seen = lights[i : i + 1]
        hidden = relu(seen.dot(w01))
        guess = hidden.dot(w12)
        delta = guess - walk[i : i + 1]
        missed += float((delta ** 2).sum())
        w12 -= alpha * hidden.T.dot(delta)
        hidden_delta = delta.dot(w12.T) * (hidden > 0)
        w01 -= alpha * seen.T.dot(hidden_delta)
    if sweep % 50 == 49:
        print(missed)
