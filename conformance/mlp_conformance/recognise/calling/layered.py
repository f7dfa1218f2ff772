"""Networks that are plain lists of layer objects: forward through one after the other, backward in reverse."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.calling.filling import loss_gradients
from mlp_conformance.recognise.calling.layouts import LAYOUTS
from mlp_conformance.recognise.numbers.readings import agrees, forward_readings
from mlp_conformance.recognise.source.program import values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.space import Forward, Space

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: Attributes in which layers leave their output, and the gradient of their inputs, where their calls return nothing.
_OUTPUT = r"^(out|outputs?|y|a|activations?)$"
_GRADIENT = r"^d_?(in|x)|^grad(ient)?s?_?(in|x)|^(inputs?|x)_?grad"


def is_container_of_layers(value: Any) -> bool:
    """Whether something is a list of objects that have a forward pass."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(any("forward" in name for name in dir(type(layer))) and not inspect.isclass(layer) for layer in value)
    )


def layered_forwards(search: Search, faulty: bool) -> Iterator[Forward]:
    """The output of a plain list of layer objects, one after the other."""
    for layout in LAYOUTS[:5]:
        space = search.space(1 if layout.single else None)
        if space is None or not is_container_of_layers(space.names.get("model")):
            return
        forward = next(name for name in dir(type(space.names["model"][0])) if "forward" in name)
        more = _told_whether_it_trains(getattr(space.names["model"][0], forward))
        lines = [f"output = {layout.x}", "for layer in model:", f"    output = layer.{forward}(output{more})"]
        if kept := _left(space, f"model[0].{forward}({layout.x}{more})", "model[0]", _OUTPUT):
            lines = [*lines[:2], f"    layer.{forward}(output{more})", f"    output = layer.{kept}"]
        if not space.run(lines):
            continue
        offer = Offer("model", "the layers", len)
        for _, rows, numbers in search.outputs(space, layout):
            for reading, expected in forward_readings(space.asked, faulty):
                if agrees(numbers, expected):
                    yield Forward(lines, reading.through.format(rows), layout, reading, True, offer, "output")
                    break


def _told_whether_it_trains(forward: Any) -> str:
    """The argument of a layer's forward pass that has to be told whether it trains, after the inputs; or nothing."""
    needed = required(signature(forward) or [])
    return ", False" if len(needed) == 2 and roles.argument(needed[1].name) == "training" else ""


def _left(space: Space, call: str, layer: str, names: str) -> str:
    """The attribute of such a name in which a layer's call leaves what it does not return; empty if it returns something."""
    if not space.run([f"returned = {call}"]) or space.names["returned"] is not None:
        return ""
    return next((name for name in vars(space.value(layer)) if re.search(names, name.lower())), "")


def layered_steps(search: Search, forward: Forward, found: list[Offer]) -> Iterator[tuple[list[str], bool]]:
    """Steps of a plain list of layer objects: the loss's derivative goes back through them."""
    layout = forward.layout
    first = search.space(1 if layout.single else None)
    assert first is not None
    named = [name for name in dir(type(first.names["model"][0])) if "backward" in name]
    if not named:
        return
    first.run(forward.lines)
    if kept := _left(first, f"model[-1].{named[0]}(output - {layout.y})", "model[-1]", _GRADIENT):
        yield from _steps_of_leaving(search, forward, named[0], kept)
        return
    starts = [*loss_gradients(found, forward.raw, layout), f"output - {layout.y}"]
    for start in starts:
        for rate in ("", ", learning_rate"):
            back = [f"grad = {start}", "for layer in reversed(model):", f"    grad = layer.{named[0]}(grad{rate})"]
            yield [*forward.lines, *back], False
            for name in ("update", "step", "apply_gradients", "update_params", "update_parameters", "optimize"):
                after = ["for layer in model:", f'    if hasattr(layer, "{name}"):', f"        layer.{name}(learning_rate)"]
                yield [*forward.lines, *back, *after], False


def _steps_of_leaving(search: Search, forward: Forward, backward: str, kept: str) -> Iterator[tuple[list[str], bool]]:
    """The same of layers that leave their gradients in themselves, for an optimiser that is given one layer after another."""
    layout, weights = forward.layout, search.plan.slots[0].weights.template.rpartition(".")[2]
    classes = [(key, cls) for key, cls in values(search.program).items() if isinstance(cls, type)]
    starts = [[f"grad = output - {layout.y}"]]
    for key, cls in classes:
        passed = required([p for p in signature(getattr(cls, backward, None) or len) or [] if p.name != "self"])
        if len(passed) == 2 and not required(signature(cls) or []):
            starts.insert(0, [f"loss = program.{key}()", f"loss.{backward}(output, {layout.y})", f"grad = loss.{kept}"])
    for key, cls in classes:
        rates = [p.name for p in signature(cls) or [] if roles.argument(p.name) == "rate"]
        updates = [name for name in vars(cls) if roles.rank(name, roles.UPDATE) < len(roles.UPDATE)]
        updates = [name for name in updates if len(required(signature(getattr(cls, name)) or [])) == 2]
        for start, name in product(starts, updates if rates else ()):
            yield (
                [
                    *forward.lines,
                    *start,
                    "for layer in reversed(model):",
                    f"    layer.{backward}(grad)",
                    f"    grad = layer.{kept}",
                    f"optimiser = program.{key}({rates[0]}=learning_rate)",
                    "for layer in model:",
                    f'    if hasattr(layer, "{weights}"):',
                    f"        optimiser.{name}(layer)",
                ],
                False,
            )
