import torch
import torch.nn as nn


def train_model(X, y, hidden=16, epochs=200, lr=0.1):
    net = nn.Sequential(nn.Linear(X.shape[1], hidden), nn.ReLU(), nn.Linear(hidden, y.shape[1]))
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    loss_fn = nn.MSELoss()
    for epoch in range(epochs):
        opt.zero_grad()
        loss = loss_fn(net(X), y)
        loss.backward()
        opt.step()
        if epoch % 50 == 0:
            print(f"epoch {epoch}: {loss.item():.4f}")
    return net


if __name__ == "__main__":
    torch.manual_seed(0)
    X = torch.randn(128, 3)
    y = X[:, :1] * X[:, 1:2] + X[:, 2:]
    model = train_model(X, y)
    print(model(X[:5]), y[:5])
