"""Right implementations in unlike formulations, every operation rounded to a format: they attack the bounds.

Arithmetic is in float64 and rounded to the format after each operation, which for the narrower formats is the same as
computing in the format (53 bits are more than twice 24). Nothing here is shared with the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import fsum
from typing import Any

import numpy as np

from mlp_reference.formats import Format
from mlp_reference.network import Case

SUMMATIONS = ("forward", "backward", "pairwise", "fused", "exact", "bias-first")
SIGMOIDS = ("exp", "tanh", "branches")
DERIVATIVES = ("a(1-a)", "e/(1+e)^2")
SOFTMAXES = ("shifted", "plain", "log-domain")
CROSS_ENTROPIES = ("fused", "unfused")


@dataclass(frozen=True)
class Formulation:
    """One way to write the algorithm; `exp_error` perturbs every exponential and logarithm by that many unit roundoffs."""

    format: Format
    summation: str = "forward"
    sigmoid: str = "exp"
    derivative: str = "a(1-a)"
    softmax: str = "shifted"
    cross_entropy: str = "fused"
    by_sample: bool = False
    exp_error: float = 0.0

    def __str__(self) -> str:
        return "/".join(
            str(part)
            for part in (
                self.format.name,
                self.summation,
                self.sigmoid,
                self.derivative,
                self.softmax,
                self.cross_entropy,
                self.by_sample,
                self.exp_error,
            )
        )

    # ---- arithmetic

    def r(self, values: Any) -> np.ndarray:
        return self.format.nearest(np.asarray(values, dtype=np.float64))

    def exp(self, z: np.ndarray) -> np.ndarray:
        return self.r(np.exp(z) * (1 + self.exp_error * self.format.unit_roundoff))

    def log(self, z: np.ndarray) -> np.ndarray:
        return self.r(np.log(z) * (1 + self.exp_error * self.format.unit_roundoff))

    def total(self, terms: list[np.ndarray]) -> np.ndarray:
        """The sum of already rounded terms in the chosen order."""
        if self.summation == "exact":
            stacked = np.stack(terms)
            return self.r(np.apply_along_axis(fsum, 0, stacked))
        if self.summation == "pairwise":
            while len(terms) > 1:
                terms = [self.r(terms[i] + terms[i + 1]) if i + 1 < len(terms) else terms[i] for i in range(0, len(terms), 2)]
            return terms[0]
        ordered = terms[::-1] if self.summation == "backward" else terms
        return reduce(lambda s, t: self.r(s + t), ordered)

    def dot(self, x: np.ndarray, w: np.ndarray, b: np.ndarray | None = None) -> np.ndarray:
        k = x.shape[1]
        if self.summation == "fused":
            s = np.zeros((x.shape[0], w.shape[1])) if b is None else np.broadcast_to(b, (x.shape[0], w.shape[1]))
            for i in range(k):
                s = self.fma(x[:, i : i + 1], w[i : i + 1], s)
            return s
        terms = [self.r(x[:, i : i + 1] * w[i : i + 1]) for i in range(k)]
        if b is not None:
            rows = np.broadcast_to(b, terms[0].shape)
            if self.summation in ("bias-first", "exact"):
                return self.total([rows, *terms])
            return self.r(self.total(terms) + rows)
        return self.total(terms)

    def fma(self, x: np.ndarray, w: np.ndarray, s: np.ndarray) -> np.ndarray:
        wide = np.longdouble if self.format.name == "float64" else np.float64
        return self.r((x.astype(wide) * w.astype(wide) + s).astype(np.float64))

    # ---- activations

    def activate(self, name: str, z: np.ndarray) -> np.ndarray:
        r = self.r
        if name == "relu":
            return np.where(z > 0, z, 0.0)
        if name == "linear":
            return z
        if name == "tanh":
            return self.tanh(z)
        if name == "softmax":
            return self.softmax_of(z)
        if self.sigmoid == "tanh":
            return r(0.5 * r(1 + self.tanh(0.5 * z)))
        if self.sigmoid == "branches":
            e = self.exp(-np.abs(z))
            return np.where(z >= 0, r(1 / r(1 + e)), r(e / r(1 + e)))
        return r(1 / r(1 + self.exp(-z)))

    def tanh(self, z: np.ndarray) -> np.ndarray:
        if self.derivative == "e/(1+e)^2":  # the exponential form, which loses relative accuracy near 0
            e = self.exp(-2 * np.abs(z))
            return np.copysign(self.r(self.r(1 - e) / self.r(1 + e)), z)
        return self.r(np.tanh(z))

    def slope(self, name: str, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        r = self.r
        if name == "relu":
            return np.where(z > 0, 1.0, 0.0)
        if name == "linear":
            return np.ones_like(z)
        if name == "tanh":
            return r(r(1 - a) * r(1 + a)) if self.derivative == "e/(1+e)^2" else r(1 - r(a * a))
        if self.derivative == "e/(1+e)^2":
            e = self.exp(-np.abs(z))
            q = r(1 + e)
            return r(e / r(q * q))
        return r(a * r(1 - a))

    def shifted(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        s = z if self.softmax == "plain" else self.r(z - z.max(axis=1, keepdims=True))
        e = self.exp(s)
        return s, self.total([e[:, i : i + 1] for i in range(e.shape[1])])

    def softmax_of(self, z: np.ndarray) -> np.ndarray:
        s, total = self.shifted(z)
        if self.softmax == "log-domain":
            lse = self.r(self.log(total) + z.max(axis=1, keepdims=True))
            return self.exp(self.r(z - lse))
        return self.r(self.exp(s) / total)

    # ---- the four operations

    def forward(self, case: Case) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        steps, x = [], case.inputs
        for layer in case.network.layers:
            z = self.dot(x, layer.weights, layer.biases)
            a = self.activate(layer.activation, z)
            steps.append((x, z, a))
            x = a
        return steps

    def loss(self, case: Case) -> float:
        r, y = self.r, case.targets
        _, z, a = self.forward(case)[-1]
        match case.network.loss:
            case "half_squared_error" | "squared_error":
                d = r(a - y)
                t = r(d * d)
            case "cross_entropy":
                if self.cross_entropy == "fused":
                    s, total = self.shifted(z)
                    t = r(-y * r(s - self.log(total)))
                else:
                    t = r(-y * np.where(y == 0, 0, self.log(np.where(y == 0, 1, a))))
            case _:
                if self.cross_entropy == "fused":
                    e = self.exp(-np.abs(z))
                    t = r(r(np.maximum(z, 0) - r(z * y)) + self.log(r(1 + e)))
                else:
                    left = r(y * self.log(np.where(y == 0, 1, a)))
                    right = r(r(1 - y) * self.log(np.where(y == 1, 1, r(1 - a))))
                    t = -r(left + right)
        total = self.total(list(t.ravel()))
        total = r(0.5 * total) if case.network.loss == "half_squared_error" else total
        return float(r(total / self.divisor(case)))

    def divisor(self, case: Case) -> float:
        m, n = case.targets.shape
        return {"sum": 1, "mean_samples": m, "mean_elements": m * n}[case.network.reduction]

    def output_delta(self, case: Case, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        r, y, name = self.r, case.targets, case.network.layers[-1].activation
        loss = case.network.loss
        if loss in ("cross_entropy", "binary_cross_entropy") and self.cross_entropy == "fused":
            return r(r(a - y) / self.divisor(case))
        if loss == "cross_entropy":
            g = r(-y / a)
        elif loss == "binary_cross_entropy":
            g = r(r(r(1 - y) / r(1 - a)) - r(y / a))
        else:
            g = r((2 if loss == "squared_error" else 1) * r(a - y))
        g = r(g / self.divisor(case))
        if name == "softmax":
            terms = r(g * a)
            return r(a * r(g - self.total([terms[:, i : i + 1] for i in range(terms.shape[1])])))
        return r(g * self.slope(name, z, a))

    def gradients(self, case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
        if self.by_sample:
            return self.gradients_by_sample(case)
        steps = self.forward(case)
        delta = self.output_delta(case, *steps[-1][1:])
        found = []
        for index in reversed(range(len(steps))):
            x, z, a = steps[index]
            if index < len(steps) - 1:
                back = self.dot(delta, case.network.layers[index + 1].weights.T)
                delta = self.r(back * self.slope(case.network.layers[index].activation, z, a))
            found.insert(0, (self.dot(x.T, delta), self.total(list(delta))))
        return found

    def gradients_by_sample(self, case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
        from dataclasses import replace

        m, n = case.targets.shape
        summed = replace(case, network=replace(case.network, reduction="sum"))
        parts = []
        for i in range(m):
            one = replace(summed, inputs=case.inputs[i : i + 1], targets=case.targets[i : i + 1])
            parts.append(replace(self, by_sample=False).gradients(one))
        d = self.divisor(case)
        return [
            tuple(self.r(self.total([part[layer][kind] for part in parts]) / d) for kind in (0, 1))
            for layer in range(len(case.network.layers))
        ]

    def train(self, case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
        from dataclasses import replace

        r = self.r
        for _ in range(case.epochs):
            gradients = self.gradients(case)
            stepped = [
                (r(w - r(case.learning_rate * gw)), r(b - r(case.learning_rate * gb)))
                for (w, b), (gw, gb) in zip(case.network.parameters, gradients, strict=True)
            ]
            case = replace(case, network=case.network.with_parameters(stepped))
        return case.network.parameters


def formulations(format: Format) -> list[Formulation]:
    """Every summation with every sigmoid, the other choices going round; then exponentials off by what the model allows."""
    found = []
    for i, (summation, sigmoid) in enumerate(product(SUMMATIONS, SIGMOIDS)):
        found.append(
            Formulation(
                format,
                summation,
                sigmoid,
                DERIVATIVES[i % 2],
                SOFTMAXES[(i // 2) % 3],
                CROSS_ENTROPIES[(i // 3) % 2],
                i % 4 == 3,
            )
        )
    error = 3.0 if format.precision < 20 else 6.0
    for i, sign in enumerate((-1, 1)):
        found.append(Formulation(format, derivative=DERIVATIVES[i], cross_entropy=CROSS_ENTROPIES[i], exp_error=sign * error))
    return found
