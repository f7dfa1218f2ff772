"""FANN, the C library, through its own functions: Debian's libfann2, in double or in single precision."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_double, c_float, c_uint, c_void_p
from ctypes.util import find_library
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import Array, Network

#: FANN's function and the steepness s at which it is the one specified: its sigmoid is σ(2sz), its symmetric one tanh(sz).
_ACTIVATIONS = {"sigmoid": (3, 0.5), "tanh": (5, 1.0), "linear": (0, 1.0)}
_TRAIN_BATCH, _ERRORFUNC_LINEAR = 1, 0


class FannAdapter:
    """Standard networks, fann_run, and fann_train_epoch with FANN_TRAIN_BATCH and FANN_ERRORFUNC_LINEAR.

    Raises ImportError where the library is missing.
    """

    def __init__(self, library: str = "doublefann", dtype: str = "float64") -> None:
        found = find_library(library)
        if found is None:
            raise ImportError(f"{library} is missing", name=f"the library {library}")
        self._number: Any = c_double if dtype == "float64" else c_float
        self._dtype = np.dtype(dtype)
        self._fann = _declared(ctypes.CDLL(found), self._number)
        self.claims = Claims(
            name="FANN",
            version="2.2.0",
            language="c",
            dtype=dtype,
            activations=set(_ACTIVATIONS),
            losses={"half_squared_error"},
            reductions={"mean_samples"},
            notes=(
                "steepness 1/2 for the sigmoid and 1 for the symmetric one; FANN_ERRORFUNC_LINEAR; no momentum; batch steps "
                "are averaged over samples; the mean squared error that it reports is not judged"
            ),
        )

    def forward(self, network: Network, inputs: Array) -> Array:
        _fitting(network, inputs)
        ann = self._made(network)
        try:
            n = network.sizes[-1]
            outputs = [self._fann.fann_run(ann, self._vector(row))[:n] for row in inputs]
            return np.array(outputs, dtype=self._dtype)
        finally:
            self._fann.fann_destroy(ann)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> list[tuple[Array, Array]]:
        _fitting(network, inputs, targets)
        if not _is_float(learning_rate) or (self._dtype == np.float64 and not _is_float(learning_rate / len(inputs))):
            raise Unsupported(
                "its learning rate, and what it makes of it for a sample, are floats of C in double precision too"
            )
        ann = self._made(network)

        def sample(number: int, n_in: int, n_out: int, x: Any, y: Any) -> None:
            for to, row in ((x, inputs[number]), (y, targets[number])):
                for index, value in enumerate(row.tolist()):
                    to[index] = value

        numbers = POINTER(self._number)
        callback = CFUNCTYPE(None, c_uint, c_uint, c_uint, numbers, numbers)
        data = self._fann.fann_create_train_from_callback(len(inputs), inputs.shape[1], targets.shape[1], callback(sample))
        try:
            self._fann.fann_set_learning_rate(ann, learning_rate)
            for _ in range(epochs):
                self._fann.fann_train_epoch(ann, data)
            return self._parameters(ann, network)
        finally:
            self._fann.fann_destroy_train(data)
            self._fann.fann_destroy(ann)

    def _made(self, network: Network) -> Any:
        sizes = network.sizes
        ann = self._fann.fann_create_standard_array(len(sizes), (c_uint * len(sizes))(*sizes))
        for index, layer in enumerate(network.layers, 1):
            function, steepness = _ACTIVATIONS[layer.activation]
            self._fann.fann_set_activation_function_layer(ann, function, index)
            self._fann.fann_set_activation_steepness_layer(ann, steepness, index)
        for source, target, value in zip(*_connections(network), strict=True):
            self._fann.fann_set_weight(ann, int(source), int(target), float(value))
        self._fann.fann_set_training_algorithm(ann, _TRAIN_BATCH)
        self._fann.fann_set_train_error_function(ann, _ERRORFUNC_LINEAR)
        return ann

    def _parameters(self, ann: Any, network: Network) -> list[tuple[Array, Array]]:
        count = self._fann.fann_get_total_connections(ann)

        class Connection(Structure):
            _fields_ = (("source", c_uint), ("target", c_uint), ("weight", self._number))

        connections = (Connection * count)()
        self._fann.fann_get_connection_array(ann, byref(connections))
        weight = {(one.source, one.target): one.weight for one in connections}
        values = iter([weight[pair] for pair in zip(*_connections(network)[:2], strict=True)])
        return [
            (
                np.array([next(values) for _ in layer.weights.flat]).reshape(layer.weights.shape),
                np.array([next(values) for _ in layer.biases]),
            )
            for layer in network.layers
        ]

    def _vector(self, row: Array) -> Any:
        return (self._number * len(row))(*row.tolist())


def _is_float(number: float) -> bool:
    return float(np.float32(number)) == number


def _fitting(network: Network, inputs: Array, targets: Array | None = None) -> None:
    """Raise ValueError for what a C array of another length would make FANN read beyond."""
    wide = targets is None or targets.shape == (len(inputs), network.sizes[-1])
    if inputs.ndim != 2 or inputs.shape[1] != network.sizes[0] or not wide:
        raise ValueError("shapes do not fit together")


def _connections(network: Network) -> tuple[list[int], list[int], list[Any]]:
    """Neurons that each weight and bias joins, and its value: each layer but the last ends in a bias neuron."""
    sources, targets, values = [], [], []
    below = 0
    for layer in network.layers:
        n_in, n_out = layer.weights.shape
        above = below + n_in + 1
        for i in range(n_in + 1):
            for j in range(n_out):
                sources.append(below + i)
                targets.append(above + j)
                values.append(layer.weights[i, j] if i < n_in else layer.biases[j])
        below = above
    return sources, targets, values


def _declared(fann: Any, number: Any) -> Any:
    """The library with the types of what is used of it."""
    pointers = ("fann_create_standard_array", "fann_create_train_from_callback")
    for name in pointers:
        getattr(fann, name).restype = c_void_p
    fann.fann_run.restype = POINTER(number)
    fann.fann_run.argtypes = [c_void_p, POINTER(number)]
    fann.fann_set_weight.argtypes = [c_void_p, c_uint, c_uint, number]
    fann.fann_set_learning_rate.argtypes = [c_void_p, c_float]
    fann.fann_set_activation_function_layer.argtypes = [c_void_p, ctypes.c_int, ctypes.c_int]
    fann.fann_set_activation_steepness_layer.argtypes = [c_void_p, number, ctypes.c_int]
    fann.fann_train_epoch.argtypes = [c_void_p, c_void_p]
    fann.fann_get_total_connections.argtypes = [c_void_p]
    fann.fann_get_connection_array.argtypes = [c_void_p, c_void_p]
    for name in ("fann_set_training_algorithm", "fann_set_train_error_function"):
        getattr(fann, name).argtypes = [c_void_p, ctypes.c_int]
    for name in ("fann_destroy", "fann_destroy_train"):
        getattr(fann, name).argtypes = [c_void_p]
    return fann


def double() -> FannAdapter:
    return FannAdapter()


def single() -> FannAdapter:
    return FannAdapter("fann", "float32")
