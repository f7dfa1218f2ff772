"""What an implementation answered, brought into one form: float64 arrays of the specified shapes (COND-13).

Accepted: ndarrays of any real dtype, torch and JAX arrays, nested lists, scalars; biases as a row or a column; a layer as a
pair, an object with `weights` and `biases`, or a mapping with those keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from mlp_reference.network import Network

Parameters = list[tuple[np.ndarray, np.ndarray]]

#: What is said of biases that have an axis too many.
NOT_SUMMED = "biases for each sample by itself"


class MalformedAnswer(Exception):  # noqa: N818 - it says what the answer is
    """An answer that is not of the specified form: what was returned, and what was expected.

    Most are raised while one reading after another is tried, so one may be put into words when it is read.
    usable: the part of it that is, for the diagnosis to look at; None if there is none.
    """

    usable: Any = None

    def __init__(self, said: str | Callable[[], str]) -> None:
        super().__init__(said)
        self._said = said

    def __str__(self) -> str:
        return self._said if isinstance(self._said, str) else self._said()


class Withheld(np.ndarray):
    """Numbers that an implementation does not have, such as biases: what is computed from them is withheld as well."""


@dataclass(frozen=True)
class Trained:
    """What `train` answered: parameters after the epochs, and the losses before each update if they were reported."""

    parameters: Parameters
    losses: np.ndarray | None


def real_array(value: Any, what: str) -> np.ndarray:
    """Any array-like of real numbers as a fresh float64 array.

    Raises MalformedAnswer for None, text, complex numbers, ragged lists and the like.
    """
    if value is None:
        raise MalformedAnswer(f"{what} is None: was a return forgotten?")
    if hasattr(value, "detach"):  # torch
        value = value.detach().cpu()
        value = value.double() if hasattr(value, "double") else value
        value = value.numpy()
    try:
        array = np.asarray(value)
        if array.dtype == object and array.size:
            array = np.array([float(x) for x in array.ravel()]).reshape(array.shape)
    except Exception as error:
        why = str(error)
        raise MalformedAnswer(lambda: f"{what} is no array of numbers but {_described(value)} ({why})") from None
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise MalformedAnswer(f"{what} has dtype {array.dtype}: real numbers were expected")
    return np.array(array, dtype=np.float64)


def shaped(value: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """The array, which must have that shape, give or take axes of length 1 where no other reading is possible.

    So a vector of m outputs, a bias row (1, n) or column (n, 1) and a loss of shape (1, 1) are what they mean; a row of
    outputs where a column was expected is not.
    """
    array = real_array(value, what)
    long, expected = ([n for n in s if n != 1] for s in (array.shape, shape))
    unambiguous = len(shape) < 2 or array.ndim < 2 or array.shape == (1, *shape)
    if array.shape != shape and not (unambiguous and long == expected):
        raise MalformedAnswer(f"{what} has shape {array.shape}: {shape} was expected")
    return array.reshape(shape)


def activations(value: Any, network: Network, batch: int) -> list[np.ndarray]:
    """The activations of every layer, or a list of the output alone: with two layers or more, shapes tell which."""
    sizes = network.sizes[1:]
    layers = isinstance(value, list | tuple) and len(value) == len(sizes)
    if not (layers and len(sizes) > 1 and all(getattr(a, "ndim", 0) == 2 for a in value)):  # matrices are no output
        try:
            return [shaped(value, (batch, sizes[-1]), "the output")]
        except MalformedAnswer:
            if not layers:
                raise
    return [
        shaped(a, (batch, n), f"the activations of layer {i}") for i, (a, n) in enumerate(zip(value, sizes, strict=True), 1)
    ]


def loss(value: Any) -> np.ndarray:
    """One number, of shape ()."""
    return shaped(value, (), "the loss")


def parameters(value: Any, network: Network, what: str, has_biases: Sequence[bool] = ()) -> Parameters:
    """A (weights, biases) pair for each layer.

    has_biases: of each layer, where not all have; without, biases may be None, or 0 as they stay.
    """
    try:
        layers = list(value)
    except TypeError:
        raise MalformedAnswer(
            lambda: f"{what}: expected a (weights, biases) pair for each layer, got {_described(value)}"
        ) from None
    if len(layers) != len(network.layers):
        raise MalformedAnswer(
            f"{what}: expected a (weights, biases) pair for each of {len(network.layers)} layers, got {len(layers)} items"
        )
    found = []
    has_biases = has_biases or [True] * len(layers)
    for index, (item, layer, has) in enumerate(zip(layers, network.layers, has_biases, strict=True), 1):
        weights, biases = _pair(item, f"{what}, layer {index}")
        found.append(
            (
                shaped(weights, layer.weights.shape, f"{what}: the weights of layer {index}"),
                _biases(biases, layer.biases.shape, f"{what}: the biases of layer {index}", has),
            )
        )
    return found


def _biases(value: Any, shape: tuple[int, ...], what: str, has_any: bool) -> np.ndarray:
    """Biases of that shape; withheld where a layer has none and says so, with None or with those 0 that it was given."""
    found = _summed(value, shape, what) if has_any or value is not None else np.zeros(shape)
    return found if has_any or found.any() else np.full(shape, np.nan).view(Withheld)


def _summed(value: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Biases of that shape; MalformedAnswer for those of each sample by themselves, in so many words."""
    found = np.shape(value) if isinstance(value, np.ndarray | list | tuple) else ()
    if value is None:
        raise MalformedAnswer(f"{what} is None: an array was expected, or the claim biases=False or hidden_biases=False")
    if len(found) == 2 and 1 not in found and (found[1:] == shape or found[:1] == shape):
        raise MalformedAnswer(f"{what} has shape {found}, {NOT_SUMMED}: their sum over the samples, {shape}, was expected")
    return shaped(value, shape, what)


def trained(value: Any, network: Network, epochs: int, has_biases: Sequence[bool] = (), updates: int | None = None) -> Trained:
    """Parameters alone, or a pair of parameters and losses; told apart by shape.

    Where an epoch makes several updates, losses are one for each of them; one for each epoch is a metric, and left out.
    """
    what = "the trained parameters"
    try:
        return Trained(parameters(value, network, what, has_biases), None)
    except MalformedAnswer as alone:
        if isinstance(value, tuple | list) and len(value) == 2:
            try:
                found = parameters(value[0], network, what, has_biases)
            except MalformedAnswer as first:
                raise (first if _are_numbers(value[1]) else alone) from None
            try:
                return Trained(found, _losses(value[1], epochs, updates or epochs))
            except MalformedAnswer as error:
                error.usable = Trained(found, _too_few(value[1], updates or epochs))
                raise
        raise


def _are_numbers(value: Any) -> bool:
    """Whether it can be losses, and no layer: numbers one by one, or None."""
    return value is None or (
        isinstance(value, np.ndarray | list | tuple)
        and all(isinstance(item, Real) or getattr(item, "ndim", None) == 0 for item in value)
    )


def _losses(value: Any, epochs: int, updates: int) -> np.ndarray | None:
    """One for each epoch, or each update; None, or none at all, where they are not known."""
    if value is None or (isinstance(value, list | tuple) and not value and epochs):
        return None
    losses = np.array([loss(x) for x in value]) if isinstance(value, list | tuple) else real_array(value, "the reported losses")
    if losses.ndim > 1 and losses.size == len(losses):
        losses = losses.ravel()  # axes of length 1 (COND-13)
    if losses.shape == (epochs,) != (updates,):
        return None
    if losses.shape != (updates,):
        each = f"{updates} updates" if updates != epochs else f"{epochs} epochs"
        raise MalformedAnswer(f"the reported losses have shape {losses.shape}: one for each of {each} was expected")
    return losses


def _too_few(value: Any, updates: int) -> np.ndarray | None:
    """Losses of fewer updates than there are: which ones are missing may tell faults apart."""
    is_row = isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1
    if not is_row or not _are_numbers(value) or not 0 < len(value) < updates:
        return None
    return real_array(value, "the reported losses")


def _pair(item: Any, what: str) -> tuple[Any, Any]:
    if hasattr(item, "weights") and hasattr(item, "biases"):
        return item.weights, item.biases
    if isinstance(item, Mapping):
        if {"weights", "biases"} <= set(item):
            return item["weights"], item["biases"]
        raise MalformedAnswer(f"{what}: expected the keys 'weights' and 'biases', got {sorted(map(str, item))}")
    if isinstance(item, tuple | list) and len(item) == 2:
        return item[0], item[1]
    raise MalformedAnswer(lambda: f"{what}: expected a (weights, biases) pair, got {_described(item)}")


def _described(value: Any) -> str:
    with np.printoptions(threshold=4, edgeitems=1):  # NumPy formats every number that it shows
        text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
