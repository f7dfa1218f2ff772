import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super(Net, self).__init__()
        self.hidden = nn.Linear(in_features, hidden)
        self.out = nn.Linear(hidden, out_features)

    def forward(self, x):
        x = torch.sigmoid(self.hidden(x))
        return self.out(x)


def train(model, X, Y, lr=0.01, epochs=100):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(epochs):
        optimizer.zero_grad()
        out = model(X)
        loss = F.mse_loss(out, Y)
        optimizer.step()
        loss.backward()
    return loss.item()


if __name__ == "__main__":
    X = torch.linspace(0, 1, 30).unsqueeze(1)
    print(train(Net(1, 10, 1), X, X ** 2, 0.1, 1000))
