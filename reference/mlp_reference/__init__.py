"""What is right: the multi-layer perceptron of `spec/mlp.md`, executable."""

__version__ = "0.1.0"
