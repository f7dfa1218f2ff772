"""What the SymPy derivation costs, and that its cost is linear in the number of definitions."""

from __future__ import annotations

from time import perf_counter

import pytest
from conftest import Figure, Ratios
from drawn_network import drawn_example
from sympy.core.cache import clear_cache

from mlp_reference.examples import Example
from mlp_reference.golden import fixture_text
from mlp_reference.symbolic import derive

_SMALL = drawn_example((2, 4, 2), 4)


def _seconds_a_definition(sizes: tuple[int, ...], batch: int) -> tuple[float, int]:
    clear_cache()
    start = perf_counter()
    found = derive(drawn_example(sizes, batch))
    return (perf_counter() - start) / len(found.program.definitions), len(found.program.definitions)


@pytest.mark.parametrize("sizes", [(4, 8, 4), (8, 16, 8), (16, 32, 16), (8, 16, 16, 8)], ids=str)
def test_cost_of_a_definition(ratios: Ratios, sizes: tuple[int, ...]) -> None:
    """The same for every size: to the 2-4-2 network's."""
    small: list[tuple[float, int]] = []
    ours: list[tuple[float, int]] = []
    ratios.against(
        lambda: ours.append(_seconds_a_definition(sizes, 4)),
        lambda: small.append(_seconds_a_definition((2, 4, 2), 4)),
        rounds=3,
    )
    (each, count), (each_small, count_small) = sorted(ours)[1], sorted(small)[1]
    name = "-".join(map(str, sizes))
    remark = f"{count} definitions in {each * count:.2f} s, {1e3 * each:.2g} ms each"
    to = f"the same of 2-4-2 ({count_small})"
    ratios.note(Figure(f"derive {name}, batch 4, per definition", each / each_small, to, "about 1", remark))


@pytest.mark.parametrize("whole", [False, True], ids=["derivation", "fixture"])
def test_8_16_8_with_a_batch_of_4(ratios: Ratios, whole: bool) -> None:
    """Derived, and made into a fixture: values of all its results to the last certain digit, bounds in four formats."""
    example = drawn_example((8, 16, 8), 4)

    def work(given: Example) -> None:
        clear_cache()
        (fixture_text if whole else derive)(given)

    ours, small = ratios.against(lambda: work(example), lambda: work(_SMALL), rounds=3)
    name, target = ("fixture of", "< 10 s") if whole else ("derive", "< 10 s, better 3")
    ratios.note(Figure(f"{name} 8-16-8, batch 4", ours / small, "the same of 2-4-2", target, f"{ours:.2f} s"))
