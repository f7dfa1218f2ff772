import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

class MLP(nn.Module):
    def __init__(self, input_dim, hidden_dim, output_dim):
        super().__init__()
        self.fc1 = nn.Linear(input_dim, hidden_dim)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(hidden_dim, output_dim)

    def forward(self, x):
        return self.fc2(self.relu(self.fc1(x)))

def train_step(model, loader, optimizer, criterion, device="cpu"):
    model.train()
    total = 0.0
    for xb, yb in loader:
        xb, yb = xb.to(device), yb.to(device)
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)

def main():
    X = torch.randn(200, 4)
    y = torch.randint(0, 3, (200,))
    loader = DataLoader(TensorDataset(X, y), batch_size=32, shuffle=True)
    model = MLP(4, 16, 3)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(10):
        print(epoch, train_step(model, loader, opt, nn.CrossEntropyLoss()))

if __name__ == "__main__":
    main()
