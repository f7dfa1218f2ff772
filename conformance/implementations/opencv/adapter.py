"""OpenCV: ml.ANN_MLP with symmetric sigmoids, ReLU or identity, predict, and its back-propagation of one sample.

pip install opencv-python-headless==4.12.0.88; mlp-conformance run adapter.py:ANN

Its weights can be set by reading a file alone: its own format, from memory. Its symmetric sigmoid is
β (1 − e^{−αz}) / (1 + e^{−αz}), which is tanh where α = 2 and β = 1.
"""

from typing import Any

import cv2
import numpy as np

from mlp_conformance import Claims, Unsupported

ml = cv2.ml
_NAMES = {"tanh": ("SIGMOID_SYM", 2.0, 1.0), "relu": ("RELU", 0.0, 0.0), "linear": ("IDENTITY", 0.0, 0.0)}
_UNSCALED = ml.ANN_MLP_UPDATE_WEIGHTS | ml.ANN_MLP_NO_INPUT_SCALE | ml.ANN_MLP_NO_OUTPUT_SCALE


class ANN:
    """It computes in float64, and takes samples in float32."""

    claims = Claims(
        name="OpenCV ANN_MLP",
        version=cv2.__version__,
        language="c++",
        dtype="float32",
        activations=set(_NAMES),
        same_activation="all",
        max_batch=1,
        relu_at_zero=1,
        notes="BACKPROP without momentum, nothing scaled; it has no derivative and no loss to call",
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return _read(network).predict(inputs)[1]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        net = _read(network)
        net.setTrainMethod(ml.ANN_MLP_BACKPROP, 0.1, 0.0)
        net.setBackpropWeightScale(learning_rate)  # which setTrainMethod would keep between 0.001 and 1
        net.setTermCriteria((cv2.TERM_CRITERIA_MAX_ITER, 1, 0.0))
        data = ml.TrainData.create(inputs.astype(np.float32), ml.ROW_SAMPLE, targets.astype(np.float32))
        for _ in range(epochs):
            net.train(data, _UNSCALED)
        weights = [net.getWeights(k + 1) for k in range(len(network.layers))]
        return [(w[:-1].copy(), w[-1].copy()) for w in weights]


def _read(network: Any) -> Any:
    if min(network.sizes[1:-1], default=2) < 2:
        raise Unsupported("hidden layers have two units at least")
    name, first, second = _NAMES[network.layers[-1].activation]
    scale = [1.0, 0.0]
    ends = {"input_scale": network.sizes[0], "output_scale": network.sizes[-1], "inv_output_scale": network.sizes[-1]}
    file = cv2.FileStorage(".yml", cv2.FILE_STORAGE_WRITE | cv2.FILE_STORAGE_MEMORY)
    file.startWriteStruct("opencv_ml_ann_mlp", cv2.FileNode_MAP)
    file.write("format", 3)
    _sequence(file, "layer_sizes", network.sizes)
    file.write("activation_function", name)
    for key, value in {"f_param1": first, "f_param2": second, "min_val": -0.95, "max_val": 0.95, "min_val1": -0.98}.items():
        file.write(key, value)
    file.write("max_val1", 0.98)
    file.startWriteStruct("training_params", cv2.FileNode_MAP)
    file.write("train_method", "BACKPROP")
    file.write("dw_scale", 0.1)
    file.write("moment_scale", 0.0)
    file.endWriteStruct()
    for key, units in ends.items():
        _sequence(file, key, scale * units)
    file.startWriteStruct("weights", cv2.FileNode_SEQ)
    for weights, biases in network.parameters:
        _sequence(file, "", np.vstack([weights, biases]).ravel())
    file.endWriteStruct()
    file.endWriteStruct()
    net = ml.ANN_MLP.create()
    kept = cv2.FileStorage(file.releaseAndGetString(), cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    net.read(kept.getNode("opencv_ml_ann_mlp"))
    return net


def _sequence(file: Any, name: str, values: Any) -> None:
    file.startWriteStruct(name, cv2.FileNode_SEQ | cv2.FileNode_FLOW)
    for value in values:
        file.write("", int(value) if isinstance(value, int) else float(value))
    file.endWriteStruct()
