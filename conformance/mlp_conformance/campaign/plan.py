"""What a campaign asks of whom: case number n is the same network whoever draws it, wherever and whenever.

Three of four cases go through the strata in turn. Every fourth belongs to the search, which looks where errors came nearest
to their bounds. The campaign is cut into generations, and what one searches depends only on those before the last: so
case n follows from the seed and from what cases long before it gave, and no worker ever waits for a generation to end.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from itertools import accumulate
from typing import Any

from mlp_conformance.campaign.drawing import draw, generator_of, mutate
from mlp_conformance.campaign.identity import Identity, alike, claims_document
from mlp_conformance.campaign.strata import Strata, Stratum
from mlp_conformance.claims import Claims
from mlp_reference.network import Case

#: Every so many cases, one belongs to the search.
SEARCHED = 4
_GENERATIONS = 16

#: What one generation searches, for each group of implementations: (stratum, case that came near its bound), nearest first.
Leads = tuple[tuple[tuple[int, int], ...], ...]

#: The leads of each generation that has any.
Searches = Mapping[int, Leads]


@dataclass(frozen=True)
class Group:
    """Implementations that claim the same, and so are asked the same cases; their strata begin at `first`."""

    claims: Claims
    members: tuple[int, ...]
    strata: Strata
    first: int


@dataclass(frozen=True)
class Plan:
    """A campaign: its seed, its cases, its implementations. timeout: seconds a call may take; memory: MiB of a process."""

    seed: int
    cases: int
    implementations: tuple[Identity, ...]
    timeout: float = 60.0
    memory: int = 2048
    chunk: int = 0

    @property
    def chunk_size(self) -> int:
        """Cases in a chunk: seconds of work, and thousands of chunks at most."""
        return self.chunk or min(max(self.cases // 2000, 25), 5000)

    @property
    def chunks(self) -> int:
        return -(-self.cases // self.chunk_size)

    def numbers(self, chunk: int) -> range:
        """The cases of a chunk."""
        return range(chunk * self.chunk_size, min((chunk + 1) * self.chunk_size, self.cases))

    @property
    def _chunks_a_generation(self) -> int:
        return max(1, -(-self.chunks // _GENERATIONS))

    def generation(self, chunk: int) -> int:
        return chunk // self._chunks_a_generation

    def chunks_of(self, generation: int) -> range:
        size = self._chunks_a_generation
        return range(generation * size, min((generation + 1) * size, self.chunks))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        members: dict[str, list[int]] = {}
        for index, implementation in enumerate(self.implementations):
            members.setdefault(json.dumps(claims_document(alike(implementation.claims))), []).append(index)
        strata = [Strata(alike(self.implementations[who[0]].claims)) for who in members.values()]
        firsts = accumulate((len(one) for one in strata), initial=0)
        return tuple(
            Group(one.claims, tuple(who), one, first) for who, one, first in zip(members.values(), strata, firsts, strict=False)
        )

    @property
    def strata(self) -> int:
        """How many there are, over all groups."""
        return self.groups[-1].first + len(self.groups[-1].strata)

    def stratum(self, number: int) -> Stratum:
        group = self._group_of_stratum(number)
        return group.strata.all[number - group.first]

    def is_search(self, number: int) -> bool:
        return number % SEARCHED == SEARCHED - 1

    def origin(self, number: int, searches: Searches) -> tuple[Group, int, int | None]:
        """The group that is asked, the stratum's number, and the case that it is a change of, if any."""
        if not self.is_search(number):
            turn, place = divmod(number - number // SEARCHED, len(self.groups))
            group = self.groups[place]
            return group, group.first + group.strata.spread(self.seed, turn), None
        place = number // SEARCHED % len(self.groups)
        group = self.groups[place]
        generator = generator_of(self.seed + 2**63, number)
        leads = searches.get(self.generation(number // self.chunk_size), ())
        if not leads or not leads[place]:
            return group, group.first + int(generator.integers(len(group.strata))), None
        stratum, case = leads[place][int(len(leads[place]) * generator.random() ** 2)]  # the nearest more often
        return group, stratum, case if generator.integers(2) else None

    def case(self, number: int, searches: Searches) -> tuple[Case, Group, int]:
        """The case of that number, the group that is asked, and the stratum's number."""
        group, stratum, parent = self.origin(number, searches)
        generator = generator_of(self.seed, number)
        if parent is None:
            return draw(self.stratum(stratum), group.claims, generator), group, stratum
        return mutate(self._parent(parent, searches), group.claims, generator), group, stratum

    def _parent(self, number: int, searches: Searches) -> Case:
        if number not in self._parents:
            if len(self._parents) > 200:
                self._parents.clear()
            self._parents[number] = self.case(number, searches)[0]
        return self._parents[number]

    @cached_property
    def _parents(self) -> dict[int, Case]:
        return {}

    def _group_of_stratum(self, number: int) -> Group:
        return self.groups[bisect_right(self.groups, number, key=lambda group: group.first) - 1]

    def __getstate__(self) -> dict[str, Any]:
        """What is sent to workers: the plan, and not the strata that follow from it, which are two hundred times as long."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def document(self) -> dict[str, Any]:
        """The plan as the campaign's directory keeps it."""
        fields = asdict(self)
        fields["implementations"] = [identity.document() for identity in self.implementations]
        return fields


@dataclass(frozen=True)
class Work:
    """What a worker is given: a plan, a chunk of it, and what the search had found that its cases depend on."""

    plan: Plan
    chunk: int
    searches: Searches = field(default_factory=dict)


def plan_from(document: Mapping[str, Any]) -> Plan:
    """The plan that a campaign's directory keeps."""
    implementations = tuple(Identity.of(found) for found in document["implementations"])
    return Plan(**{**document, "implementations": implementations})
