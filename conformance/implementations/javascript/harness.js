// A multi-layer perceptron in JavaScript and its harness: lines of JSON on standard input and output.
// No dependencies; written from spec/protocol.md alone.
// Run it with: mlp-conformance run --command "node harness.js"
"use strict";

const CLAIMS = {
  name: "javascript-mlp",
  version: "1.0",
  language: "javascript",
  dtype: "float64",
  activations: ["sigmoid", "tanh", "relu", "linear"],
  output_activations: ["sigmoid", "tanh", "relu", "linear", "softmax"],
  losses: ["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"],
  reductions: ["sum", "mean_samples", "mean_elements"],
};

// ------------------------------------------------------------------ the mathematics: replace it by your own

const ACTIVATIONS = {
  sigmoid: (row) => row.map((z) => 1 / (1 + Math.exp(-z))),
  tanh: (row) => row.map(Math.tanh),
  relu: (row) => row.map((z) => (z <= 0 ? 0 : z)), // NaN stays NaN
  linear: (row) => row,
  softmax: (row) => {
    const largest = Math.max(...row);
    const exponentials = row.map((z) => Math.exp(z - largest));
    const total = sum(exponentials);
    return exponentials.map((e) => e / total);
  },
};

// The gradient with respect to a row of pre-activations, from that with respect to the row of activations.
const BACKWARD = {
  sigmoid: (row, gradient) => row.map((a, j) => gradient[j] * a * (1 - a)),
  tanh: (row, gradient) => row.map((a, j) => gradient[j] * (1 - a * a)),
  relu: (row, gradient) => row.map((a, j) => gradient[j] * (a > 0 ? 1 : 0)),
  linear: (row, gradient) => gradient,
  softmax: (row, gradient) => {
    const mean = sum(row.map((a, j) => a * gradient[j]));
    return row.map((a, j) => a * (gradient[j] - mean));
  },
};

// The loss of one sample, from the output's pre-activations z, its activations a and the target y.
const LOSSES = {
  half_squared_error: (z, a, y) => 0.5 * sum(a.map((value, j) => (value - y[j]) ** 2)),
  squared_error: (z, a, y) => sum(a.map((value, j) => (value - y[j]) ** 2)),
  cross_entropy: (z, a, y) => {
    const largest = Math.max(...z);
    const logarithm = Math.log(sum(z.map((value) => Math.exp(value - largest))));
    return sum(z.map((value, j) => times(y[j], logarithm - (value - largest))));
  },
  binary_cross_entropy: (z, a, y) =>
    sum(z.map((value, j) => times(y[j], softplus(-value)) + times(1 - y[j], softplus(value)))),
};

// The gradient of one sample's loss with respect to the output's pre-activations.
function outputDelta(network, a, y) {
  const activation = network.layers[network.layers.length - 1].activation;
  switch (network.loss) {
    case "half_squared_error":
      return BACKWARD[activation](a, a.map((value, j) => value - y[j]));
    case "squared_error":
      return BACKWARD[activation](a, a.map((value, j) => 2 * (value - y[j])));
    case "cross_entropy": {
      const total = sum(y);
      return a.map((value, j) => value * total - y[j]);
    }
    case "binary_cross_entropy":
      return a.map((value, j) => value - y[j]);
  }
}

// Pre-activations and activations of every layer: matrices with a row for each sample.
function forward(network, inputs) {
  const zs = [];
  const as = [];
  let previous = inputs;
  for (const { weights, biases, activation } of network.layers) {
    const z = previous.map((row) => biases.map((bias, j) => sum(row.map((x, i) => x * weights[i][j])) + bias));
    previous = z.map(ACTIVATIONS[activation]);
    zs.push(z);
    as.push(previous);
  }
  return { zs, as };
}

function divisor(network, targets) {
  return { sum: 1, mean_samples: targets.length, mean_elements: targets.length * targets[0].length }[network.reduction];
}

function lossOf(network, { zs, as }, targets) {
  const [z, a] = [zs[zs.length - 1], as[as.length - 1]];
  return sum(targets.map((y, s) => LOSSES[network.loss](z[s], a[s], y))) / divisor(network, targets);
}

function gradientsOf(network, { as }, inputs, targets) {
  const last = network.layers.length - 1;
  const scale = divisor(network, targets);
  let deltas = targets.map((y, s) => outputDelta(network, as[last][s], y).map((delta) => delta / scale));
  const gradients = [];
  for (let k = last; k >= 0; k--) {
    const below = k > 0 ? as[k - 1] : inputs;
    const { weights, biases } = network.layers[k];
    gradients[k] = {
      weights: weights.map((_, i) => biases.map((_, j) => sum(deltas.map((delta, s) => below[s][i] * delta[j])))),
      biases: biases.map((_, j) => sum(deltas.map((delta) => delta[j]))),
    };
    if (k > 0) {
      const back = BACKWARD[network.layers[k - 1].activation];
      deltas = deltas.map((delta, s) => back(below[s], weights.map((row) => sum(row.map((w, j) => w * delta[j])))));
    }
  }
  return gradients;
}

function train(network, inputs, targets, rate, epochs) {
  const losses = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pass = forward(network, inputs);
    losses.push(lossOf(network, pass, targets));
    gradientsOf(network, pass, inputs, targets).forEach((gradient, k) => {
      const layer = network.layers[k];
      layer.weights = layer.weights.map((row, i) => row.map((w, j) => w - rate * gradient.weights[i][j]));
      layer.biases = layer.biases.map((b, j) => b - rate * gradient.biases[j]);
    });
  }
  return { layers: network.layers.map(({ weights, biases }) => ({ weights, biases })), losses };
}

const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
const times = (y, value) => (y === 0 ? 0 : y * value); // 0 log 0 = 0
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// ------------------------------------------------------------------ the harness

const OPERATIONS = {
  forward: ({ network, inputs }) => ({ activations: forward(network, inputs).as }),
  loss: ({ network, inputs, targets }) => ({ loss: lossOf(network, forward(network, inputs), targets) }),
  gradients: ({ network, inputs, targets }) => ({
    gradients: gradientsOf(network, forward(network, inputs), inputs, targets),
  }),
  train: ({ network, inputs, targets, learning_rate: rate, epochs }) => train(network, inputs, targets, rate, epochs),
};

function unsupported({ operation, network }) {
  if (!(operation in OPERATIONS)) return `operation ${operation}`;
  const last = network.layers.length - 1;
  for (const [k, { activation }] of network.layers.entries()) {
    const claimed = k < last ? CLAIMS.activations : CLAIMS.output_activations;
    if (!claimed.includes(activation)) return `activation ${activation} in layer ${k + 1}`;
  }
  if (!CLAIMS.losses.includes(network.loss)) return `loss ${network.loss}`;
  if (!CLAIMS.reductions.includes(network.reduction)) return `reduction ${network.reduction}`;
  const required = { cross_entropy: "softmax", binary_cross_entropy: "sigmoid" }[network.loss];
  if (required && network.layers[last].activation !== required) return `${network.loss} without ${required}`;
  return null;
}

function refuseWrongShapes({ network, inputs, targets }) {
  const wide = (rows, width) => rows.every((row) => row.length === width);
  let rows = inputs;
  for (const [k, { weights, biases }] of network.layers.entries()) {
    if (!wide(rows, weights.length) || !wide(weights, biases.length)) throw new Error(`wrong shapes in layer ${k + 1}`);
    rows = [biases];
  }
  if (targets && (targets.length !== inputs.length || !wide(targets, rows[0].length))) {
    throw new Error("targets are not of the shape of the outputs");
  }
}

function answer(request) {
  if (request.cmd === "start") return { protocol: 1, claims: CLAIMS, operations: Object.keys(OPERATIONS) };
  const { seq } = request;
  try {
    const why = unsupported(request);
    if (why) return { seq, unsupported: why };
    refuseWrongShapes(request);
    return { seq, result: OPERATIONS[request.operation](request) };
  } catch (error) {
    return { seq, error: String(error.stack) };
  }
}

// JSON has no NaN and no infinities: they travel as strings, which Number() turns back.
const write = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const read = (_, value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);

const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const request = JSON.parse(line, read);
  if (request.cmd === "stop") process.exit(0);
  process.stdout.write(JSON.stringify(answer(request), write) + "\n");
});
