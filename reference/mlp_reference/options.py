"""What training may be asked for beyond plain gradient descent (OPT-1 to OPT-9): every part optional, none there by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from math import isfinite
from numbers import Integral
from typing import Any

#: An array of whatever arithmetic, as in `network`.
Array = Any

#: Names of the optional parts, in the order in which they enter an update.
OPTIONS = (
    "learning_rates",
    "batch_size",
    "order",
    "dropout",
    "masks",
    "l2",
    "clip_norm",
    "momentum",
    "nesterov",
)
#: Those that make no sense without another one.
NEEDS = {"order": "batch_size", "masks": "dropout", "dropout": "masks", "nesterov": "momentum"}
#: Those that an implementation may have switched on for good: plain numbers, and nesterov a truth value.
ALWAYS = ("batch_size", "l2", "momentum", "nesterov")


class OptionsError(ValueError):
    """Options that do not fit the run: which, what it says, what was expected."""


@dataclass(frozen=True)
class Options:
    """The optional parts of one training; None where a part is not asked for.

    learning_rates: one for each epoch (OPT-5). batch_size: rows of an update, the last batch of an epoch smaller where they
    do not fit; order: for each epoch the rows in their order, each once (OPT-6). dropout: the probability p of a 0, masks:
    for each epoch and hidden layer m by n_l zeros and ones (OPT-2). l2: lambda (OPT-1). clip_norm: the largest norm of a
    gradient (OPT-7). momentum: mu, nesterov: in the form of Nesterov (OPT-3, OPT-4).

    Conventions: l2_over_batch: l2 is divided by the rows of each batch (OPT-1); rate_in_velocity: the velocity contains the
    learning rate (OPT-3); clip_epsilon: added to the norm (OPT-7).
    """

    learning_rates: Array = None
    batch_size: int | None = None
    order: tuple[tuple[int, ...], ...] | None = None
    dropout: Any = None
    masks: tuple[tuple[Array, ...], ...] | None = None
    l2: Any = None
    clip_norm: Any = None
    momentum: Any = None
    nesterov: bool | None = None
    l2_over_batch: bool = False
    rate_in_velocity: bool = False
    clip_epsilon: Any = 0

    @property
    def asked(self) -> dict[str, Any]:
        """The parts that are asked for, by name."""
        return {name: getattr(self, name) for name in OPTIONS if getattr(self, name) is not None}

    def map(self, convert: Callable[[Array], Array]) -> Options:
        """The same options with `convert` applied to every number and mask."""
        numbers = ("learning_rates", "dropout", "l2", "clip_norm", "momentum", "clip_epsilon")
        changed = {name: convert(getattr(self, name)) for name in numbers if getattr(self, name) is not None}
        if self.masks is not None:
            changed["masks"] = tuple(tuple(convert(mask) for mask in masks) for masks in self.masks)
        return replace(self, **changed)

    def first(self, epochs: int) -> Options:
        """The options of so many of the first epochs."""
        lists = ("learning_rates", "order", "masks")
        return replace(self, **{name: getattr(self, name)[:epochs] for name in lists if getattr(self, name) is not None})

    def rate(self, learning_rate: Array, epoch: int) -> Array:
        """The learning rate of an epoch."""
        return learning_rate if self.learning_rates is None else self.learning_rates[epoch]

    def of_batch(self, rows: int) -> Options:
        """The options of an update with so many rows: lambda is divided by them where that is the convention."""
        return replace(self, l2=self.l2 / rows) if self.l2 is not None and self.l2_over_batch else self

    def batches(self, m: int, epoch: int) -> list[Any]:
        """The rows of each update of an epoch: the whole batch unless a batch size is asked for."""
        if self.batch_size is None:
            return [slice(None)]
        rows = list(range(m)) if self.order is None else list(self.order[epoch])
        return [rows[k : k + self.batch_size] for k in range(0, m, self.batch_size)]

    def updates(self, m: int, epochs: int) -> int:
        """How many updates so many epochs make."""
        return epochs if self.batch_size is None else epochs * -(-m // self.batch_size)


PLAIN = Options()


def check(options: Options, sizes: tuple[int, ...], m: int, epochs: int) -> None:
    """Raise OptionsError for the first option that does not fit a network of those sizes, m samples and so many epochs."""
    for name, needed in NEEDS.items():
        if getattr(options, name) is not None and getattr(options, needed) is None:
            raise OptionsError(f"{name} is given without {needed}, which it needs")
    _number("l2", options.l2, lambda x: x >= 0, "a finite number of at least 0")
    _number("momentum", options.momentum, lambda x: 0 <= x < 1, "a number from 0 to below 1")
    _number("clip_norm", options.clip_norm, lambda x: x > 0, "a finite number above 0")
    _number("dropout", options.dropout, lambda x: 0 <= x < 1, "a number from 0 to below 1")
    if options.learning_rates is not None:
        rates = list(options.learning_rates)
        if len(rates) != epochs:
            raise OptionsError(f"learning_rates has {len(rates)} numbers: one for each of {epochs} epochs was expected")
        for epoch, rate in enumerate(rates):
            _number(f"learning_rates[{epoch}]", rate, lambda x: x >= 0, "a finite number of at least 0")
    if options.batch_size is not None and not (_is_whole(options.batch_size) and options.batch_size >= 1):
        raise OptionsError(f"batch_size is {options.batch_size!r}: a whole number of at least 1 was expected")
    if options.order is not None:
        if len(options.order) != epochs:
            raise OptionsError(f"order has {len(options.order)} lists: one for each of {epochs} epochs was expected")
        for epoch, rows in enumerate(options.order):
            if sorted(rows) != list(range(m)):
                raise OptionsError(f"order[{epoch}]: each of the rows 0 to {m - 1}, once, was expected")
    if options.masks is not None:
        _check_masks(options.masks, sizes, m, epochs)


def _check_masks(masks: Any, sizes: tuple[int, ...], m: int, epochs: int) -> None:
    import numpy as np  # not needed by claims, which are free of heavy modules

    if len(masks) != epochs:
        raise OptionsError(f"masks has {len(masks)} lists: one for each of {epochs} epochs was expected")
    for epoch, of_epoch in enumerate(masks):
        if len(of_epoch) != len(sizes) - 2:
            raise OptionsError(f"masks[{epoch}] has {len(of_epoch)} masks: one for each of {len(sizes) - 2} hidden layers")
        for layer, (mask, n) in enumerate(zip(of_epoch, sizes[1:-1], strict=True)):
            if np.shape(mask) != (m, n):
                raise OptionsError(f"masks[{epoch}][{layer}] has shape {np.shape(mask)}: {(m, n)} was expected")
            if not all(x in (0, 1) for x in np.asarray(mask).ravel()):
                raise OptionsError(f"masks[{epoch}][{layer}]: zeros and ones were expected")


def _number(name: str, value: Any, fits: Callable[[float], bool], expected: str) -> None:
    if value is None:
        return
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise OptionsError(f"{name} is {value!r}: {expected} was expected") from None
    if isinstance(value, bool) or not isfinite(number) or not fits(number):
        raise OptionsError(f"{name} is {number:g}: {expected} was expected")


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def of(given: dict[str, Any]) -> Options:
    """Options from named parts, as an adapter's `train` gets them. Raises OptionsError for an unknown name."""
    known = [field.name for field in fields(Options)]
    for name in given:
        if name not in known:
            raise OptionsError(f"unknown option {name!r}: {', '.join(OPTIONS)} exist")
    return replace(PLAIN, **given)
