import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, sizes, lr=0.1):
        super().__init__()
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes, sizes[1:]))
        self.double()
        self.optimizer = torch.optim.SGD(self.parameters(), lr=lr, weight_decay=1e-4)

    def forward(self, x):
        for linear in self.linears[:-1]:
            x = torch.tanh(linear(x))
        return self.linears[-1](x)

    def fit(self, x, y, epochs=20):
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        history = []
        for _ in range(epochs):
            self.optimizer.zero_grad()
            loss = 0.5 * ((self(x) - y) ** 2).sum()
            loss.backward()
            self.optimizer.step()
            history.append(float(loss))
        return history

    def predict(self, x):
        with torch.no_grad():
            return self(torch.as_tensor(x)).numpy()
