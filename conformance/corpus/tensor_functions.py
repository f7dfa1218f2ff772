import torch
import torch.nn.functional as F


def get_model(n_in, n_hidden, n_classes):
    W1 = (torch.randn(n_in, n_hidden) / n_in ** 0.5).requires_grad_()
    b1 = torch.zeros(n_hidden, requires_grad=True)
    W2 = (torch.randn(n_hidden, n_classes) / n_hidden ** 0.5).requires_grad_()
    b2 = torch.zeros(n_classes, requires_grad=True)
    return [W1, b1, W2, b2]


def model(xb, params):
    W1, b1, W2, b2 = params
    return torch.tanh(xb @ W1 + b1) @ W2 + b2


def fit(params, x_train, y_train, lr=0.1, epochs=10):
    for epoch in range(epochs):
        loss = F.cross_entropy(model(x_train, params), y_train)
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
                p.grad.zero_()
    return loss.item()
