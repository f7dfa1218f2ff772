"""Expressions for the arguments of a program's calls, by what their names say, and by what is left where they say nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Context, Offer
from mlp_conformance.recognise.calling.dials import setting, whole_batch
from mlp_conformance.recognise.calling.layouts import DATA, Layout
from mlp_conformance.recognise.calling.settings import settings_objects
from mlp_conformance.recognise.source.signatures import GENERATORS, required
from mlp_conformance.recognise.source.turns import counted_arguments
from mlp_conformance.recognise.source.weighed import penalty_arguments

#: Ways to fill in one call's arguments that are tried.
_MOST = 16


def fillings(offer: Offer, context: Context) -> Iterator[str]:
    """Calls of an offer with all required arguments filled in, and optional ones where they have a role."""
    return islice(_fillings(offer, context), _MOST)


def loss_gradients(found: list[Offer], output: str, layout: Layout) -> list[str]:
    """The program's own derivative of its loss, as the start of a backward pass."""
    texts = []
    for offer in found:
        name = offer.name.lower()
        if any(word in name for word in ("prime", "deriv", "grad", "_d", "d_", "delta")) and len(offer.parameters) == 2:
            inner = Context(layout, output=[output])
            texts += list(fillings(offer, inner))
    return texts[:3]


def _fillings(offer: Offer, context: Context) -> Iterator[str]:
    for guesses in _guesses(offer, context):
        yield from _filled(offer, context, guesses)


def _guesses(offer: Offer, context: Context) -> Iterator[dict[str, list[str]]]:
    """What the required arguments may be whose names say nothing, by name."""
    needed = required(offer.parameters)
    turns = counted_arguments(offer.call)
    known = {"epochs" if p.name in turns else roles.argument(p.name) for p in needed}
    settings = [p for p in needed if roles.argument(p.name) == "settings" and _settings(offer, p)]
    unknown = [p.name for p in needed if p not in settings and p.name not in turns and not _texts(p.name, context)]
    data = [[text] for role, text in (("inputs", context.layout.x), ("targets", context.layout.y)) if role not in known]
    counted = {p.name: ["epochs", "len(inputs)"] for p in needed if p.name in ("n", "N", "T")}
    counted = counted if len(needed) > 3 and "epochs" not in known else {}
    if "inputs" in known and "targets" not in known:  # `train(inputs, outputs)` is told what the outputs should be
        counted |= {p.name: [context.layout.y, *context.output] for p in needed if roles.argument(p.name) == "output"}
    elif known == {"parameters", "targets"}:  # `cost(P, Y)` may be of probabilities
        counted |= {p.name: [*context.parameters, *context.output] for p in needed if roles.argument(p.name) == "parameters"}
    elif known == {"inputs", "targets"} and roles.rank(offer.name, roles.LOSS) < len(roles.LOSS):  # `loss(a, Y)` likewise
        counted |= {p.name: [context.layout.x, *context.output] for p in needed if roles.argument(p.name) == "inputs"}

    goals = [p.name for p in needed if roles.argument(p.name) == "targets"]
    if len(goals) == len(needed) == 2 and roles.rank(offer.name, roles.LOSS) < len(roles.LOSS):
        either = [context.layout.y, *context.output]  # one is what was found, in `mse(y, y_previsto)`
        counted |= dict.fromkeys(goals, either)

    def taken_for(names: list[str]) -> dict[str, list[str]]:
        numbers = [["learning_rate", "epochs"], ["epochs", "learning_rate"]] if len(names) > len(data) else []
        rest = [[*texts, *context.output] for texts in numbers]
        return dict(zip(names, [*data, *rest], strict=False)) | counted

    if needed and context.parameters and "parameters" not in known and not offer.text.startswith("model"):
        first = needed[0].name  # what stands first is what a function is about, also where it is called n
        if first in unknown or roles.argument(first) == "count":
            counted.pop(first, None)
            yield taken_for([name for name in unknown if name != first]) | {first: context.parameters}
        elif len(unknown) == 1 and not data:  # all else is known
            yield {unknown[0]: context.parameters} | counted
    yield taken_for(unknown)


def _filled(offer: Offer, context: Context, guesses: dict[str, list[str]]) -> Iterator[str]:
    parameters = [p for p in offer.parameters if p.kind not in (p.VAR_KEYWORD,)]
    needed, names = required(parameters), [p.name for p in parameters]
    positional: list[list[str]] = []
    by_name = False
    several, turns = _several(needed), counted_arguments(offer.call)
    for p in needed:
        own = several.get(p.name, []) if context.layout.single else []
        settings = _settings(offer, p) if roles.argument(p.name) == "settings" else []
        texts: Sequence[str] = own or guesses.get(p.name) or _texts(p.name, context, names) or settings
        if p.name in turns:
            texts = ["epochs"]
        elif roles.argument(p.name) == "rate" and p.name in penalty_arguments(offer.call):
            texts = ["0.0"]
        elif roles.argument(p.name) == "data" and any(roles.argument(q.name) == "targets" for q in needed):
            texts = [context.layout.x]
        elif roles.argument(p.name) == "data" and len(needed) <= 2:
            texts = [*texts, context.layout.x]
        if not texts:
            return
        by_name = by_name or p.kind is p.KEYWORD_ONLY or ("len(inputs)" in texts and _may_be_set(p, parameters))
        positional.append([f"{p.name}={t}" for t in texts] if by_name else list(texts))
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL and context.parameters:
            positional.append([f"*{context.parameters[0]}"])
    given = {roles.argument(p.name, names) for p in needed} & {"inputs", "targets"}  # others are there to be looked at
    named = []
    always: list[list[str]] = []  # the hundreds of epochs that a default asks for are never wanted
    for p in parameters:
        role = "batch_size" if roles.is_batch_size(p.name, p.default) else roles.argument(p.name, names)
        role = "epochs" if p.name in turns else role
        wanted = role in ("rate", "epochs", "inputs", "targets", "cache", "output") and role not in given
        wanted = wanted or (role == "batch_size" and p.default is not None)
        if p.default is not p.empty and role == "rate" and p.name in penalty_arguments(offer.call):
            named.append([f"{p.name}=0.0"])
        elif p.default is not p.empty and role in ("off", "keep") and (off := setting(p.name, p.default, names)):
            named.append([f"{p.name}={off}"])
        elif p.default is not p.empty and wanted and _is_plain(p.default):
            texts = {"batch_size": [whole_batch(p.default)], "epochs": ["epochs"]}.get(role) or _texts(p.name, context)
            texts = [setting(p.name, p.default)] if isinstance(p.default, Decimal) and role == "rate" else texts
            if texts:
                (always if role == "epochs" else named).append([f"{p.name}={t}" for t in texts[:1]])
    unnamed = _unnamed([p for p in parameters if p.name not in turns], bool(turns))
    for more in ([unnamed] if unnamed else []) + [[]]:
        for chosen in product(*positional, *named, *always):
            yield f"{offer.text}({', '.join([*chosen, *more])})"
    if named:
        for chosen in product(*positional, *always):
            yield f"{offer.text}({', '.join(chosen)})"


def _may_be_set(parameter: inspect.Parameter, beside: list[inspect.Parameter]) -> bool:
    """Whether an argument is a size of batches, by the name of which other sizes are set, and may be given by that."""
    by_place = any(p.kind in (p.VAR_POSITIONAL, p.POSITIONAL_ONLY) for p in beside)
    return roles.is_batch_size(parameter.name, 32) and not by_place


def _is_plain(default: Any) -> bool:
    """Whether a default may stand for a number or an array: `iterator=BatchIterator()` and `train=True` are no data."""
    return not isinstance(default, bool) and not callable(default) and not hasattr(default, "__dict__")


def _settings(offer: Offer, parameter: inspect.Parameter) -> list[str]:
    """Expressions for a settings object with what a function takes out of it."""
    found = settings_objects(offer.call, parameter, 2)
    return [re.sub(r"\bsizes\b", "network.sizes", text).replace("epochs=1", "epochs=epochs") for text in found]


def _unnamed(parameters: list[inspect.Parameter], has_epochs: bool = False) -> list[str]:
    """Optional numbers whose names say nothing, taken for what they look like: 0.1 for a rate, 1000 for epochs.

    What is called a count, and is no whole number, is none: of several that may be the rate it is the one.
    """
    silent = [p for p in parameters if roles.argument(p.name) in ("", "count") and (not roles.size(p.name) or len(p.name) == 1)]
    known = {roles.argument(p.name) for p in parameters}
    rates = [p.name for p in silent if isinstance(p.default, float) and 0 < p.default <= 1]
    misnamed = [name for name in rates if roles.argument(name) == "count"]
    rates = misnamed if len(misnamed) == 1 else rates or [p.name for p in silent if type(p.default) is int and p.default == 1]
    counts = [p.name for p in silent if type(p.default) is int and p.default >= 10]
    found = [f"{rates[0]}=learning_rate"] if len(rates) == 1 and "rate" not in known else []
    return found + ([f"{counts[0]}=epochs"] if len(counts) == 1 and "epochs" not in known and not has_epochs else [])


def _several(needed: list[inspect.Parameter]) -> dict[str, list[str]]:
    """Arguments that take a sample's inputs, or targets, number by number, as in `forward(x1, x2)`."""
    found: dict[str, list[str]] = {}
    for role, vector in (("inputs", "x"), ("targets", "y")):
        names = [p.name for p in needed if roles.argument(p.name) == role]
        if len(names) > 1 and all(name[-1].isdigit() for name in names):
            found |= {name: [f"{vector}[{index}]"] for index, name in enumerate(names)}
    numbered = [p.name for p in needed if re.fullmatch(r"[A-Za-z_]+\d", p.name) and not roles.parameter_number(p.name)]
    if not found and len(numbered) > 1 and len({name[:-1] for name in numbered}) == 1:  # `forward(i1, i2)`
        found = {name: [f"x[{index}]"] for index, name in enumerate(numbered)}
    return found


#: What the number of the epoch that a call runs is called, where no loop goes up to it.
_ONE_EPOCH = re.compile(r"(current_|cur_|this_)?epoch(_?(idx|index|number|num|no))?")
#: The numbers of units of a network with one hidden layer.
_UNITS = {"inputs": "network.sizes[0]", "hidden": "network.sizes[1]", "outputs": "network.sizes[-1]"}


def _texts(name: str, context: Context, beside: Collection[str] = ()) -> list[str]:
    """Expressions for an argument of that name; beside: the names of all arguments."""
    known = context.names.get(name, context.names.get(name.lower()))
    if known:
        return [known]
    if name.lower() in ("activations", "acts", "outputs") and context.cache:
        return context.cache
    role, layout = roles.argument(name, beside), context.layout
    if role in ("", "targets") and (ends := _UNITS.get(roles.units(name))):
        return [ends]
    functional = context.losses if role == "loss_name" and context.losses else _functional(name.lower(), context.functions)
    if functional:
        return functional
    if name.lower() in ("x_train", "xs"):
        return [layout.x]
    table: dict[str, list[str]] = {
        "inputs": [layout.x],
        "targets": [layout.y],
        "rate": ["learning_rate"],
        "epochs": ["1"] if _ONE_EPOCH.fullmatch(name.lower()) else ["epochs"],
        "batch_size": ["len(inputs)"],
        "count": {"N": ["learning_rate"], "M": ["0.0"]}.get(name, ["1"]) if layout.single else ["len(inputs)"],
        "data": context.data or _data(layout),
        "optimiser": context.optimisers,
        "device": ['"cpu"'],
        "output": context.output,
        "cache": context.cache,
        "gradients": context.gradients or context.errors,
        "parameters": context.parameters,
        "error": context.errors,
        "activation": ['"sigmoid"'],
        "off": [setting(name, 1.0 if roles.is_factor(name) else 0.0, beside)],
        "keep": ["1.0"],
        "training": ["False", "True"],
        "seed": ["0"],
        "generator": list(GENERATORS),
    }
    return list(table.get(role, [])) or next((texts for said, texts in _CONDUCT if said.search(name)), [])


#: How training is to stop early, and how often it is to report: an argument that has to be given, and does neither then.
_CONDUCT: tuple[tuple[re.Pattern[str], list[str]], ...] = (
    (re.compile(r"thresh|goal|(target|desired|accept\w*|max|min)_?(err|loss)|min_?delta", re.I), ["0.0", "None"]),
    (re.compile(r"counter|every|interval|freq|period|report", re.I), ["1"]),
)


def _data(layout: Layout) -> list[str]:
    """Expressions for a whole data set: as pairs, and as a pair of inputs and targets."""
    together = [] if layout.single else [f"({layout.x}, {layout.y})"]
    pairs = DATA.get(layout.name, DATA.get(layout.samples_as))
    return [*([pairs] if pairs else []), *together]


def _functional(name: str, functions: dict[str, str]) -> list[str]:
    """The program's functions for an argument that takes a function, such as `loss_prime` or `activation`."""
    derivative = any(word in name for word in ("prime", "deriv", "grad", "_d"))
    if name in functions:
        return [functions[name]]
    if any(word in name for word in ("loss", "cost", "criterion")):
        kind: tuple[str, ...] = roles.LOSS
    elif any(word in name for word in ("activat", "act_", "nonlin", "transfer")):
        kind = (r"sigmoid|logistic|tanh|relu|linear|identity|^act",)
    else:
        return []
    found = {key: text for key, text in functions.items() if roles.rank(key, kind) < len(kind)}
    return [text for key, text in found.items() if derivative == any(w in key for w in ("prime", "deriv", "grad", "_d", "d_"))][
        :3
    ]
