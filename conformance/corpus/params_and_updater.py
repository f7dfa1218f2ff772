import torch
from torch import nn

n_inputs, n_hidden, n_outputs = 4, 6, 3

W1 = nn.Parameter(torch.randn(n_inputs, n_hidden) * 0.1)
b1 = nn.Parameter(torch.zeros(n_hidden))
W2 = nn.Parameter(torch.randn(n_hidden, n_outputs) * 0.1)
b2 = nn.Parameter(torch.zeros(n_outputs))
params = [W1, b1, W2, b2]

loss = nn.CrossEntropyLoss(reduction="none")
updater = torch.optim.SGD(params, lr=0.1)


def net(X):
    H = torch.tanh(X.reshape((-1, n_inputs)) @ W1 + b1)
    return H @ W2 + b2


def train_epoch(net, train_iter, loss, updater):
    for X, y in train_iter:
        each = loss(net(X), y)
        updater.zero_grad()
        each.mean().backward()
        updater.step()


def train(net, train_iter, loss, num_epochs, updater):
    for epoch in range(num_epochs):
        train_epoch(net, train_iter, loss, updater)
