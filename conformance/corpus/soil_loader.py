"""Soil types from spectra (PyTorch)."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SoilNet(nn.Module):

    def __init__(self, n_bands: int, n_hidden: int, n_types: int):
        super().__init__()
        self.encode = nn.Linear(n_bands, n_hidden)
        self.squash = nn.Sigmoid()
        self.decide = nn.Linear(n_hidden, n_types)

    def forward(self, spectra):
        return self.decide(self.squash(self.encode(spectra)))


def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    total, hits = 0.0, 0
    for spectra, types in loader:
        scores = model(spectra)
        loss = criterion(scores, types)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.item() * spectra.shape[0]
        hits += (scores.argmax(dim=1) == types).sum().item()
    return total / len(loader.dataset), hits / len(loader.dataset)


def main():
    torch.manual_seed(4)
    types = torch.randint(0, 5, (300,))
    spectra = torch.randn(300, 8) + 2 * torch.eye(5, 8)[types]
    loader = DataLoader(TensorDataset(spectra, types), batch_size=25, shuffle=True)
    model = SoilNet(8, 20, 5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(1, 21):
        loss, share = train_one_epoch(model, loader, criterion, optimizer)
        print(f"{epoch:3d}  loss {loss:.3f}  right {share:.1%}")


if __name__ == "__main__":
    main()
