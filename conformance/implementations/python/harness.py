"""A multi-layer perceptron in plain Python and its harness: lines of JSON on standard input and output.

Nothing but the standard library. Judge it with: mlp-conformance run --command "python3 harness.py"
"""

# ruff: noqa: B905 - shapes are checked once, in refuse_wrong_shapes
import json
import math
import sys

# ================================================================== your network goes here
# What it can do, and the four functions: put your own in their place; leave out of OPERATIONS, below, what you have not.
# network: {"layers": [{"weights": n_in rows of n_out, "biases": n_out, "activation"}, ...], "loss", "reduction"};
# inputs and targets have a row for each sample.

CLAIMS = {
    "name": "python-mlp",
    "version": "1.0",
    "language": "python",
    "dtype": "float64",
    "activations": ["sigmoid", "tanh", "relu", "linear"],
    "output_activations": ["sigmoid", "tanh", "relu", "linear", "softmax"],
    "losses": ["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"],
    "reductions": ["sum", "mean_samples", "mean_elements"],
}


def forward(network, inputs):
    """The activations of every layer: matrices with a row for each sample."""
    activations = []
    for layer in network["layers"]:
        below = activations[-1] if activations else inputs
        activations.append([activate(layer["activation"], z) for z in affine(layer, below)])
    return activations


def loss(network, inputs, targets):
    output, below = network["layers"][-1], [inputs, *forward(network, inputs)][-2]
    zs = affine(output, below)
    terms = [sample_loss(network["loss"], z, activate(output["activation"], z), y) for z, y in zip(zs, targets)]
    return sum(terms) / divisor(network, targets)


def gradients(network, inputs, targets):
    """The derivatives of the loss, a dictionary of weights and biases for each layer."""
    layers, activations, found = network["layers"], [inputs, *forward(network, inputs)], []
    deltas = [output_delta(network, a, y) for a, y in zip(activations[-1], targets)]
    deltas = [[d / divisor(network, targets) for d in delta] for delta in deltas]
    for k in reversed(range(len(layers))):
        columns = list(zip(*deltas))
        weights = [[dot(unit, delta) for delta in columns] for unit in zip(*activations[k])]
        found.insert(0, {"weights": weights, "biases": [sum(column) for column in columns]})
        if k > 0:
            errors = [[dot(row, delta) for row in layers[k]["weights"]] for delta in deltas]
            deltas = [backward(layers[k - 1]["activation"], a, error) for a, error in zip(activations[k], errors)]
    return found


def train(network, inputs, targets, learning_rate, epochs):
    """The layers after the last update, and the loss before each; the network of the request is ours to change."""
    losses = []
    for _ in range(epochs):
        losses.append(loss(network, inputs, targets))
        for layer, gradient in zip(network["layers"], gradients(network, inputs, targets)):
            rows = zip(layer["weights"], gradient["weights"])
            layer["weights"] = [[w - learning_rate * g for w, g in zip(*pair)] for pair in rows]
            layer["biases"] = [b - learning_rate * g for b, g in zip(layer["biases"], gradient["biases"])]
    return [{"weights": layer["weights"], "biases": layer["biases"]} for layer in network["layers"]], losses


def dot(left, right):
    return sum(x * y for x, y in zip(left, right))


def affine(layer, below):
    units = list(zip(zip(*layer["weights"]), layer["biases"]))
    return [[dot(row, weights) + bias for weights, bias in units] for row in below]


def softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


#: Each function of one pre-activation, and its derivative in terms of the activation. NaN stays NaN.
FUNCTIONS = {
    "sigmoid": (lambda z: math.exp(z) if z < -700 else 1 / (1 + math.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (math.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: 0.0 if z <= 0 else z, lambda a: float(a > 0)),
    "linear": (float, lambda a: 1.0),
}


def activate(name, z):
    """The activations of one sample in one layer, from its pre-activations."""
    if name != "softmax":
        return [FUNCTIONS[name][0](value) for value in z]
    exponentials = [math.exp(value - max(z)) for value in z]
    return [e / sum(exponentials) for e in exponentials]


def backward(name, a, gradient):
    """The gradient of one sample's pre-activations, from its activations and their gradient."""
    if name != "softmax":
        return [g * FUNCTIONS[name][1](value) for value, g in zip(a, gradient)]
    mean = dot(a, gradient)
    return [value * (g - mean) for value, g in zip(a, gradient)]


def sample_loss(name, z, a, y):
    """The loss of one sample, from the output's pre-activations z, its activations a and the target y."""
    if name == "cross_entropy":
        log_sum = max(z) + math.log(sum(math.exp(value - max(z)) for value in z))
        return sum(target * (log_sum - value) for value, target in zip(z, y))
    if name == "binary_cross_entropy":
        return sum(target * softplus(-value) + (1 - target) * softplus(value) for value, target in zip(z, y))
    total = sum((value - target) * (value - target) for value, target in zip(a, y))
    return total / 2 if name == "half_squared_error" else total


def output_delta(network, a, y):
    """The gradient of one sample's loss with respect to the output's pre-activations."""
    total = sum(y) if network["loss"] == "cross_entropy" else 1
    delta = [value * total - target for value, target in zip(a, y)]
    if network["loss"] in ("cross_entropy", "binary_cross_entropy"):
        return delta
    delta = backward(network["layers"][-1]["activation"], a, delta)
    return [2 * d for d in delta] if network["loss"] == "squared_error" else delta


def divisor(network, targets):
    return {"sum": 1, "mean_samples": len(targets), "mean_elements": len(targets) * len(targets[0])}[network["reduction"]]


# ================================================================== the protocol: nothing below need be changed

OPERATIONS = {
    "forward": lambda network, inputs, *_: {"activations": forward(network, inputs)},
    "loss": lambda network, inputs, targets, *_: {"loss": loss(network, inputs, targets)},
    "gradients": lambda network, inputs, targets, *_: {"gradients": gradients(network, inputs, targets)},
    "train": lambda *request: dict(zip(("layers", "losses"), train(*request))),
}


def unsupported(operation, network):
    """What in a request is not claimed, or None."""
    *hidden, output = [layer["activation"] for layer in network["layers"]]
    asked = [(operation, OPERATIONS), (output, CLAIMS["output_activations"])]
    asked += [(network["loss"], CLAIMS["losses"]), (network["reduction"], CLAIMS["reductions"])]
    asked += [(activation, CLAIMS["activations"]) for activation in hidden]
    required = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
    asked += [(output, required.get(network["loss"], output))]
    return next((f"{name} is not claimed here" for name, claimed in asked if name not in claimed), None)


def refuse_wrong_shapes(network, inputs, targets):
    m, n = len(inputs), len(inputs[0])
    matrices = [(inputs, m, n)]
    for layer in network["layers"]:
        n_in, n = n, len(layer["biases"])
        matrices.append((layer["weights"], n_in, n))
    for matrix, rows, columns in [*matrices, (targets, m, n)]:
        if matrix and (len(matrix) != rows or any(len(row) != columns for row in matrix)):
            raise ValueError(f"expected {rows} rows of {columns} numbers")


def answer(request):
    if request["cmd"] == "start":
        return {"protocol": 1, "claims": CLAIMS, "operations": list(OPERATIONS)}
    try:
        why = unsupported(request["operation"], request["network"])
        if why:
            return {"seq": request["seq"], "unsupported": why}
        arguments = [request.get(name) for name in ("network", "inputs", "targets", "learning_rate", "epochs")]
        refuse_wrong_shapes(*arguments[:3])
        return {"seq": request["seq"], "result": OPERATIONS[request["operation"]](*arguments)}
    except Exception as error:
        return {"seq": request["seq"], "error": repr(error)}


def translated(value, words):
    """The message with NaN and the infinities, which JSON does not have, turned into words (or back)."""
    if isinstance(value, (list, tuple)):
        return [translated(item, words) for item in value]
    if isinstance(value, dict):
        return {name: translated(item, words) for name, item in value.items()}
    return words(value)


def to_word(value):
    return json.dumps(value) if isinstance(value, float) and not math.isfinite(value) else value


WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

for line in sys.stdin:
    message = translated(json.loads(line), lambda value: WORDS.get(value, value))
    if message["cmd"] == "stop":
        break
    print(json.dumps(translated(answer(message), to_word)), flush=True)
