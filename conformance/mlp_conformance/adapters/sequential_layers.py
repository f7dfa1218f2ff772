"""The layers of a torch.nn.Sequential: linear ones, each with the activation behind it."""

from __future__ import annotations

from torch import nn

from mlp_conformance.claims import Unsupported

Own = tuple[nn.Linear, nn.Module]

_NAMES = {
    nn.Sigmoid: "sigmoid",
    nn.Tanh: "tanh",
    nn.ReLU: "relu",
    nn.Identity: "linear",
    nn.Softmax: "softmax",
}


def layers(model: nn.Sequential) -> list[Own]:
    """The linear layers, each with the activation behind it; nn.Identity where there is none."""
    found: list[Own] = []
    for module in model:
        if isinstance(module, nn.Linear):
            if module.bias is None:
                raise Unsupported(f"{module} has no biases")
            found.append((module, nn.Identity()))
        elif found and activation_name(module) and type(found[-1][1]) is nn.Identity:
            found[-1] = (found[-1][0], module)
        else:
            raise Unsupported(f"a Sequential of linear layers and activations was expected: it has {module}")
    if not found:
        raise Unsupported("the Sequential has no linear layer")
    return found


def activation_name(module: nn.Module) -> str:
    """The activation's name; raises Unsupported for a module that is none of those specified."""
    for kind, name in _NAMES.items():
        if isinstance(module, kind):
            return name
    raise Unsupported(f"{module} is none of {', '.join(kind.__name__ for kind in _NAMES)}")
