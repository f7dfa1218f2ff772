"""Keras on one of its backends: a process has one, chosen when keras is imported."""

from __future__ import annotations

import os
from typing import Any


def keras_on(backend: str, dtype: str) -> Any:
    """The module keras. Raises RuntimeError where it runs on another backend already."""
    os.environ["KERAS_BACKEND"] = backend
    import keras

    if keras.config.backend() != backend:
        running = keras.config.backend()
        raise RuntimeError(f"keras runs on {running} in this process already, so it cannot run on {backend}")
    if backend == "jax" and dtype == "float64":
        from jax import config

        settings: Any = config
        settings.update("jax_enable_x64", True)
    return keras
