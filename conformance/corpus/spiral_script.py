# three arms of a spiral, one hidden layer; everything at the top level
import numpy as np

per_class, dims, classes = 60, 2, 3
data = np.zeros((per_class * classes, dims))
label = np.zeros(per_class * classes, dtype=int)
for c in range(classes):
    rows = range(per_class * c, per_class * (c + 1))
    radius = np.linspace(0, 1, per_class)
    turn = np.linspace(c * 4, (c + 1) * 4, per_class) + np.random.randn(per_class) * 0.2
    data[rows] = np.c_[radius * np.sin(turn), radius * np.cos(turn)]
    label[rows] = c

X, y = data, label
units = 50
V = 0.1 * np.random.randn(dims, units)
v0 = np.zeros((1, units))
U = 0.1 * np.random.randn(units, classes)
u0 = np.zeros((1, classes))
delta = 0.5
how_many = X.shape[0]

for it in range(3000):
    h = np.maximum(0, X @ V + v0)
    s = h @ U + u0
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[range(how_many), y]).mean()
    if it % 500 == 0:
        print(it, loss)
    ds = p.copy()
    ds[range(how_many), y] -= 1
    ds /= how_many
    dU = h.T @ ds
    du0 = ds.sum(axis=0, keepdims=True)
    dh = ds @ U.T
    dh[h <= 0] = 0
    dV = X.T @ dh
    dv0 = dh.sum(axis=0, keepdims=True)
    V -= delta * dV
    v0 -= delta * dv0
    U -= delta * dU
    u0 -= delta * du0
