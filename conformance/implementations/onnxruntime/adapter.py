"""ONNX Runtime: the forward pass of a graph that is written for each network (MatMul, Add, the activation).

pip install onnxruntime==1.32.0 onnx==1.23.2; mlp-conformance run adapter.py:float32, or adapter.py:float64
"""

from typing import Any

import numpy as np
import onnxruntime
from onnx import helper, numpy_helper

from mlp_conformance import Claims

_OPERATORS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "linear": "Identity", "softmax": "Softmax"}


class Runtime:
    def __init__(self, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        self.claims = Claims(
            name=f"ONNX Runtime {dtype}",
            version=onnxruntime.__version__,
            language="c++",
            dtype=dtype,
            activations={"sigmoid", "tanh", "relu", "linear"},
            output_activations=set(_OPERATORS),
            losses={"half_squared_error"},
            notes="inference alone, on the CPU; the graph is generated",
        )

    def forward(self, network: Any, inputs: Any) -> Any:
        session = onnxruntime.InferenceSession(_graph(network, self.dtype), providers=["CPUExecutionProvider"])
        return session.run(None, {"x": inputs.astype(self.dtype)})


def _graph(network: Any, dtype: Any) -> bytes:
    """A model whose outputs are the activations of every layer."""
    kind = helper.np_dtype_to_tensor_dtype(dtype)
    nodes, constants, below = [], [], "x"
    for k, layer in enumerate(network.layers, 1):
        constants += [numpy_helper.from_array(layer.weights.astype(dtype), f"W{k}")]
        constants += [numpy_helper.from_array(layer.biases.astype(dtype), f"b{k}")]
        nodes.append(helper.make_node("MatMul", [below, f"W{k}"], [f"s{k}"]))
        nodes.append(helper.make_node("Add", [f"s{k}", f"b{k}"], [f"z{k}"]))
        nodes.append(helper.make_node(_OPERATORS[layer.activation], [f"z{k}"], [f"a{k}"]))
        below = f"a{k}"
    given = helper.make_tensor_value_info("x", kind, ["m", network.sizes[0]])
    outputs = [helper.make_tensor_value_info(f"a{k}", kind, ["m", n]) for k, n in enumerate(network.sizes[1:], 1)]
    graph = helper.make_graph(nodes, "mlp", [given], outputs, constants)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


def float32() -> Runtime:
    return Runtime("float32")


def float64() -> Runtime:
    return Runtime("float64")
