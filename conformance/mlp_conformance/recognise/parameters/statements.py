"""Statements that give a layer its parameters, and expressions that read them, in whatever form a program keeps them."""

from __future__ import annotations

from mlp_conformance.recognise.numbers.decimals import DECIMAL
from mlp_conformance.recognise.parameters.slots import PADDED, Slot
from mlp_conformance.recognise.parameters.tensors import Tensor

#: Columns that a statement for a layer's weights and biases may have.
_SHORT = 112
#: Where weights and biases stand in what has both, a row for each input.
_ROWS = {"first": ("[1:]", "[0]"), "last": ("[:-1]", "[-1]"), PADDED: ("[1:, 1:]", "[0, 1:]")}


def set_lines(slot: Slot, w: str, b: str) -> list[str]:
    """Statements that give a layer the weights and biases that the expressions `w` and `b` say."""
    if slot.joined:
        b = f"-{b}" if slot.negative else b
        parts = f"{b}, {w}" if slot.joined == "first" else f"{w}, {b}"
        value = f"np.pad(np.vstack([{b}, {w}]), ((0, 0), (1, 0)))" if slot.joined == PADDED else f"np.vstack([{parts}])"
        return assigned(slot.weights, f"{value}.T" if slot.by_output else value)
    shape = slot.weights.shape
    value = f"{w}.T" if slot.by_output else w
    if len(shape) == 1:
        value = f"{w}[0]" if slot.by_output else f"{w}[:, 0]"
    if slot.bias is None:
        return assigned(slot.weights, value)
    if slot.by_output and len(slot.bias.counts) == 1 and slot.weights.counts and not slot.bias.leaf.shape:
        return [  # a unit of the program has both
            f"for i, (row, bias) in enumerate(zip({value}, {'-' * slot.negative}{b})):",
            *(f"    {line}" for line in [*_assign_row(slot.weights), _number(slot.bias, "bias")]),
        ]
    shape, b = slot.bias.shape, f"(-{b})" if slot.negative else b
    form = b if len(shape) <= 1 else f"{b}[:, None]" if shape[1] == 1 and shape[0] != 1 else f"{b}[None]"
    return _both(assigned(slot.weights, value), assigned(slot.bias, form))


def _both(weights: list[str], biases: list[str]) -> list[str]:
    """The statements for weights and biases, as one where both are short: `model.W[...], model.b[...] = w, b`."""
    if len(weights) == len(biases) == 1 and " = " in weights[0]:
        parts = [line.split(" = ", 1) for line in (*weights, *biases)]
        together = " = ".join(", ".join(part) for part in zip(*parts, strict=True))
        if len(together) <= _SHORT:
            return [together]
    return weights + biases


def assigned(tensor: Tensor, value: str) -> list[str]:
    """Statements that give an array of the program the numbers that an expression says, of its shape."""
    kind = tensor.leaf.kind
    value = f"np.ravel({value})" if tensor.rows else value
    path = tensor.template.format("i", "j")
    if tensor.counts:
        name = "row" if len(tensor.counts) == 2 or tensor.leaf.shape else "number"
        return [f"for i, {name} in enumerate({value}):", *(f"    {line}" for line in _assign_row(tensor))]
    if kind == "scalars":
        return [f"{path} = {value}.tolist()"]
    if kind == "number":
        return [f"{path} = {_as_kept(tensor, f'{value}[0]')}"]
    if kind == "torch":
        return [f"{path}.data = torch.tensor({value}).to({path})"]
    if kind == "keras":
        return [f"{path}.assign({value})"]
    if kind in ("list", "typed"):
        return [f"{path}[:] = {_as_list(tensor, value, path)}"]
    if kind == "new":
        return [f"{path} = {value}.copy()"]
    return [f"{path}[...] = {value}"] if tensor.leaf.dtype.startswith("float") else [f"{path} = {value}.copy()"]


def _assign_row(tensor: Tensor) -> list[str]:
    """Statements for the i-th part of an array that is stacked: `row`, or `number` where it is one."""
    if len(tensor.counts) == 2:
        return ["for j, number in enumerate(row):", f"    {_number(tensor, 'number')}"]
    if not tensor.leaf.shape:
        return [_number(tensor, "number")]
    path = tensor.template.format("i")
    is_list = tensor.leaf.kind in ("list", "typed")
    return [f"{path}[:] = {_as_list(tensor, 'row', path)}" if is_list else f"{path}[...] = row"]


def _as_list(tensor: Tensor, value: str, path: str) -> str:
    """An expression for an array as the lists, or typed arrays, that a program keeps at a path."""
    if tensor.leaf.kind == "typed":
        return f"type({path})({path}.typecode, {value})"
    return f"decimals({value})" if tensor.leaf.dtype == DECIMAL else f"{value}.tolist()"


def _as_kept(tensor: Tensor, number: str) -> str:
    """An expression for a number as a program keeps it."""
    return f"{'decimals' if tensor.leaf.dtype == DECIMAL else 'float'}({number})"


def _number(tensor: Tensor, name: str) -> str:
    """The statement that gives one number of the program its value."""
    path = tensor.template.format("i", "j")
    return f"{path}.data = float({name})" if tensor.leaf.kind == "value" else f"{path} = {_as_kept(tensor, name)}"


def read_pair(slot: Slot, k: str = "", ends: tuple[str, str] | None = None) -> tuple[str, str]:
    """Expressions for the layer's weights, a row for each input, and its biases.

    k: the layer's number, an expression; ends: expressions for its numbers of inputs and of outputs in its place.
    """
    n_in, n_out = ends or (f"network.sizes[{_sum(k, 0)}]", f"network.sizes[{_sum(k, 1)}]")
    if slot.joined and len(slot.weights.counts) == 2:
        return _read_units(slot, n_in, n_out)
    n_in += " + 1" if slot.joined else ""
    sides = (n_out, n_in) if slot.by_output else (n_in, n_out)
    named = bool(k or ends)
    whole = slot.weights.read_as(*sides[: len(slot.weights.lengths)]) if named else slot.weights.read
    if slot.joined:
        whole = f"{whole}.T" if slot.by_output else whole
        rows, row = _ROWS[slot.joined]
        return whole + rows, ("-" if slot.negative else "") + whole + row
    weights = f"{whole}.T" if slot.by_output else whole
    if len(slot.weights.shape) == 1:
        weights = f"np.reshape({whole}, ({'1, -1' if slot.by_output else '-1, 1'}))"
    if slot.bias is None:
        return weights, ""
    biases = slot.bias.read_as(*[n_out][: len(slot.bias.counts)]) if named and len(slot.bias.counts) < 2 else slot.bias.read
    biases = biases if len(slot.bias.shape) == 1 else f"np.squeeze({biases})"
    return weights, f"-{biases}" if slot.negative else biases


def _read_units(slot: Slot, n_in: str, n_out: str) -> tuple[str, str]:
    """The same where every weight is a number in an object of its own, and a bias is the weight of one more input."""
    first = slot.joined == "first"
    places = ("i", "j + 1" if first else "j") if slot.by_output else ("i + 1" if first else "i", "j")
    at_bias = "0" if first else n_in
    outer, inner = (n_out, n_in) if slot.by_output else (n_in, n_out)
    path = slot.weights.template + {"value": ".data"}.get(slot.weights.leaf.kind, "")
    weights = f"np.array([[{path.format(*places)} for j in range({inner})] for i in range({outer})])"
    bias = path.format(*(("i", at_bias) if slot.by_output else (at_bias, "i")))
    biases = f"{'-' if slot.negative else ''}np.array([{bias} for i in range({n_out})])"
    return f"{weights}.T" if slot.by_output else weights, biases


def _sum(k: str, more: int) -> str:
    return str(int(k) + more) if k.isdigit() else f"{k} + {more}" if more else k
