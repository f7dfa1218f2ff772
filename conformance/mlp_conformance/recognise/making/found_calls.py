"""Where the calls of a network are looked for: its methods, the functions of its program, and what these have returned."""

from __future__ import annotations

from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer, offers
from mlp_conformance.recognise.making.parameterless import methods_over_parameters
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.space import Space


def methods(program: Program) -> Any:
    """The methods of a network that is an object, with the program's functions that take parameters and its losses."""

    def find(space: Space) -> list[Offer]:
        return (
            offers("model", space.names["model"])
            + [
                offer
                for offer in offers("program", program.module)
                if any(roles.argument(p.name) == "parameters" for p in offer.parameters)
            ]
            + _loss_functions(program)
        )

    return find


def _loss_functions(program: Program) -> list[Offer]:
    found = [offer for offer in offers("program", program.module) if len(offer.parameters) == 2]
    return [offer for offer in found if roles.rank(offer.name, roles.LOSS) < len(roles.LOSS)]


def also_returned(program: Program) -> Any:
    """The functions of a program, and those among what one of them has returned: a network that it has trained."""

    def find(space: Space) -> list[Offer]:
        return offers("program", program.module) + offers("params", space.names["params"])

    return find


def functions_of(program: Program) -> Any:
    """The functions of a program, and the methods that are as good as these."""

    def find(space: Space) -> list[Offer]:
        return offers("program", program.module) + list(methods_over_parameters(program))

    return find
