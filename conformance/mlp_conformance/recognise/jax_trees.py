"""Networks that are trees of JAX's arrays: made writable, and made once for all, as JAX draws the same from the same key."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Sequence
from typing import Any

from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.space import Space

#: What makes arrays that can be written to of JAX's.
WRITABLE = "{0} = jax.tree_util.tree_map(np.array, {0})"
#: What of a question is no size: a network that is made from it is made for each anew.
_IS_ASKED = re.compile(r"\b(inputs|targets|x|y|learning_rate|epochs|batch_size)\b")


def writable(root: str, value: Any, paths: Sequence[str]) -> list[str]:
    """Statements that make a network's arrays writable. paths: expressions for them.

    An object that is no tree to JAX has trees in its attributes.
    """
    if not paths:
        return []
    jax = sys.modules["jax"]
    attributes = dict.fromkeys(found[0] for path in paths if (found := re.match(rf"{root}\.\w+", path)))
    is_tree = not jax.tree_util.all_leaves([value])
    return [WRITABLE.format(holder) for holder in ([root] if is_tree else attributes)]


def made_in(space: Space, program: Program, plan: Plan) -> bool:
    """Make the plan's network in the space, or put a copy there of the one that was made before; whether that can be done."""
    root, make = plan.root, plan.make
    if not make or make[-1] != WRITABLE.format(root) or _IS_ASKED.search(" ".join(make)):
        return space.run(make)
    key, anew = (root, space.asked.sizes, *make), f"{root} = "
    if key not in program.trees:
        if not space.run(make):
            return False
        program.trees[key] = copy.deepcopy(space.names[root])
    space.names[root] = copy.deepcopy(program.trees[key])
    return space.run([line for line in make if not line.startswith(anew)])
