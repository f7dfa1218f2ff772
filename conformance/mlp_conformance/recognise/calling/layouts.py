"""How samples and targets are given to a program: rows, columns, one at a time, numbers of classes."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """How samples are given. x, y: expressions for the inputs and the targets; rows: how an output becomes rows.

    single: one sample at a time; the expressions are then of `x` and `y`, one sample's vectors.
    """

    name: str
    x: str
    y: str
    rows: str = "{}"
    single: bool = False
    labels: bool = False
    vector: bool = False
    all_x: str = ""
    all_y: str = ""

    @property
    def whole(self) -> Layout:
        """The same samples given all at once, for a function that goes through them by itself."""
        return Layout(self.name, self.all_x or self.x, self.all_y or self.y, self.rows, False, self.labels, self.vector)

    @property
    def is_turned(self) -> bool:
        """Whether all samples are given at once, with a column for each."""
        return self.name.startswith("columns")

    @property
    def samples_as(self) -> str:
        """The layout's name without what it says about targets."""
        return self.name.partition(", targets")[0].partition(", its ")[0]


LAYOUTS = (
    Layout("rows", "inputs", "targets"),
    Layout("columns", "inputs.T", "targets.T", "{}.T"),
    Layout("rows, its output in columns", "inputs", "targets", "{}.T"),
    Layout("one sample, a vector", "x", "y", "np.ravel({})", single=True, all_x="inputs", all_y="targets"),
    Layout(
        "one sample, a column",
        "x[:, None]",
        "y[:, None]",
        "np.ravel({})",
        single=True,
        all_x="inputs[..., None]",
        all_y="targets[..., None]",
    ),
    Layout(
        "one sample, a row",
        "x[None]",
        "y[None]",
        "np.ravel({})",
        single=True,
        all_x="inputs[:, None]",
        all_y="targets[:, None]",
    ),
    Layout(
        "one sample, a list",
        "x.tolist()",
        "y.tolist()",
        "np.ravel({})",
        single=True,
        all_x="inputs.tolist()",
        all_y="targets.tolist()",
    ),
    Layout("rows, as lists", "inputs.tolist()", "targets.tolist()", "np.array({})"),
    Layout("rows, as a tensor", "torch.tensor(inputs)", "torch.tensor(targets)", "{}.detach().numpy()"),
)

#: Forms for networks with a single input and a single output, that have no axis for either.
NUMBERS = (
    Layout("numbers, a vector of them", "inputs.ravel()", "targets.ravel()", vector=True),
    Layout(
        "one sample, a number",
        "x[0]",
        "y[0]",
        "np.ravel({})",
        single=True,
        vector=True,
        all_x="inputs.ravel()",
        all_y="targets.ravel()",
    ),
)

#: Forms for networks that keep biases in their weights and are given inputs that have a 1 for them already.
WITH_ONES = {
    "last": (
        Layout("rows, with a column of ones at their end", "np.column_stack([inputs, np.ones(len(inputs))])", "targets"),
        Layout("columns, with a row of ones at their end", "np.vstack([inputs.T, np.ones(len(inputs))])", "targets.T", "{}.T"),
    ),
    "first": (
        Layout("rows, with a column of ones before them", "np.column_stack([np.ones(len(inputs)), inputs])", "targets"),
        Layout("columns, with a row of ones before them", "np.vstack([np.ones(len(inputs)), inputs.T])", "targets.T", "{}.T"),
    ),
}


#: The form of samples for programs that count from 1: nothing stands at 0.
FROM_ONE = Layout(
    "one sample, a list that counts from 1",
    "[0.0, *x.tolist()]",
    "[0.0, *y.tolist()]",
    "np.ravel({})[1:]",
    single=True,
    all_x="[[0.0, *row] for row in inputs.tolist()]",
    all_y="[[0.0, *row] for row in targets.tolist()]",
)
#: The form of samples for programs that compute with decimals alone, and convert nothing.
DECIMALS = Layout(
    "one sample, a list of decimals",
    "decimals(x)",
    "decimals(y)",
    "np.ravel({})",
    single=True,
    all_x="decimals(inputs)",
    all_y="decimals(targets)",
)


def layouts_for(
    sizes: tuple[int, ...], joined: str = "", certain: bool = False, in_decimals: bool = False
) -> tuple[Layout, ...]:
    """The layouts in which a network may be given its samples, likely ones first.

    joined: where in its weights it keeps its biases, if it does; certain: whether only whole batches are to be tried;
    in_decimals: whether its numbers are decimals, which do not go with others.
    """
    if joined == "padded":
        return (FROM_ONE, *LAYOUTS[3:7])
    if in_decimals:
        return (*LAYOUTS[3:7], DECIMALS)
    ones = WITH_ONES.get(joined, ())
    numbers = NUMBERS if sizes[0] == sizes[-1] == 1 else ()
    return (*LAYOUTS[:3], *ones) if certain else (*LAYOUTS[:3], *ones, *numbers, *LAYOUTS[3:])


#: Other forms of the targets, in the layouts of whole batches: numbers of classes, and a vector where there is one output.
OTHER_TARGETS = (
    *(
        Layout(f"{name}, targets as {form}", x, y, rows, labels=form == "numbers of classes", vector=form == "a vector")
        for name, x, rows in (("rows", "inputs", "{}"), ("columns", "inputs.T", "{}.T"))
        for form, y in (
            ("numbers of classes", "targets.argmax(axis=1)"),
            ("numbers of classes", "targets.argmax(axis=1)[None]"),
            ("a vector", "targets.ravel()"),
        )
    ),
    Layout(
        "rows, as a tensor, targets as numbers of classes",
        "torch.tensor(inputs)",
        "torch.tensor(targets.argmax(axis=1))",
        "{}.detach().numpy()",
        labels=True,
    ),
    Layout(
        "rows, as a tensor, targets as a vector",
        "torch.tensor(inputs)",
        "torch.tensor(targets.ravel())",
        "{}.detach().numpy()",
        vector=True,
    ),
    Layout(
        "one sample, a vector, its target as a number",
        "x",
        "y[0]",
        "np.ravel({})",
        single=True,
        vector=True,
        all_x="inputs",
        all_y="targets.ravel()",
    ),
    Layout(
        "one sample, a list, its target as a number",
        "x.tolist()",
        "float(y[0])",
        "np.ravel({})",
        single=True,
        vector=True,
        all_x="inputs.tolist()",
        all_y="targets.ravel().tolist()",
    ),
    *(
        Layout(
            f"{name}, its target as the number of its class",
            x,
            "int(y.argmax())",
            "np.ravel({})",
            single=True,
            labels=True,
            all_x=all_x,
            all_y="targets.argmax(axis=1)",
        )
        for name, x, all_x in (
            ("one sample, a vector", "x", "inputs"),
            ("one sample, a column", "x[:, None]", "inputs[..., None]"),
            ("one sample, a list", "x.tolist()", "inputs.tolist()"),
        )
    ),
    Layout(
        "one sample, a list, its class at the end",
        "[*x.tolist(), int(y.argmax())]",
        "y.tolist()",
        "np.ravel({})",
        single=True,
        labels=True,
    ),
)

#: A whole data set as pairs, by the form of its samples.
DATA = {
    "rows": "list(zip(inputs, targets))",
    "columns": "list(zip(inputs[..., None], targets[..., None]))",
    "one sample, a column": "list(zip(inputs[..., None], targets[..., None]))",
    "one sample, a vector": "list(zip(inputs, targets))",
    "one sample, a vector, its target as a number": "list(zip(inputs, targets.ravel()))",
    "one sample, a list, its target as a number": "list(zip(inputs.tolist(), targets.ravel().tolist()))",
    "one sample, a vector, its target as the number of its class": "list(zip(inputs, targets.argmax(axis=1)))",
    "one sample, a column, its target as the number of its class": "list(zip(inputs[..., None], targets.argmax(axis=1)))",
    "one sample, a list, its target as the number of its class": "list(zip(inputs.tolist(), targets.argmax(axis=1)))",
    "one sample, a row": "list(zip(inputs[:, None], targets[:, None]))",
    "one sample, a list": "list(zip(inputs.tolist(), targets.tolist()))",
    "rows, as lists": "list(zip(inputs.tolist(), targets.tolist()))",
}


def has_inputs(lines: list[str]) -> bool:
    """Whether calls are given all inputs; an argument of that name may get but one sample: `f(inputs=x)`."""
    return bool(re.search(r"\binputs\b(?!\s*=(?!=))", " ".join(lines)))


def has_targets(lines: list[str]) -> bool:
    """Whether calls are given targets: what descends from inputs alone, as an autoencoder does, has no loss of ours."""
    return bool(re.search(r"\btargets\b|\by\b", " ".join(lines)))
