"""The network as a picture: right and wrong units and weights differ by sign, outline and dashes, not by colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from mlp_conformance.worked.account import Account, Mark
from mlp_conformance.worked.digits import written
from mlp_conformance.worked.sections import Worked

#: Pixels between the units of a layer and between layers, and the radius of a unit.
_DOWN, _ACROSS, _RADIUS = 76, 118, 27
#: Larger layers are drawn with their first units and those that are wrong.
_MOST = 6


def network_picture(worked: Worked, marks: Mapping[str, Mark] | None = None, sample: int = 0) -> Markup:
    """The network of a worked example with the activations of one sample; with marks, right and wrong are told apart.

    Where every activation is right, what is marked are the errors delta of the backward pass.
    """
    return _Picture(worked, marks or {}, sample).drawn()


def account_picture(account: Account) -> Markup:
    """The network of an account, with the sample in which the numbers part."""
    if account.worked is None:
        return Markup("")
    parting = account.parting or ""
    sample = int(parting.partition("[")[2].partition(",")[0]) if parting[:1] in "aδ" and "[" in parting else 0
    return network_picture(account.worked, account.marks, sample)


class _Picture:
    def __init__(self, worked: Worked, marks: Mapping[str, Mark], sample: int) -> None:
        self.worked, self.marks, self.sample = worked, marks, sample
        self.network = worked.case.network
        self.sizes = self.network.sizes
        forward_wrong = any(mark.wrong for key, mark in marks.items() if key.startswith("a"))
        self.shown = "a" if forward_wrong or not any(key.startswith("δ") for key in marks) else "δ"
        self.units = [self._chosen(layer, size) for layer, size in enumerate(self.sizes)]
        self.height = max(len(units) for units in self.units) * _DOWN + 46

    def _chosen(self, layer: int, size: int) -> list[int]:
        """The units that are drawn."""
        if size <= _MOST:
            return list(range(size))
        wrong = [j for j in range(size) if self._state(layer, j) == "wrong"]
        return sorted([*wrong[:_MOST], *[j for j in range(size) if j not in wrong][: max(0, _MOST - len(wrong))]])[:_MOST]

    def _state(self, layer: int, j: int) -> str:
        mark = self.marks.get(f"{self.shown}{layer}[{self.sample}, {j}]")
        return "unseen" if mark is None else "wrong" if mark.wrong else "right"

    def _edge_is_wrong(self, layer: int, i: int, j: int) -> bool:
        names = (f"dE/dW{layer}[{i}, {j}]", f"W{layer}[{i}, {j}]")
        return any(name in self.marks and self.marks[name].wrong for name in names)

    def _place(self, layer: int, position: int) -> tuple[float, float]:
        offset = (self.height - 46 - len(self.units[layer]) * _DOWN) / 2
        return 40 + layer * _ACROSS, 46 + offset + position * _DOWN + _DOWN / 2 - 10

    def drawn(self) -> Markup:
        width = (len(self.sizes) - 1) * _ACROSS + 80
        says = escape(self.description())
        parts = [*self._edges(), *self._nodes(), *self._heads()]
        return Markup(
            f'<svg viewBox="0 0 {width} {self.height}" width="{width}" height="{self.height}" role="img" aria-label="{says}">'
            f"<title>{says}</title>{''.join(parts)}</svg>"
        )

    def description(self) -> str:
        """The picture in words."""
        shape = "-".join(map(str, self.sizes))
        wrong = [
            f"unit {j + 1} of layer {layer}"
            for layer, size in enumerate(self.sizes)
            for j in range(size)
            if self._state(layer, j) == "wrong"
        ]
        what = {"a": "activation", "δ": "error δ"}[self.shown]
        told = f" Wrong {what}: {', '.join(wrong[:6])}{' and others' if len(wrong) > 6 else ''}." if wrong else ""
        return f"A network of {shape} units.{told}"

    def _edges(self) -> list[str]:
        plain: list[str] = []
        wrong: list[str] = []
        for layer in range(1, len(self.sizes)):
            for p, i in enumerate(self.units[layer - 1]):
                for q, j in enumerate(self.units[layer]):
                    (x1, y1), (x2, y2) = self._place(layer - 1, p), self._place(layer, q)
                    bad = self._edge_is_wrong(layer, i, j)
                    line = f'<line class="edge{" wrong" if bad else ""}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'
                    (wrong if bad else plain).append(line)
        return [*plain, *wrong]

    def _nodes(self) -> list[str]:
        found = []
        for layer in range(len(self.sizes)):
            for position, j in enumerate(self.units[layer]):
                x, y = self._place(layer, position)
                state = self._state(layer, j) if self.marks and layer else "plain"
                found.append(_shape(x, y, state))
                value = self._value(layer, j)
                found.append(_text(x, y + 4, 11 if len(value) < 8 else 8, value))
                if state in ("right", "wrong"):
                    sign = "✓" if state == "right" else "✗"
                    found.append(f'<text class="sign-{state}" x="{x + 21:g}" y="{y - 19:g}" font-size="15">{sign}</text>')
            if len(self.units[layer]) < self.sizes[layer]:
                x, y = self._place(layer, len(self.units[layer]) - 1)
                more = self.sizes[layer] - len(self.units[layer])
                found.append(_text(x, y + 42, 10, f"{more} more", "faint-text"))
        return found

    def _value(self, layer: int, j: int) -> str:
        if layer == 0:
            return written(self.worked.case.inputs[self.sample, j], 3)[0].replace("-", "−")
        line = self.worked.line(f"a{layer}[{self.sample}, {j}]")
        return written(line.value, 3)[0].replace("-", "−") if line else ""

    def _heads(self) -> list[str]:
        names = ["inputs", *[f"layer {index}" for index in range(1, len(self.sizes))]]
        kinds = ["", *[layer.activation for layer in self.network.layers]]
        return [
            _text(40 + layer * _ACROSS, 16, 13, name) + _text(40 + layer * _ACROSS, 31, 11, kind, "faint-text")
            for layer, (name, kind) in enumerate(zip(names, kinds, strict=True))
        ]


def _text(x: float, y: float, size: int, says: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}">{escape(says)}</text>'


def _shape(x: float, y: float, state: str) -> str:
    """A circle; of a wrong unit an octagon."""
    if state != "wrong":
        return f'<circle class="unit {state}" cx="{x:g}" cy="{y:g}" r="{_RADIUS}"/>'
    r, s = _RADIUS, _RADIUS * 0.414
    corners = [(-s, -r), (s, -r), (r, -s), (r, s), (s, r), (-s, r), (-r, s), (-r, -s)]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon class="unit wrong" points="{points}"/>'
