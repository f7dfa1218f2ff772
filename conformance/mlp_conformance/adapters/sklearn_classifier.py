"""scikit-learn's classifier; its gradients are judged by the steps that it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

from mlp_conformance.adapters.sklearn_estimator import ACTIVATIONS, NOTES, OPTIONS, Estimator
from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import Array, Network


class MLPClassifierAdapter(Estimator):
    """Labels for targets, so that only one-hot rows and zeros and ones can be expressed.

    Softmax from three classes on, one sigmoid for two, and sigmoids for several labels at once. The loss is
    summed over the outputs and averaged over the samples, with probabilities clipped to the dtype's epsilon.
    """

    def __init__(self, model: type = MLPClassifier, dtype: str = "float64") -> None:
        self.model = model
        self.claims = Claims(
            name=f"sklearn {model.__name__}",
            version=sklearn.__version__,
            dtype=dtype,
            activations=set(ACTIVATIONS),
            output_activations=set(),
            same_activation="hidden",
            losses={"cross_entropy", "binary_cross_entropy"},
            reductions={"mean_samples"},
            probability_clip=float(np.finfo(dtype).eps),
            options=OPTIONS,
            l2_over_batch=True,
            rate_in_velocity=True,
            notes="targets are labels; " + NOTES,
        )

    def allocate(self, model: Any, zeros: Array, network: Network) -> None:
        n = network.sizes[-1]
        if network.output_activation == "softmax" and n < 3:
            raise Unsupported("scikit-learn has one sigmoid for two classes, not softmax")
        if network.output_activation == "softmax" or n == 1:
            model.partial_fit(zeros, [0], classes=range(max(n, 2)))
        else:
            model.partial_fit(zeros, np.zeros((1, n), dtype=int), classes=range(n))

    def labels(self, network: Network, targets: Array) -> Array:
        one_hot = network.output_activation != "softmax" or np.all(targets.sum(axis=1) == 1)
        if not one_hot or not np.all((targets == 0) | (targets == 1)):
            raise Unsupported("targets of a classifier are labels")
        if network.output_activation == "softmax":
            return np.argmax(targets, axis=1)
        return targets.astype(int)[:, 0] if targets.shape[1] == 1 else targets.astype(int)

    def output(self, model: Any, inputs: Array) -> Array:
        probabilities = model.predict_proba(inputs)
        return probabilities[:, 1:] if model.n_outputs_ == 1 else probabilities
