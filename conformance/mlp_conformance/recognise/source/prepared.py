"""What libraries are told before a program that uses them goes on."""

from __future__ import annotations

import importlib.util
import os
from typing import Any


def prepare_keras() -> None:
    """Keras looks for TensorFlow unless it is told otherwise: it runs on what is installed."""
    if "KERAS_BACKEND" not in os.environ and importlib.util.find_spec("tensorflow") is None:
        found = next((name for name in ("torch", "jax") if importlib.util.find_spec(name)), None)
        if found is not None:
            os.environ["KERAS_BACKEND"] = found


def prepare_jax(jax: Any, source: str) -> None:
    """float64, since in float32 formulas cannot be told from their rounding; and what it takes its time for at first.

    source: of the program, which need not use it: Keras imports it beside another backend.
    """
    if not jax.config.jax_enable_x64:
        jax.config.update("jax_enable_x64", True)
        if "keras" in source and "jax" not in source and os.environ.get("KERAS_BACKEND") != "jax":
            return
        jax.random.normal(jax.random.PRNGKey(0), (2, 3)) @ jax.numpy.ones(3)
