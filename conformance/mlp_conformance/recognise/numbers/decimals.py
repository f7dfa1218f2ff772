"""Numbers as programs of decimal arithmetic keep and take them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

#: What the kind of number of such an array is called.
DECIMAL = "Decimal"


def decimals(values: Any) -> Any:
    """A number as a Decimal of the same value; of an array or a list, lists of these."""
    values = values.tolist() if hasattr(values, "tolist") else values
    return [decimals(value) for value in values] if isinstance(values, list | tuple) else Decimal(values)
