"""The five activations and their derivatives (ACT-1 to ACT-11).

A function takes the pre-activation z; a derivative takes both z and the activation a = function(z), and uses whichever
makes it plainer. `sigmoid`, `tanh`, `softmax` and the derivatives of the first two are generic functions: an arithmetic
whose rules differ from "evaluate the formula" registers its own (see `bounded`).
"""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from mlp_reference.network import Array, Conventions


@singledispatch
def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), elementwise (ACT-1)."""
    with np.errstate(over="ignore"):  # exp(-z) may be infinite; 1 / (1 + inf) is the right 0
        return 1 / (1 + np.exp(-z))


@singledispatch
def sigmoid_derivative(z: Array, a: Array) -> Array:
    """a (1 - a) with a = sigmoid(z), elementwise (ACT-7)."""
    return a * (1 - a)


@singledispatch
def tanh(z: Array) -> Array:
    """tanh(z), elementwise (ACT-2)."""
    return np.tanh(z)


@singledispatch
def tanh_derivative(z: Array, a: Array) -> Array:
    """1 - a^2 with a = tanh(z), elementwise (ACT-8)."""
    return 1 - a * a


def relu(z: Array) -> Array:
    """max(z, 0), elementwise (ACT-3)."""
    return np.maximum(z, 0)


def relu_derivative(z: Array, conventions: Conventions) -> Array:
    """1 where z > 0, 0 where z < 0, and the claimed value, 0 by default, where z = 0 (ACT-9)."""
    return np.heaviside(z, conventions.relu_at_zero)


@singledispatch
def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) in each row; the shift by the row's maximum changes nothing but prevents overflow (ACT-5)."""
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def activate(activation: str, z: Array) -> Array:
    """The activation of that name at the pre-activations z (m by n)."""
    match activation:
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return tanh(z)
        case "relu":
            return relu(z)
        case "linear":
            return z
        case "softmax":
            return softmax(z)
    raise ValueError(f"unknown activation {activation!r}")


def derivative(activation: str, z: Array, a: Array, conventions: Conventions) -> Array:
    """The derivative of an elementwise activation at z, where a = activate(activation, z); shapes m by n.

    Softmax is not elementwise: `losses.output_delta` has its Jacobian (ACT-11).
    """
    match activation:
        case "sigmoid":
            return sigmoid_derivative(z, a)
        case "tanh":
            return tanh_derivative(z, a)
        case "relu":
            return relu_derivative(z, conventions)
        case "linear":
            return np.ones_like(z)
    raise ValueError(f"no elementwise derivative for activation {activation!r}")


def softmax_product(a: Array, g: Array) -> Array:
    """g times the Jacobian of softmax, row by row: a_i (g_i - sum_j g_j a_j), where a = softmax(z) (ACT-11)."""
    return a * (g - np.sum(g * a, axis=1, keepdims=True))
