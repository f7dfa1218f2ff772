"""Finding out how a program is driven: constructors, parameters, calls, each tried and kept if its numbers are a reading's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.asking import answers, named, ways_to_run
from mlp_conformance.recognise.calling.calls import Context, Offer, offers, ranked
from mlp_conformance.recognise.calling.layered import layered_forwards
from mlp_conformance.recognise.calling.layouts import Layout, layouts_for
from mlp_conformance.recognise.calling.mishaps import Mishaps, raised
from mlp_conformance.recognise.calling.of_forward import turns_off_its_own
from mlp_conformance.recognise.calling.outputs import outputs_in
from mlp_conformance.recognise.calling.own_tensors import own_layouts
from mlp_conformance.recognise.calling.partners import loss_objects, optimiser_objects
from mlp_conformance.recognise.calling.structures import own_structures
from mlp_conformance.recognise.calling.training_calls import gradient_calls, training_calls
from mlp_conformance.recognise.jax_trees import made_in
from mlp_conformance.recognise.numbers.decimals import DECIMAL
from mlp_conformance.recognise.numbers.known import Known, distance
from mlp_conformance.recognise.numbers.mixed import DEEPEST, mixed_reading, mixed_readings
from mlp_conformance.recognise.numbers.moved import is_moved, subtracted
from mlp_conformance.recognise.numbers.readings import (
    ForwardReading,
    Parameters,
    Question,
    agrees,
    are_classes,
    constants,
    forward_readings,
    loss_families,
    same_step,
)
from mlp_conformance.recognise.numbers.remembered import Remembered
from mlp_conformance.recognise.parameters.flat import is_flat, vector_of
from mlp_conformance.recognise.parameters.naming import names_of
from mlp_conformance.recognise.parameters.tensors import Leaf
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.loops import called_per_sample
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.scaling import SCALINGS, Scaling
from mlp_conformance.recognise.space import Forward, Space, is_over

#: An output that no reading explains is one of a network if it is nearer to a reading than this part of its spread.
_NEAR = 0.5
#: A call that has run so often without anything of an output's shape is no forward pass, nor is one that fails by itself.
_SILENT = 6
#: torch's losses as a program's text has them, with their arguments.
_TORCH_LOSSES = re.compile(r"\b(MSELoss|CrossEntropyLoss|BCELoss|BCEWithLogitsLoss|NLLLoss)\b(\([\w=\"', ]*\))?")


@dataclass
class Search:
    """One network of the program: the question, how it is made, which functions there are.

    certain: only an output without any fault shows that the parameters stand where the plan has them.
    scaling: what the program does to its inputs first. calls: the only ones that may train, if it is known which. mishaps:
    what calls raised by their own fault. layout: the only one in which it gets its samples, if there is but one. in_a_vector:
    whether the program's own targets are seen to be a bare vector.
    """

    program: Program
    plan: Plan
    asked: Question
    find_offers: Callable[[Space], list[Offer]]
    returned: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    certain: bool = False
    scaling: Scaling | None = None
    calls: list[tuple[list[str], bool]] | None = None
    mishaps: Mishaps = field(default_factory=Mishaps)
    layout: Layout | None = None
    in_a_vector: bool = False
    unmatched: list[tuple[Forward, np.ndarray, list[tuple[ForwardReading, np.ndarray]]]] = field(default_factory=list)

    def with_labels(self) -> Self:
        """The same with targets that are 0 but for a single 1 in each row."""
        count = self.asked.sizes[-1]
        hot = np.eye(count)[np.arange(len(self.asked.inputs)) * 2 % count]
        return replace(self, asked=replace(self.asked, targets=hot))

    def offers(self) -> list[Offer]:
        """The functions and methods that there are."""
        space = self.space()
        return [] if space is None else self.find_offers(space)

    def asked_of(self, batch: int | None) -> Question:
        """The question, cut to its first samples if a number is given."""
        asked = self.asked
        return asked if batch is None else replace(asked, inputs=asked.inputs[:batch], targets=asked.targets[:batch])

    def answered(self, batch: int | None) -> Question:
        """The same as the program's formulas get to see it: with inputs that are scaled, if it scales them."""
        asked = self.asked_of(batch) if self.has_biases else self.asked_of(batch).biasless
        with np.errstate(all="ignore"):
            return asked if self.scaling is None else replace(asked, inputs=self.scaling.apply(asked.inputs))

    def space(self, batch: int | None = None, epochs: int = 1) -> Space | None:
        """A fresh network with the question's parameters in it, in the module as it was; None if that cannot be done."""
        self.program.restore()
        space = Space(self.program.module, self.asked_of(batch), self.has_biases)
        space.names["epochs"] = epochs
        if self.is_short:
            space.names |= {name: space.names[name].astype(np.float32) for name in ("inputs", "targets", "x", "y")}
        space.names.update(self.given)
        return space if made_in(space, self.program, self.plan) and space.run(self.plan.setting) else None

    @property
    def is_made(self) -> bool:
        """Whether the program itself makes its network: arrays that are only given to its functions prove nothing."""
        return any("program" in line and not line.startswith("program.") for line in self.plan.make)

    @property
    def has_dial(self) -> bool:
        """Whether the number of epochs is set where the network is made."""
        return any(line.endswith("= epochs") for line in self.plan.make)

    @property
    def has_biases(self) -> bool:
        return all(slot.bias is not None or slot.joined for slot in self.plan.slots)

    @property
    def is_short(self) -> bool:
        """Whether the parameters are torch's, in float32: it mixes no formats, so the data are too."""
        return {(slot.weights.leaf.kind, slot.weights.leaf.dtype) for slot in self.plan.slots} == {("torch", "float32")}

    @property
    def resolution(self) -> float:
        """What a step that is seen in the parameters can be off by, where they are kept in float32."""
        if any(slot.weights.leaf.dtype != "float32" for slot in self.plan.slots):
            return 0.0
        largest = max(float(np.max(np.abs(part))) for pair in self.asked.parameters for part in pair)
        return float(np.finfo(np.float32).eps) * largest

    def is_step(self, found: Parameters, expected: Parameters) -> bool:
        """Whether a step that was seen in the parameters is the one that is expected."""
        return same_step(found, expected, self.has_biases, self.resolution)

    @property
    def constants(self) -> frozenset[float]:
        return constants(self.program.tree)

    @property
    def families(self) -> frozenset[str]:
        return loss_families(self.program.tree)

    def context(self, layout: Layout) -> Context:
        """What every call may use: the parameters, by name and together, and the program's functions."""
        context = Context(layout, parameters=[] if self.plan.root == "program" else [self.plan.root])
        if layout.x.startswith("torch."):
            whole = f"torch.utils.data.TensorDataset({layout.x}, {layout.y})"
            context.data = [f"[({layout.x}, {layout.y})]", f"torch.utils.data.DataLoader({whole}, batch_size=len(inputs))"]
            context.optimisers = [f"torch.optim.SGD({self.plan.root}.parameters(), lr=learning_rate)"]
            context.losses = [f"torch.nn.{name}{given or '()'}" for name, given in _TORCH_LOSSES.findall(self.program.source)]
        elif self.plan.root == "model":
            context.losses = list(loss_objects(self.program))
            context.optimisers = list(optimiser_objects(self.program, "model"))
        if is_flat(self.plan.slots):
            context.parameters = [vector_of(self.plan.slots)]
        context.functions = {offer.name.lower(): offer.text for offer in offers("program", self.program.module)}
        context.names |= own_structures(self.program) | names_of(self.plan, self.returned)
        return context

    def forwards(self, faulty: bool) -> Iterator[Forward]:
        """Ways to get the output whose numbers are a reading's; those that train on the way come last.

        Where a whole batch is answered, but wrongly, single samples are asked for only if the program does so itself.
        """
        yield from layered_forwards(self, faulty)
        training: list[Forward] = []
        known: dict[int, Known] = {}
        mixed: dict[int, Remembered[tuple[ForwardReading, np.ndarray]]] = {}
        answered: set[str] = set()
        slot, in_decimals = self.plan.slots[0], self.plan.slots[0].weights.leaf.dtype == DECIMAL
        layouts = layouts_for(self.asked.sizes, slot.joined, self.certain, in_decimals)
        for layout in (*layouts[:1], *own_layouts(self), *layouts[1:]):
            if is_over():
                break
            batch = 1 if layout.single else len(self.asked.inputs)
            first = self.space(batch)
            if first is None:
                return
            if batch not in known:
                known[batch] = Known(forward_readings(first.asked, faulty))
                mixed[batch] = Remembered(iter(()) if faulty else mixed_readings(first.asked))
            found = self.find_offers(first)
            for offer in ranked(found, roles.FORWARD, others=True)[:24]:
                if is_over():
                    break
                if layout.single and offer.name in answered and not called_per_sample(offer.name, self.program.tree):
                    continue
                silent = (offer.name, layout.name, self.asked.sizes[-1] == 1)  # `squeeze` leaves one output no axis
                ways_to_run_it = (
                    ways_to_run(offer, found, self.context(layout)) if self.program.silent[silent] < _SILENT else ()
                )
                for lines in ways_to_run_it:
                    space = self.space(batch)
                    if space is None or not self.runs(space, named(lines), trains=False):
                        about = re.search(rf"\b{self.plan.root}\b", " ".join(lines))
                        self.program.silent[silent] += not about  # another plan helps not
                        continue
                    self.program.silent[silent] += 1
                    ways = []
                    for statements, rows, values, place, told in answers(space, layout, self.plan.root, lines, found):
                        self.program.silent[silent] = 0
                        if are_classes(values):
                            continue
                        way = Forward(
                            statements,
                            rows,
                            layout,
                            ForwardReading("sigmoid", "sigmoid"),
                            False,
                            offer,
                            space.from_the_end(place),
                        )
                        reading = known[batch].of(values)
                        reading = reading or mixed_reading(self, way, values, mixed[batch])
                        if reading is not None and ((told and not faulty) or self.depends_on_inputs(way, values, faulty)):
                            output = reading.through.format(rows)
                            found_way = replace(way, reading=reading, exact=True, output=output)
                            ways += [] if turns_off_its_own(self, found_way) else [found_way]
                        elif offer.name not in answered and told:
                            self.unmatched.append((way, values, known[batch]))
                            if not layout.single and roles.rank(offer.name, roles.FORWARD) < len(roles.FORWARD) - 3:
                                answered.add(offer.name)
                    if not ways:
                        unread = not self.program.silent[silent]  # an answer has set it to 0
                        self.mishaps.gave_no_output(named(lines)[-1], space.names.get("output"), unread)
                    ways = sorted(ways, key=lambda way: way.reading.output == "linear")
                    if ways and not self.stand_as_given(space):
                        training += ways
                        continue
                    yield from ways
        yield from training

    def runs(self, space: Space, lines: list[str], trains: bool = True) -> bool:
        """Whether statements run; what they raise that may be the program's own fault is kept."""
        if space.run(lines):
            return True
        self.mishaps.add(raised(space, lines, trains, self.program.tree))
        return False

    def depends_on_inputs(self, way: Forward, values: np.ndarray, untrained: bool) -> bool:
        """Whether other inputs give another output: a fault, or units that are all off, make much of an array that is none.

        untrained: whether the parameters have to stay as they are, too.
        """
        other = replace(self, asked=replace(self.asked, inputs=self.asked.inputs[::-1] * 1.25 + 0.125))
        space = other.space(1 if way.layout.single else None)
        if space is None or not space.run(way.lines):
            return False
        found = space.array(way.output)
        if found is None or np.array_equal(found.ravel(), values.ravel(), equal_nan=True):
            return False
        return not untrained or self.stand_as_given(space)

    def stand_as_given(self, space: Space) -> bool:
        """Whether the parameters are still those that were given."""
        return all(
            w is not None and agrees(w, weights) and b is not None and (not self.has_biases or agrees(b, biases))
            for (w, b), (weights, biases) in zip(space.parameters(self.plan.pairs), space.asked.parameters, strict=True)
        )

    def scaled(self) -> tuple[Forward, Scaling] | None:
        """A way to get the output of inputs that are scaled first, and how they are."""
        for scaling in SCALINGS:
            known = Known(forward_readings(replace(self, scaling=scaling).answered(None)) if self.unmatched else ())
            for way, values, _ in self.unmatched:
                reading = None if way.layout.single else known.of(values)
                if reading is not None:
                    return replace(way, reading=reading, output=reading.through.format(way.output)), scaling
        return None

    def nearest(self) -> Forward | None:
        """The best-named way to get numbers of the output's shape, with the reading that comes closest.

        None of a network so deep that its layers may differ in more ways than were looked at.
        """
        for way, values, known in self.unmatched if len(self.asked.sizes) - 2 <= DEEPEST else ():
            if (
                not np.any(np.isfinite(values))
                or not np.any(values != values.ravel()[0])
                or roles.rank(way.offer.name, roles.FORWARD) == len(roles.FORWARD)
            ):
                continue
            if not self.answers_again(way, values):
                continue
            known = [(reading, expected) for reading, expected in known if expected.shape == values.shape]
            distances = [distance(values, expected) for _, expected in known]
            reading, expected = known[int(np.argmin(distances))]
            with np.errstate(all="ignore"):
                spread = float(np.std(expected))
            if min(distances) <= _NEAR * spread:
                return replace(way, reading=reading, output=reading.through.format(way.output))
        return None

    def answers_again(self, way: Forward, values: np.ndarray) -> bool:
        """Whether a fresh network with the same parameters gives the same output: all of them are known then."""
        space = self.space(1 if way.layout.single else None)
        if space is None or not space.run(way.lines):
            return False
        again = space.array(way.output)
        return again is not None and again.size == values.size and np.array_equal(again.ravel(), values.ravel(), equal_nan=True)

    def outputs(self, space: Space, layout: Layout) -> Iterator[tuple[Leaf, str, np.ndarray]]:
        """Everything of the output's shape that the call returned or left in the network: leaf, expression, values."""
        return outputs_in(space, layout, self.plan.root)

    def gradients(self, forward: Forward, batch: int | None) -> Iterator[tuple[list[str], Space]]:
        """Statements after which gradients may stand somewhere, and the space in which they were run."""
        yield from gradient_calls(self, forward, batch)

    def sequences(self, forward: Forward) -> Iterator[tuple[list[str], bool]]:
        """Statements that may take a training step, likely ones first; whether they do all epochs by themselves."""
        yield from training_calls(self, forward) if self.calls is None else self.calls

    def taken(self, lines: list[str], batch: int | None, epochs: int = 1) -> tuple[Space, Parameters] | None:
        """What the statements subtract from the parameters; None if they fail or nothing moves."""
        space = self.space(batch, epochs)
        if space is None:
            return None
        held = space.parameters(self.plan.pairs)  # as the network keeps them, which may be in float32
        if not self.runs(space, lines):
            return None
        if space.names.get("params") is None and self.plan.root == "params":
            return None
        after = space.parameters(self.plan.pairs)
        found = subtracted(after, space.asked.parameters, len(space.asked.inputs))
        if found is None:
            return None
        moved = is_moved(after, held, space.asked.parameters)
        self.mishaps.ran_idly(lines, moved)
        return (space, found) if moved else None
