# is the leaf lobed? length, width and area in; torch without nn, on a rainy day
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(6)

leaves = torch.rand(80, 3)
lobed = (leaves[:, :1] * leaves[:, 1:2] > leaves[:, 2:]).double()

params = [
    torch.randn(3, 6) * 0.6,
    torch.zeros(6),
    torch.randn(6, 1) * 0.4,
    torch.zeros(1),
]
for p in params:
    p.requires_grad_()

speed = 0.4
for round_ in range(1500):
    A, a, B, b = params
    hidden = torch.relu(leaves @ A + a)
    chance = torch.sigmoid(hidden @ B + b)
    loss = -(lobed * chance.log() + (1 - lobed) * (1 - chance).log()).mean()

    for p in params:
        p.grad = None
    loss.backward()
    with torch.no_grad():
        for p in params:
            p.sub_(p.grad, alpha=speed)

    if round_ % 300 == 0:
        print(round_, loss.item())
