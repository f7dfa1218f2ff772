"""The few lines that let an implementation be judged: adapters for libraries and for classes of known shapes.

NAMES maps what the user types to "module:factory"; nothing is imported before it is asked for.
"""

NAMES = {
    "reference": "mlp_conformance.adapters.reference:ReferenceAdapter",
    "reference-float32": "mlp_conformance.adapters.reference:float32",
    "reference-float16": "mlp_conformance.adapters.reference:float16",
    "sklearn": "mlp_conformance.adapters.sklearn:MLPRegressorAdapter",
    "sklearn-one-output": "mlp_conformance.adapters.sklearn:one_output",
    "sklearn-classifier": "mlp_conformance.adapters.sklearn_classifier:MLPClassifierAdapter",
    "torch": "mlp_conformance.adapters.torch:TorchAdapter",
    "torch-float32": "mlp_conformance.adapters.torch:float32",
    "torch-bfloat16": "mlp_conformance.adapters.torch:bfloat16",
    "autograd": "mlp_conformance.adapters.autograd:AutogradAdapter",
    "jax": "mlp_conformance.adapters.jax:JaxAdapter",
    "jax-float32": "mlp_conformance.adapters.jax:float32",
    "micrograd": "mlp_conformance.adapters.micrograd:MicrogradAdapter",
    "keras-jax": "mlp_conformance.adapters.keras:jax",
    "keras-torch": "mlp_conformance.adapters.keras:torch",
    "keras-torch-float32": "mlp_conformance.adapters.keras:torch_float32",
    "keras-numpy": "mlp_conformance.adapters.keras:numpy",
    "keras-numpy-float32": "mlp_conformance.adapters.keras:numpy_float32",
    "tinygrad": "mlp_conformance.adapters.tinygrad:TinygradAdapter",
    "tinygrad-float32": "mlp_conformance.adapters.tinygrad:float32",
    "mlxtend": "mlp_conformance.adapters.mlxtend:MlxtendAdapter",
    "fann": "mlp_conformance.adapters.fann:double",
    "fann-float32": "mlp_conformance.adapters.fann:single",
    "neurolab": "mlp_conformance.adapters.neurolab:NeurolabAdapter",
    "neurolab-mse": "mlp_conformance.adapters.neurolab:mean",
    "neurolab-softmax": "mlp_conformance.adapters.neurolab:softmax",
    "nnweaver": "mlp_conformance.adapters.nnweaver:NNWeaverAdapter",
}

#: What to install for an adapter whose library is missing: a package of PyPI, or the whole line.
INSTALL = {
    "sklearn": "scikit-learn",
    "torch": "torch",
    "autograd": "autograd",
    "jax": "jax",
    "micrograd": "micrograd",
    "keras": "keras",
    "tinygrad": "tinygrad",
    "mlxtend": "mlxtend",
    "neurolab": "neurolab",
    "nnweaver": "nnweaver tqdm cvxopt",
    "fann": "apt-get install libfann2",
}
