"""The calls of a program that may take a training step or give gradients: one function, or forward, backward and update."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Context, Offer, offers, ranked
from mlp_conformance.recognise.calling.filling import fillings, loss_gradients
from mlp_conformance.recognise.calling.given_errors import given_error
from mlp_conformance.recognise.calling.global_data import data_for
from mlp_conformance.recognise.calling.layered import is_container_of_layers, layered_steps
from mlp_conformance.recognise.calling.layouts import has_targets
from mlp_conformance.recognise.calling.stateful_losses import given_first, kept_losses
from mlp_conformance.recognise.source.program import values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.source.starting import Starting, place_of_all, start_lines, starting
from mlp_conformance.recognise.source.turns import counted_arguments
from mlp_conformance.recognise.space import Forward, Space

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: Ways to make an object that trains a network which are tried: with one loss or another, one optimiser or another.
_TRAINERS = 6


def gradient_calls(search: Search, forward: Forward, batch: int | None) -> Iterator[tuple[list[str], Space]]:
    """Statements after which gradients may stand somewhere, and the space in which they were run."""
    first = search.space(batch)
    if first is None:
        return
    found, layout = search.find_offers(first), forward.layout
    context = search.context(layout)
    lines = forward.naming
    first.run(lines)
    _add_results(context, "output", first.names.get("output"), forward.offer)
    context.output = [forward.raw]
    context.cache = ["output[1]", "output", "output[0]"] if isinstance(first.names.get("output"), tuple) else ["output"]
    losses = kept_losses(search, forward)
    context.errors = [*losses, *[given_error(forward), *loss_gradients(found, forward.raw, layout)][::-1]]
    for offer in ranked(found, (*roles.BACKWARD, *roles.LOSS)):
        for text in list(fillings(offer, context))[:6]:
            kept = given_first(text, losses)
            for prefix in [[*lines, *kept]] if kept else [[], lines]:
                space = search.space(batch)
                if space is not None and search.runs(space, [*prefix, f"grads = {text}"]):
                    yield [*prefix, f"grads = {text}"], space
    yield from _by_jax(search, found, context, batch)


def _by_jax(search: Search, found: list[Offer], context: Context, batch: int | None) -> Iterator[tuple[list[str], Space]]:
    """JAX's own gradients of a loss that the program has, a function of its parameters first."""
    for offer in ranked(found, roles.LOSS) if "jax" in search.program.source else ():
        first = offer.parameters[0].name if offer.parameters else ""
        if roles.argument(first) != "parameters" or offer.text.startswith("model"):
            continue
        for text in list(fillings(offer, context))[:4]:
            line = f"grads = {text.replace(offer.text, f'jax.grad({offer.text})', 1)}"
            space = search.space(batch)
            if space is not None and space.run([line]):
                yield [line], space


def training_calls(search: Search, forward: Forward) -> Iterator[tuple[list[str], bool]]:
    """Statements that may take a training step, likely ones first; whether they do all epochs by themselves."""
    layout = forward.layout
    batch = 1 if layout.single else None
    first = search.space(batch)
    if first is None:
        return
    found = search.find_offers(first)
    context = search.context(layout)
    context.output = list(dict.fromkeys([forward.raw, "output"]))
    if is_container_of_layers(first.names.get("model")):
        yield from layered_steps(search, forward, found)
    training = ranked(found, roles.TRAIN)
    training += [offer for offer in found if offer.name in starting(search.program.tree) and offer not in training]
    for offer in training:
        if offer.text == forward.offer.text and not has_targets(forward.lines):
            continue
        takes_epochs = any(roles.argument(p.name) == "epochs" for p in offer.parameters) or counted_arguments(offer.call)
        wholes = [replace(context, layout=layout.whole)] if layout.single else []
        for given in wholes if takes_epochs and wholes else [context, *wholes]:
            yield from _training(search, forward, offer, given)
    yield from _composed(search, forward, found, context, first)
    yield from _by_trainers(search, forward, context)
    silent = [offer for offer in found if len(required(offer.parameters)) >= 2 and offer not in training]
    for offer in silent[:6]:
        if offer.text != forward.offer.text and roles.rank(offer.name, roles.LOSS) == len(roles.LOSS):
            yield from _training(search, forward, offer, context)


def _training(search: Search, forward: Forward, offer: Offer, context: Context) -> Iterator[tuple[list[str], bool]]:
    """One call that trains, by itself or after the forward pass."""
    started = starting(search.program.tree).get(offer.name) if search.plan.root == "params" else None
    for text in fillings(offer, context):
        whole = "epochs" in text
        given = data_for(search.program, text, context.layout)
        if started is not None:
            yield [*given, *start_lines(started), f"params = {text}"], whole
            if by_name := _by_name(search, started):
                yield from (([*given, by_name, call], whole) for call in _kept(search, offer, text)[:1])
            if (path := place_of_all(started)) and not any(offer.text in line for line in search.plan.make):
                yield [*given, f"program.starts.update({started.paths[0][0]}=params)", f"params = {text}{path}"], whole
        if inspect.isgeneratorfunction(offer.call):
            yield from _run_through(text, whole)
            continue
        for call in _kept(search, offer, text):
            if not whole and search.has_dial:
                yield [*given, call], True
            yield [*given, call], whole
            if not whole:
                yield [*forward.lines, call], False


def _by_name(search: Search, started: Starting) -> str:
    """The statement that gives such a function its parameters where they are known by the names of its variables."""
    paths = {tensor.template for slot in search.plan.slots for tensor in (slot.weights, slot.bias) if tensor}
    names = [name for name, _ in started.paths]
    given = ", ".join(f'{name}=params["{name}"]' for name in names)
    return f"program.starts.update({given})" if paths == {f'params["{name}"]' for name in names} else ""


def _by_trainers(search: Search, forward: Forward, context: Context) -> Iterator[tuple[list[str], bool]]:
    """An object of another class that takes the network, and one call of it, as in `Trainer(model, lr).step(x, y)`.

    The call may take the network instead, as in `Trainer(epochs).fit(model, loader)`.
    """
    if search.plan.root != "model":
        return
    own = [(key, value) for key, value in values(search.program).items() if isinstance(value, type)]
    for key, cls in [(key, cls) for key, cls in own if _takes_network(cls) or any(map(_takes_network, _training_methods(cls)))]:
        for made in islice(fillings(Offer(f"program.{key}", key, cls), context), _TRAINERS):
            space = search.space(1 if forward.layout.single else None)
            if space is None or not space.run([f"trainer = {made}"]):
                continue
            for offer in ranked(offers("trainer", space.names["trainer"]), roles.TRAIN):
                for text in islice(fillings(offer, context), 4):
                    yield [f"trainer = {made}", text], "epochs" in made + text


def _takes_network(call: Any) -> bool:
    """Whether a network, or its parameters, has to be given to a class or a method."""
    return any(roles.argument(p.name) == "parameters" for p in required(signature(call) or []))


def _training_methods(cls: type) -> list[Any]:
    """The methods of a class that train, by their names."""
    return [method for name, method in vars(cls).items() if roles.rank(name, roles.TRAIN) < len(roles.TRAIN)]


def _kept(search: Search, offer: Offer, text: str) -> list[str]:
    """A function may return the new parameters, or change those that it is given; a method changes its object."""
    if search.plan.root != "params":
        return [text]
    returned = offer.returned
    numbered = [p.name for p in offer.parameters if roles.parameter_number(p.name)]
    if not any(returned) and len(numbered) > 1:
        returned = numbered
    paths = {tensor.template for slot in search.plan.slots for tensor in (slot.weights, slot.bias) if tensor}
    if len(returned) > 1 and {f'params["{name}"]' for name in returned} & paths:
        return [f"params.update(zip({tuple(returned)}, {text}))".replace("'", '"')]
    together = [f"params = {text}[{_place_of_parameters(returned)}]"] if len(returned) > 1 else []
    return [*together, f"params = {text}", text]


def _place_of_parameters(returned: list[str]) -> int:
    """Which of several things that a function returns, such as new parameters and a loss, are the parameters."""
    named = [roles.argument(name.removeprefix("new_").removesuffix("_new")) == "parameters" for name in returned]
    return named.index(True) if any(named) else 0


def _composed(
    search: Search, forward: Forward, found: list[Offer], context: Context, first: Space
) -> Iterator[tuple[list[str], bool]]:
    """Forward, backward and update as three calls."""
    layout = forward.layout
    after = search.space(1 if layout.single else None)
    assert after is not None
    lines = forward.naming
    after.run(lines)
    _add_results(context, "output", after.names.get("output"), forward.offer)
    context.cache = ["output[1]", "output", "output[0]"] if isinstance(after.names.get("output"), tuple) else ["output"]
    losses = kept_losses(search, forward)
    context.errors = [*losses, *[given_error(forward), *loss_gradients(found, forward.raw, layout)][::-1]]
    zero = [f"{offer.text}()" for offer in ranked(found, roles.ZERO)[:1]]
    for backward in ranked(found, roles.BACKWARD):
        for text in list(fillings(backward, context))[:8]:
            space = search.space(1 if layout.single else None)
            if space is None:
                return
            prefix = [*zero, *lines, *given_first(text, losses)]
            if not search.runs(space, [*prefix, f"grads = {text}"]):
                continue
            yield [*prefix, text], False
            inner = Context(
                layout, context.output, context.cache, ["grads"], context.errors, context.parameters, dict(context.names)
            )
            _add_results(inner, "grads", space.names.get("grads"), backward)
            if isinstance(space.names.get("grads"), tuple):
                inner.gradients = [f"grads[{i}]" for i in range(len(space.names["grads"]))] + ["grads"]
            for update in ranked(found, roles.UPDATE):
                if update.text == backward.text:
                    continue
                for last in list(fillings(update, inner))[:6]:
                    call = f"grads = {text}" if "grads" in last else text
                    for kept in _kept(search, update, last):
                        yield [*prefix, call, kept], False


def _add_results(context: Context, name: str, value: Any, offer: Offer) -> None:
    """What a call returned, by the names in its `return` and by the keys of dictionaries."""
    returned, given = offer.returned, {p.name for p in offer.parameters}
    for index, inner in enumerate(returned):
        if inner and inner not in given:  # `x` that has gone through all layers is not what others call `x`
            context.names.setdefault(_called(inner), f"{name}[{index}]" if len(returned) > 1 else name)
    parts = {name: value}
    if isinstance(value, tuple):
        parts = {f"{name}[{index}]": part for index, part in enumerate(value)}
    for text, part in parts.items():
        if isinstance(part, dict):
            for key in part:
                if isinstance(key, str):
                    context.names.setdefault(_called(key), f'{text}["{key}"]')


def _called(result: str) -> str:
    """By which name a result is known: `P` are probabilities, where parameters are called p."""
    return result if roles.argument(result) == "parameters" else result.lower()


def _run_through(generator: str, whole: bool) -> Iterator[tuple[list[str], bool]]:
    """Statements that train by a generator: to its end, or an epoch for each value, which comes after or before its step."""
    if whole:
        yield [f"for _ in {generator}:", "    pass"], True
    for count in ("epochs", "epochs + 1"):
        yield [f"training = {generator}", f"for _ in range({count}):", "    next(training)"], True
