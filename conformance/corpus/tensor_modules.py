"""Modules that keep what went in and what came out; gradients are attributes of the tensors themselves."""
import torch


class Module:
    def __call__(self, *given):
        self.given = given
        self.out = self.forward(*given)
        return self.out

    def backward(self):
        self.slope(self.out, *self.given)


class Relu(Module):
    def forward(self, x):
        return x.clamp_min(0.0)

    def slope(self, out, x):
        x.g = (x > 0) * out.g


class Linear(Module):
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        return x @ self.w + self.b

    def slope(self, out, x):
        x.g = out.g @ self.w.t()
        self.w.g = x.t() @ out.g
        self.b.g = out.g.sum(0)


class MeanSquare(Module):
    def forward(self, x, target):
        return (x.squeeze() - target).pow(2).mean()

    def slope(self, out, x, target):
        x.g = 2.0 * (x.squeeze() - target).unsqueeze(-1) / target.shape[0]


class Model:
    def __init__(self, w1, b1, w2, b2):
        self.layers = [Linear(w1, b1), Relu(), Linear(w2, b2)]
        self.loss = MeanSquare()

    def __call__(self, x, target):
        for layer in self.layers:
            x = layer(x)
        return self.loss(x, target)

    def backward(self):
        self.loss.backward()
        for layer in reversed(self.layers):
            layer.backward()
