"""Programs that leave the derivatives to torch, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven, is_told

from mlp_conformance.checks import Settings
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

OPTIONS = """
import torch
from torch import nn, optim

class Net(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.hidden, self.out = nn.Linear(n_in, n_hidden), nn.Linear(n_hidden, n_out)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))

def train(net, x, y, epochs, lr=0.1):
    optimizer = optim.SGD(net.parameters(), lr=lr, momentum=0.9, nesterov=True{more})
    loss_fn = nn.MSELoss(reduction="sum")
    for _ in range(epochs):
        {zero}
        loss_fn({output}, y).backward()
        optimizer.step()
"""


def test_what_a_librarys_optimiser_is_told_to_do_beside_is_left_off(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, OPTIONS.format(zero="optimizer.zero_grad()", output="net(x)", more=""))
    assert all(found.settled.score), found.plan.notes
    assert "Judged without the momentum `momentum`" in " ".join(found.plan.notes)
    assert 'constants={"momentum=": 0' in found.plan.source()


@pytest.mark.parametrize(
    ("output", "more", "fault"), [("2 * net(x)", "", ""), ("net(x)", ", weight_decay=1e-3", "decay-of-all=0.001")]
)
def test_a_fault_beside_what_is_left_off_is_still_one(tmp_path: Path, output: str, more: str, fault: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, OPTIONS.format(zero="optimizer.zero_grad()", output=output, more=more))
    assert found.exact
    assert found.settled.step is not None
    assert not found.settled.score[1]  # a right step
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("drawn/train"), Settings(examples=4))
    assert any(result.is_broken for result in report.results)
    assert not fault or fault in [finding.fault for finding in report.diagnosis], report.text()


BATCHES = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 9), nn.Linear(9, 3)

    def forward(self, x):
        return {output}

def main():
    import torch.optim as optim
    loader = DataLoader(read_the_data(), batch_size=16, shuffle=True)
    net = Net()
    criterion = nn.{loss}()
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    total = len(loader)
    for epoch in range(20):
        running_loss = 0.0
        for {batch}
            optimizer.zero_grad()
            loss = criterion(net(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            if i % 100 == 0:
                print(epoch, i, total, len(loader.dataset), running_loss)

if __name__ == "__main__":
    main()
"""
APART = "i, (inputs, labels) in enumerate(loader):"
TOGETHER = "i, data in enumerate(loader, 0):\n            inputs, labels = data"
LOGITS = "self.fc2(torch.relu(self.fc1(x)))"


@pytest.mark.parametrize(
    ("batch", "output", "loss", "is_right"),
    [
        (APART, LOGITS, "CrossEntropyLoss", True),
        (TOGETHER, f"torch.log_softmax({LOGITS}, dim=1)", "NLLLoss", True),
        (APART, f"torch.softmax({LOGITS}, dim=1)", "CrossEntropyLoss", False),
    ],
)
def test_a_loop_over_batches_is_given_ours(tmp_path: Path, batch: str, output: str, loss: str, is_right: bool) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, BATCHES.format(batch=batch, output=output, loss=loss))
    step = found.settled.step
    assert found.exact
    assert found.plan.sizes == (4, 9, 3)
    assert step is not None
    assert step.reading is not None
    assert step.reading.loss == "cross_entropy"
    assert (step.reading.fault is None) == is_right
    assert ("np.exp(" in found.plan.output) == ("log_softmax" in output)


DROPPING = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, d_in, d_hidden, d_out, p=0.2):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Dropout(p))
        self.head = nn.Linear(d_hidden, d_out)

    def forward(self, x):
        return F.log_softmax({head}(F.dropout(self.body(x), 0.5, training=self.training)), dim=1)

def train(model, device, train_loader, optimizer, epoch):
    model.train()
    for index, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target{sum})
        loss.backward()
        optimizer.step()
        print(f"{epoch}: {index * len(data)}/{len(train_loader.dataset)} {loss.item()}")
"""


@pytest.mark.parametrize(("sum", "reduction"), [("", "mean_samples"), (", reduction='sum'", "sum")])
def test_what_is_left_out_by_chance_is_left_in(tmp_path: Path, sum: str, reduction: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, DROPPING.replace("{head}", "self.head").replace("{sum}", sum))
    assert all(found.settled.score), found.plan.notes
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.reduction == reduction
    assert found.plan.step[-1].endswith(", 1)"), "an epoch by its number"
    assert "Judged without the dropout `p`." in " ".join(found.plan.notes)
    assert "other steps" not in " ".join(found.plan.notes)


def test_a_mistake_beside_what_is_left_out_by_chance_is_one(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    text = DROPPING.replace("{sum}", "").replace("{head}", "self.head").replace("self.body(x)", "self.body(x).detach()")
    found = driven(tmp_path, text)
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None, "hidden layers have no gradient"


SQUEEZED = """
import torch
from torch import nn

class Classifier(nn.Module):
    def __init__(self, n_features, hidden=(16, 8)):
        super().__init__()
        layers, last = [], n_features
        for units in hidden:
            layers += [nn.Linear(last, units), nn.ReLU()]
            last = units
        self.net = nn.Sequential(*layers, nn.Linear(last, 1))

    def forward(self, x):
        return self.net(x).squeeze(-1)

def train(model, loader, optimizer, loss_fn):
    for xb, yb in loader:
        loss = loss_fn({output}, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

loss_fn = nn.BCEWithLogitsLoss()
"""


@pytest.mark.parametrize(("output", "is_right"), [("model(xb)", True), ("torch.sigmoid(model(xb))", False)])
def test_one_output_without_an_axis_is_found_after_networks_with_several(tmp_path: Path, output: str, is_right: bool) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, SQUEEZED.format(output=output))
    assert found.exact
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.loss == "binary_cross_entropy"
    assert (step.reading.fault is None) == is_right


IN_A_LIST = """
import torch
from torch import nn

class Stack(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = {kept}([nn.Linear(a, b) for a, b in zip(sizes[:-2], sizes[1:-1])])
        self.out = nn.Linear(sizes[-2], sizes[-1])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.out(x)

def train(model, X, y, lr=0.1, epochs=100):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        opt.zero_grad()
        loss = nn.functional.mse_loss(model(X), y)
        loss.backward()
        opt.step()
"""


@pytest.mark.parametrize(("kept", "fault"), [("nn.ModuleList", None), ("list", "only-output-layer")])
def test_layers_that_torch_does_not_know_of_are_found(kept: str, fault: str | None, tmp_path: Path) -> None:
    """In a plain list they are part of the output, and no optimiser gets them."""
    pytest.importorskip("torch", reason="pip install torch")
    is_told(tmp_path, IN_A_LIST.replace("{kept}", kept), fault, "forward", "train")
