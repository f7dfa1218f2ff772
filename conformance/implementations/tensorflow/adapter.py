"""TensorFlow: its activations and losses of logits, GradientTape, and tf.keras's SGD left aside: w − η g in its own arithmetic.

pip install tensorflow-cpu==2.21.0; mlp-conformance run adapter.py:float64, or adapter.py:float32
"""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

from mlp_conformance import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS

_ACTIVATIONS = {"sigmoid": tf.sigmoid, "tanh": tf.tanh, "relu": tf.nn.relu, "linear": tf.identity, "softmax": tf.nn.softmax}
_SUMS = {
    "half_squared_error": lambda z, a, y: tf.nn.l2_loss(a - y),
    "squared_error": lambda z, a, y: tf.reduce_sum(tf.math.squared_difference(a, y)),
    "cross_entropy": lambda z, a, y: tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)),
    "binary_cross_entropy": lambda z, a, y: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)),
}


class TensorFlow:
    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.claims = Claims(
            name=f"TensorFlow {dtype}",
            version=tf.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
            notes="softmax_cross_entropy_with_logits takes targets that add up to 1",
        )

    def forward(self, network: Any, inputs: Any) -> Any:
        return [a.numpy() for _, a in self._steps(network, self._parameters(network), inputs)]

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(self._loss(network, self._parameters(network), inputs, targets))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        slopes = self._slopes(network, self._parameters(network), inputs, targets)[1]
        return [(dw.numpy(), db.numpy()) for dw, db in slopes]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        parameters, losses = self._parameters(network), []
        rate = tf.constant(learning_rate, self.dtype)
        for _ in range(epochs):
            loss, slopes = self._slopes(network, parameters, inputs, targets)
            losses.append(float(loss))
            for (w, b), (dw, db) in zip(parameters, slopes, strict=True):
                w.assign_sub(rate * dw)
                b.assign_sub(rate * db)
        return [(w.numpy(), b.numpy()) for w, b in parameters], losses

    def _parameters(self, network: Any) -> Any:
        return [(tf.Variable(w, dtype=self.dtype), tf.Variable(b, dtype=self.dtype)) for w, b in network.parameters]

    def _steps(self, network: Any, parameters: Any, inputs: Any) -> Any:
        x, steps = tf.constant(inputs, self.dtype), []
        for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
            z = x @ weights + biases
            x = _ACTIVATIONS[layer.activation](z)
            steps.append((z, x))
        return steps

    def _loss(self, network: Any, parameters: Any, inputs: Any, targets: Any) -> Any:
        z, a = self._steps(network, parameters, inputs)[-1]
        return _SUMS[network.loss](z, a, tf.constant(targets, self.dtype)) / divisor(network, targets)

    def _slopes(self, network: Any, parameters: Any, inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = self._loss(network, parameters, inputs, targets)
        return loss, tape.gradient(loss, parameters)


def float32() -> TensorFlow:
    return TensorFlow("float32")


def float64() -> TensorFlow:
    return TensorFlow("float64")
