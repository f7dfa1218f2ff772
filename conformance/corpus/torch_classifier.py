import torch
import torch.nn as nn
import torch.nn.functional as F


class Classifier(nn.Module):
    def __init__(self, n_features, n_hidden, n_classes):
        super().__init__()
        self.hidden = nn.Linear(n_features, n_hidden)
        self.out = nn.Linear(n_hidden, n_classes)

    def forward(self, x):
        x = torch.sigmoid(self.hidden(x))
        return F.softmax(self.out(x), dim=1)


def train(model, x, y, epochs=100, lr=0.1):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        output = model(x)
        loss = criterion(output, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    x = torch.cat([torch.randn(50, 2) + 2, torch.randn(50, 2) - 2])
    y = torch.cat([torch.zeros(50), torch.ones(50)]).long()
    net = Classifier(2, 10, 2)
    print(train(net, x, y)[-1])
