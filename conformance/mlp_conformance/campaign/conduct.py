"""The campaign itself: chunks go out, what comes back is kept, and the search follows where errors come near their bounds."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from mlp_conformance.campaign.local import Executor
from mlp_conformance.campaign.plan import Leads, Plan, Work
from mlp_conformance.campaign.store import Store
from mlp_conformance.campaign.tables import Finished
from mlp_conformance.campaign.tally import Standing, Tally, together

#: Seconds between looks at the clock and at the cluster.
_GLANCE = 0.5

#: Finished chunks that are counted together when a campaign is taken up again: few enough to hold.
_AT_ONCE = 250


class Stopped(Exception):  # noqa: N818 - the campaign may go on later
    """The campaign cannot go on now: why. What is finished is kept."""


@dataclass
class Progress:
    """How far a campaign is. begun: chunks that were finished when it was taken up; tally and standing: over all chunks."""

    plan: Plan
    tally: Tally = field(default_factory=Tally)
    standing: Standing = field(init=False)
    finished: int = 0
    begun: int = 0
    searches: dict[int, Leads] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.standing = Standing(self.plan.strata)

    @property
    def is_complete(self) -> bool:
        return self.finished == self.plan.chunks

    @property
    def cases(self) -> int:
        """Finished so far (the last chunk may be short)."""
        return min(self.finished * self.plan.chunk_size, self.plan.cases)


class Campaign:
    """Conducts the plan of a store. each: called with the progress whenever a chunk is kept, and twice a second."""

    def __init__(self, store: Store, each: Callable[[Progress], None] = lambda progress: None) -> None:
        self.store, self.plan, self._each = store, store.plan, each
        self.progress = Progress(store.plan, searches=store.searches())
        self._done = bytearray(self.plan.chunks)
        self._left = {g: len(self.plan.chunks_of(g)) for g in range(self.plan.generation(self.plan.chunks - 1) + 1)}
        self._standings: dict[int, Standing] = {}
        self._merged, self._merged_up_to = Standing(self.plan.strata), 0
        finished = store.finished()
        while some := tuple(islice(finished, _AT_ONCE)):
            self._count(some)
        self.progress.begun = self.progress.finished

    def run(self, executor: Executor, seconds: float | None = None) -> Progress:
        """Judge what is left, for at most so many seconds. Raises Stopped, StoreError, and what a room or cluster raises."""
        deadline = None if seconds is None else time.monotonic() + seconds
        outcomes: queue.SimpleQueue[tuple[Work, Finished | BaseException]] = queue.SimpleQueue()
        pending, under_way = self._works(), 0
        exhausted = False
        while not self.progress.is_complete:
            while not exhausted and under_way < executor.capacity:
                work = next(pending, None)
                if work is None:
                    exhausted = True
                elif isinstance(work, str):
                    break
                else:
                    executor.submit(work, lambda work, outcome: outcomes.put((work, outcome)))
                    under_way += 1
            try:
                work, outcome = outcomes.get(timeout=_GLANCE)
            except queue.Empty:
                if trouble := executor.trouble():
                    raise Stopped(trouble) from None
            else:
                under_way -= 1
                if isinstance(outcome, BaseException):
                    raise outcome
                self.store.keep(outcome)
                self._count([(work.chunk, Tally.read(outcome.tally, outcome.near))])
            self._each(self.progress)
            if deadline is not None and time.monotonic() > deadline:
                break
        return self.progress

    def _works(self) -> Iterator[Work | str]:
        """What is left to do, in order; "later" where it depends on what is not finished."""
        for chunk in range(self.plan.chunks):
            if self._done[chunk]:
                continue
            while not self._can_search(self.plan.generation(chunk)):
                yield "later"
            known = self.progress.searches
            yield Work(self.plan, chunk, {g: leads for g, leads in known.items() if g <= self.plan.generation(chunk)})

    def _can_search(self, generation: int) -> bool:
        """Whether what the generation searches is known: everything before the generation before it is finished."""
        for g in range(2, generation + 1):
            if g in self.progress.searches:
                continue
            if any(self._left[before] for before in range(g - 1)):
                return False
            while self._merged_up_to < g - 1:
                self._merged.add(self._standings.pop(self._merged_up_to).records())
                self._merged_up_to += 1
            leads = tuple(self._merged.leads(group.first, len(group.strata)) for group in self.plan.groups)
            self.progress.searches[g] = leads
            self.store.note_search(g, leads)
        return True

    def _count(self, chunks: Iterable[tuple[int, Tally]]) -> None:
        near: dict[int, list[np.ndarray]] = {}
        for chunk, tally in chunks:
            if self._done[chunk]:
                continue
            self._done[chunk] = 1
            generation = self.plan.generation(chunk)
            self._left[generation] -= 1
            self.progress.finished += 1
            self.progress.tally.add(tally)
            near.setdefault(generation, []).append(tally.near)
        for generation, parts in near.items():
            found = together(parts)
            self._standings.setdefault(generation, Standing(self.plan.strata)).add(found)
            self.progress.standing.add(found)
