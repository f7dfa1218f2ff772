import numpy as np, torch
import torch.nn as nn

# hourly rentals from weather. y is scaled by hand before, see notebook 1


class RentalNet(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(),
                                  nn.Linear(hidden, hidden), nn.ReLU())
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.body(x))


def fit(net, X, y, lr=1e-2, n_epochs=100):
    X = torch.from_numpy(np.asarray(X).astype(np.float32))
    y = torch.from_numpy(np.asarray(y).astype(np.float32)).reshape(-1)
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    curve = []
    for epoch in range(n_epochs):
        error = net(X) - y
        loss = error.square().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        curve.append(float(loss))
    return curve


def rentals(net, X):
    with torch.no_grad():
        return net(torch.from_numpy(np.asarray(X).astype(np.float32))).numpy()


if __name__ == "__main__":
    hours = np.random.RandomState(0).rand(400, 5)
    count = hours[:, 0] * (1 - hours[:, 1]) + 0.2 * hours[:, 4]
    net = RentalNet(5, 16)
    print(fit(net, hours, count, 0.05, 500)[-1])
