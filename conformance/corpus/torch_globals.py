import torch

n_in, n_out, n_hid = 4, 3, 16
W1 = torch.randn(n_in, n_hid, requires_grad=True)
b1 = torch.zeros(n_hid, requires_grad=True)
W2 = torch.randn(n_hid, n_out, requires_grad=True)
b2 = torch.zeros(n_out, requires_grad=True)
params = [W1, b1, W2, b2]


def relu(X):
    return torch.max(X, torch.zeros_like(X))


def net(X):
    X = X.reshape((-1, n_in))
    H = relu(X @ W1 + b1)
    return H @ W2 + b2


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def train_step(X, y, lr):
    l = squared_loss(net(X), y)
    l.sum().backward()
    sgd(params, lr, X.shape[0])
    return l.mean()


if __name__ == "__main__":
    X = torch.randn(100, 4)
    y = X[:, :3] * 2 + 1
    for epoch in range(100):
        print(epoch, train_step(X, y, 0.05).item())
