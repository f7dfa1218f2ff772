"""Networks that are plain lists of layer objects: forward through one after the other, backward in reverse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlp_conformance.recognise.calls import Offer, loss_gradients
from mlp_conformance.recognise.compose import is_container_of_layers
from mlp_conformance.recognise.layouts import LAYOUTS
from mlp_conformance.recognise.readings import agrees, forward_readings
from mlp_conformance.recognise.space import Forward

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search


def layered_forwards(search: Search, faulty: bool) -> Iterator[Forward]:
    """The output of a plain list of layer objects, one after the other."""
    for layout in LAYOUTS[:5]:
        space = search.space(1 if layout.single else None)
        if space is None or not is_container_of_layers(space.names.get("model")):
            return
        forward = next(name for name in dir(type(space.names["model"][0])) if "forward" in name)
        lines = [f"output = {layout.x}", "for layer in model:", f"    output = layer.{forward}(output)"]
        if not space.run(lines):
            continue
        offer = Offer("model", "the layers", len)
        for _, rows, values in search.outputs(space, layout):
            for reading, expected in forward_readings(space.asked, faulty):
                if agrees(values, expected):
                    yield Forward(lines, rows, layout, reading, True, offer, "output")
                    break


def layered_steps(search: Search, forward: Forward, found: list[Offer]) -> Iterator[tuple[list[str], bool]]:
    """Steps of a plain list of layer objects: the loss's derivative goes back through them."""
    layout = forward.layout
    first = search.space(1 if layout.single else None)
    assert first is not None
    named = [name for name in dir(type(first.names["model"][0])) if "backward" in name]
    if not named:
        return
    starts = [*loss_gradients(found, forward.raw, layout), f"output - {layout.y}"]
    for start in starts:
        for rate in ("", ", learning_rate"):
            back = [f"grad = {start}", "for layer in reversed(model):", f"    grad = layer.{named[0]}(grad{rate})"]
            yield [*forward.lines, *back], False
            for name in ("update", "step", "apply_gradients", "update_params", "update_parameters", "optimize"):
                after = ["for layer in model:", f'    if hasattr(layer, "{name}"):', f"        layer.{name}(learning_rate)"]
                yield [*forward.lines, *back, *after], False
