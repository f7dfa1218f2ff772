"""The few lines that let an implementation be judged: bundled adapters for libraries, and for classes of known shapes.

NAMES maps what the user types to "module:factory"; nothing is imported before it is asked for.
"""

NAMES = {
    "reference": "mlp_conformance.adapters.reference:ReferenceAdapter",
    "reference-float32": "mlp_conformance.adapters.reference:float32",
    "reference-float16": "mlp_conformance.adapters.reference:float16",
    "sklearn": "mlp_conformance.adapters.sklearn:MLPRegressorAdapter",
    "sklearn-classifier": "mlp_conformance.adapters.sklearn:MLPClassifierAdapter",
    "torch": "mlp_conformance.adapters.torch:TorchAdapter",
    "torch-float32": "mlp_conformance.adapters.torch:float32",
    "torch-bfloat16": "mlp_conformance.adapters.torch:bfloat16",
    "autograd": "mlp_conformance.adapters.autograd:AutogradAdapter",
}

#: What to install for an adapter whose library is missing.
INSTALL = {"sklearn": "scikit-learn", "torch": "torch", "autograd": "autograd"}
