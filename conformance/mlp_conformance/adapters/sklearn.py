"""scikit-learn's regressor; its gradients are judged by the steps that it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from sklearn.neural_network import MLPRegressor

from mlp_conformance.adapters.sklearn_estimator import ACTIVATIONS, NOTES, OPTIONS, Estimator
from mlp_conformance.claims import Claims
from mlp_reference.network import Array, Network


class MLPRegressorAdapter(Estimator):
    """Linear outputs. What it reports as loss_ is half the squared error, averaged over samples and outputs."""

    def __init__(self, model: type = MLPRegressor, dtype: str = "float64", max_outputs: int | None = None) -> None:
        self.model = model
        self.claims = Claims(
            name=f"sklearn {model.__name__}",
            version=sklearn.__version__,
            dtype=dtype,
            activations=set(ACTIVATIONS),
            output_activations={"linear"},
            same_activation="hidden",
            losses={"half_squared_error"},
            reductions={"mean_elements"},
            max_outputs=max_outputs,
            options=OPTIONS if max_outputs == 1 else frozenset(),
            l2_over_batch=True,
            rate_in_velocity=True,
            notes=NOTES,
        )

    def allocate(self, model: Any, zeros: Array, network: Network) -> None:
        model.partial_fit(zeros, np.zeros((1, network.sizes[-1]), dtype=zeros.dtype))

    def labels(self, network: Network, targets: Array) -> Array:
        return targets

    def output(self, model: Any, inputs: Array) -> Array:
        return model.predict(inputs)


def one_output() -> MLPRegressorAdapter:
    """A regressor held to what it gets right: with one output the reported loss and the gradient agree."""
    return MLPRegressorAdapter(max_outputs=1)
