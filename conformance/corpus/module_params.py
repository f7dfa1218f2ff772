import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Module:
    def parameters(self):
        return []


class Linear(Module):
    # weight: (out_features, in_features)
    def __init__(self, in_features, out_features):
        self.weight = Parameter(np.random.randn(out_features, in_features) * 0.1)
        self.bias = Parameter(np.zeros(out_features))

    def parameters(self):
        return [self.weight, self.bias]

    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, dout):
        self.weight.grad += dout.T @ self.x
        self.bias.grad += dout.sum(axis=0)
        return dout @ self.weight.data


class Tanh(Module):
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out ** 2)


class MLP(Module):
    def __init__(self, n_in, n_hidden, n_out):
        self.modules = [Linear(n_in, n_hidden), Tanh(), Linear(n_hidden, n_out)]

    def parameters(self):
        return [p for m in self.modules for p in m.parameters()]

    def forward(self, x):
        for m in self.modules:
            x = m.forward(x)
        return x

    def backward(self, dout):
        for m in reversed(self.modules):
            dout = m.backward(dout)


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)


def train(model, X, Y, lr, epochs):
    opt = SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        diff = model.forward(X) - Y
        losses.append(0.5 * np.sum(diff ** 2) / len(X))
        model.backward(diff / len(X))
        opt.step()
        opt.zero_grad()
    return losses
