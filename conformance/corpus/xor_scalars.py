# XOR with a neural network, nothing but Python. No numpy, no functions!
import math
import random

data = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]

w11 = random.uniform(-1, 1)
w12 = random.uniform(-1, 1)
w21 = random.uniform(-1, 1)
w22 = random.uniform(-1, 1)
v1 = random.uniform(-1, 1)
v2 = random.uniform(-1, 1)
b1 = random.uniform(-1, 1)
b2 = random.uniform(-1, 1)
c = random.uniform(-1, 1)
lr = 0.5

for epoch in range(20000):
    total = 0
    for x1, x2, t in data:
        h1 = 1 / (1 + math.exp(-(w11 * x1 + w21 * x2 + b1)))
        h2 = 1 / (1 + math.exp(-(w12 * x1 + w22 * x2 + b2)))
        y = 1 / (1 + math.exp(-(v1 * h1 + v2 * h2 + c)))
        total += (t - y) ** 2
        dy = (t - y) * y * (1 - y)
        dh1 = dy * v1 * h1 * (1 - h1)
        dh2 = dy * v2 * h2 * (1 - h2)
        v1 += lr * dy * h1
        v2 += lr * dy * h2
        c += lr * dy
        w11 += lr * dh1 * x1
        w21 += lr * dh1 * x2
        b1 += lr * dh1
        w12 += lr * dh2 * x1
        w22 += lr * dh2 * x2
        b2 += lr * dh2
    if epoch % 1000 == 0:
        print(epoch, total / 4)

for x1, x2, t in data:
    h1 = 1 / (1 + math.exp(-(w11 * x1 + w21 * x2 + b1)))
    h2 = 1 / (1 + math.exp(-(w12 * x1 + w22 * x2 + b2)))
    print(x1, x2, t, 1 / (1 + math.exp(-(v1 * h1 + v2 * h2 + c))))
