import torch
from torch import nn


def build_model(n_in=2, hidden=(4,), n_out=1):
    layers = []
    for width in hidden:
        layers += [nn.Linear(n_in, width), nn.Tanh()]
        n_in = width
    layers += [nn.Linear(n_in, n_out), nn.Sigmoid()]
    return nn.Sequential(*layers)


def train_model(model, inputs, targets, lr=0.1, epochs=10):
    loss_fn = nn.BCELoss()
    for _ in range(epochs):
        model.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
    return loss.item()


if __name__ == "__main__":
    net = build_model()
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    t = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    print(train_model(net, x, t, lr=1.0, epochs=200))
