"""A multi-layer perceptron in plain Python and its harness: lines of JSON on standard input and output.

Nothing but the standard library; written from `spec/protocol.md` alone.
Run it with: mlp-conformance run --command "python harness.py"
"""

# ruff: noqa: B905 - shapes are checked once, in refuse_wrong_shapes
import json
import math
import sys

CLAIMS = {
    "name": "python-lists-mlp",
    "version": "1.0",
    "language": "python",
    "dtype": "float64",
    "activations": ["sigmoid", "tanh", "relu", "linear"],
    "output_activations": ["sigmoid", "tanh", "relu", "linear", "softmax"],
    "losses": ["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"],
    "reductions": ["sum", "mean_samples", "mean_elements"],
}

# ------------------------------------------------------------------ the mathematics: replace it by your own


def dot(left, right):
    return sum(x * y for x, y in zip(left, right))


def sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))  # where exp(-z) might overflow; NaN stays NaN


def relu(z):
    return 0.0 if z <= 0 else z  # NaN stays NaN


def softmax(row):
    largest = max(row)
    exponentials = [math.exp(z - largest) for z in row]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def times(target, value):
    return target * value if target else 0.0  # 0 log 0 = 0


def activate(name, row):
    """The activations of one sample in one layer, from its pre-activations."""
    if name == "softmax":
        return softmax(row)
    function = {"sigmoid": sigmoid, "tanh": math.tanh, "relu": relu, "linear": float}[name]
    return [function(z) for z in row]


def backward(name, row, gradient):
    """The gradient of one sample's pre-activations, from its activations and their gradient."""
    if name == "softmax":
        mean = dot(row, gradient)
        return [a * (g - mean) for a, g in zip(row, gradient)]
    derivative = {
        "sigmoid": lambda a: a * (1 - a),
        "tanh": lambda a: 1 - a * a,
        "relu": lambda a: 1.0 if a > 0 else 0.0,
        "linear": lambda a: 1.0,
    }[name]
    return [g * derivative(a) for a, g in zip(row, gradient)]


def sample_loss(name, z, a, y):
    """The loss of one sample, from the output's pre-activations z, its activations a and the target y."""
    if name in ("half_squared_error", "squared_error"):
        total = sum((value - target) * (value - target) for value, target in zip(a, y))
        return total / 2 if name == "half_squared_error" else total
    if name == "cross_entropy":
        largest = max(z)
        logarithm = math.log(sum(math.exp(value - largest) for value in z))
        return sum(target * (logarithm - (value - largest)) for value, target in zip(z, y) if target)
    return sum(times(target, softplus(-value)) + times(1 - target, softplus(value)) for value, target in zip(z, y))


def output_delta(loss, activation, a, y):
    """The gradient of one sample's loss with respect to the output's pre-activations."""
    if loss == "cross_entropy":
        return [value * sum(y) - target for value, target in zip(a, y)]
    if loss == "binary_cross_entropy":
        return [value - target for value, target in zip(a, y)]
    factor = 1 if loss == "half_squared_error" else 2
    return backward(activation, a, [factor * (value - target) for value, target in zip(a, y)])


def forward(network, inputs):
    """Pre-activations and activations of every layer: matrices with a row for each sample."""
    zs, activations, previous = [], [], inputs
    for layer in network["layers"]:
        columns = list(zip(*layer["weights"]))
        z = [[dot(row, column) + bias for column, bias in zip(columns, layer["biases"])] for row in previous]
        previous = [activate(layer["activation"], row) for row in z]
        zs.append(z)
        activations.append(previous)
    return zs, activations


def divisor(network, targets):
    m, n = len(targets), len(targets[0])
    return {"sum": 1, "mean_samples": m, "mean_elements": m * n}[network["reduction"]]


def loss_of(network, zs, activations, targets):
    rows = zip(zs[-1], activations[-1], targets)
    return sum(sample_loss(network["loss"], z, a, y) for z, a, y in rows) / divisor(network, targets)


def gradients_of(network, activations, inputs, targets):
    layers, scale = network["layers"], divisor(network, targets)
    output = layers[-1]["activation"]
    deltas = [
        [delta / scale for delta in output_delta(network["loss"], output, a, y)] for a, y in zip(activations[-1], targets)
    ]
    gradients = []
    for k in reversed(range(len(layers))):
        below = activations[k - 1] if k else inputs
        weights = [[dot(unit, delta) for delta in zip(*deltas)] for unit in zip(*below)]
        gradients.insert(0, {"weights": weights, "biases": [sum(column) for column in zip(*deltas)]})
        if k:
            errors = [[dot(row, delta) for row in layers[k]["weights"]] for delta in deltas]
            deltas = [backward(layers[k - 1]["activation"], a, error) for a, error in zip(below, errors)]
    return gradients


def train(network, inputs, targets, learning_rate, epochs):
    losses = []
    for _ in range(epochs):
        zs, activations = forward(network, inputs)
        losses.append(loss_of(network, zs, activations, targets))
        gradients = gradients_of(network, activations, inputs, targets)
        for layer, gradient in zip(network["layers"], gradients):
            rows = zip(layer["weights"], gradient["weights"])
            layer["weights"] = [[w - learning_rate * g for w, g in zip(*pair)] for pair in rows]
            layer["biases"] = [b - learning_rate * g for b, g in zip(layer["biases"], gradient["biases"])]
    layers = [{"weights": layer["weights"], "biases": layer["biases"]} for layer in network["layers"]]
    return {"layers": layers, "losses": losses}


# ------------------------------------------------------------------ the harness

OPERATIONS = ("forward", "loss", "gradients", "train")


def refuse_wrong_shapes(network, inputs, targets):
    widths = {len(row) for row in inputs}
    for k, layer in enumerate(network["layers"], start=1):
        if widths != {len(layer["weights"])}:
            raise ValueError(f"layer {k}: {len(layer['weights'])} rows of weights for widths {widths}")
        widths = {len(layer["biases"])}
        if widths != {len(row) for row in layer["weights"]}:
            raise ValueError(f"layer {k}: rows of weights and biases differ in length")
    if targets is not None and (len(targets) != len(inputs) or {len(row) for row in targets} != widths):
        raise ValueError("targets are not of the shape of the outputs")


def run(operation, network, inputs, targets=None, learning_rate=None, epochs=None):
    refuse_wrong_shapes(network, inputs, targets)
    if operation == "train":
        return train(network, inputs, targets, learning_rate, epochs)
    zs, activations = forward(network, inputs)
    if operation == "forward":
        return {"activations": activations}
    if operation == "loss":
        return {"loss": loss_of(network, zs, activations, targets)}
    return {"gradients": gradients_of(network, activations, inputs, targets)}


def unsupported(operation, network):
    """Why a request cannot be answered, or None."""
    if operation not in OPERATIONS:
        return f"operation {operation}"
    *hidden, output = [layer["activation"] for layer in network["layers"]]
    for name, found, claimed in [
        *(("hidden activation", activation, CLAIMS["activations"]) for activation in hidden),
        ("output activation", output, CLAIMS["output_activations"]),
        ("loss", network["loss"], CLAIMS["losses"]),
        ("reduction", network["reduction"], CLAIMS["reductions"]),
    ]:
        if found not in claimed:
            return f"{name} {found}"
    required = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(network["loss"], output)
    return None if output == required else f"{network['loss']} without {required}"


def answer(request):
    if request["cmd"] == "start":
        return {"protocol": 1, "claims": CLAIMS, "operations": OPERATIONS}
    seq, names = request["seq"], ("operation", "network", "inputs", "targets", "learning_rate", "epochs")
    try:
        why = unsupported(request["operation"], request["network"])
        if why:
            return {"seq": seq, "unsupported": why}
        return {"seq": seq, "result": run(**{name: request[name] for name in names if name in request})}
    except Exception as error:
        return {"seq": seq, "error": repr(error)}


def read(value):
    """Turns the strings that stand for NaN and the infinities back, everywhere in a message."""
    if isinstance(value, list):
        return [read(item) for item in value]
    if isinstance(value, dict):
        return {name: read(item) for name, item in value.items()}
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def write(value):
    """JSON has no NaN and no infinities: they travel as strings."""
    if isinstance(value, (list, tuple)):
        return [write(item) for item in value]
    if isinstance(value, dict):
        return {name: write(item) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


for line in sys.stdin:
    message = read(json.loads(line))
    if message["cmd"] == "stop":
        break
    print(json.dumps(write(answer(message))), flush=True)
