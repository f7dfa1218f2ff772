// A multi-layer perceptron in JavaScript and its harness: lines of JSON on standard input and output.
// No dependencies. Judge it with: mlp-conformance run --command "node harness.js"
"use strict";

// ================================================================== your network goes here
// What it can do, and the four functions: put your own in their place; leave out of OPERATIONS, below, what you have not.
// network: {layers: [{weights: n_in rows of n_out, biases: n_out, activation}, ...], loss, reduction};
// inputs and targets have a row for each sample.

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

// The activations of every layer: matrices with a row for each sample.
function forward(network, inputs) {
  let below = inputs;
  return network.layers.map((layer) => (below = affine(layer, below).map(ACTIVATIONS[layer.activation])));
}

function loss(network, inputs, targets) {
  const output = network.layers.at(-1);
  const z = affine(output, [inputs, ...forward(network, inputs)].at(-2));
  const terms = z.map((row, s) => LOSSES[network.loss](row, ACTIVATIONS[output.activation](row), targets[s]));
  return sum(terms) / divisor(network, targets);
}

// The derivatives of the loss: weights and biases of each layer.
function gradients(network, inputs, targets) {
  const activations = [inputs, ...forward(network, inputs)];
  const scale = divisor(network, targets);
  let deltas = targets.map((y, s) => outputDelta(network, activations.at(-1)[s], y).map((delta) => delta / scale));
  const found = [];
  for (let k = network.layers.length - 1; k >= 0; k--) {
    const below = activations[k];
    const { weights, biases } = network.layers[k];
    found[k] = {
      weights: weights.map((_, i) => biases.map((_, j) => sum(deltas.map((delta, s) => below[s][i] * delta[j])))),
      biases: biases.map((_, j) => sum(deltas.map((delta) => delta[j]))),
    };
    if (k > 0) {
      const back = BACKWARD[network.layers[k - 1].activation];
      deltas = deltas.map((delta, s) => back(below[s], weights.map((row) => dot(row, delta))));
    }
  }
  return found;
}

// The layers after the last update, and the loss before each; the network of the request is ours to change.
function train(network, inputs, targets, learningRate, epochs) {
  const losses = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    losses.push(loss(network, inputs, targets));
    gradients(network, inputs, targets).forEach((gradient, k) => {
      const layer = network.layers[k];
      layer.weights = layer.weights.map((row, i) => row.map((w, j) => w - learningRate * gradient.weights[i][j]));
      layer.biases = layer.biases.map((b, j) => b - learningRate * gradient.biases[j]);
    });
  }
  return { layers: network.layers.map(({ weights, biases }) => ({ weights, biases })), losses };
}

const ACTIVATIONS = {
  sigmoid: (row) => row.map((z) => 1 / (1 + Math.exp(-z))),
  tanh: (row) => row.map(Math.tanh),
  relu: (row) => row.map((z) => (z <= 0 ? 0 : z)), // NaN stays NaN
  linear: (row) => row,
  softmax: (row) => {
    const exponentials = row.map((z) => Math.exp(z - Math.max(...row)));
    const total = sum(exponentials);
    return exponentials.map((e) => e / total);
  },
};

// The gradient with respect to a row of pre-activations, from that with respect to the row of activations.
const BACKWARD = {
  sigmoid: (row, gradient) => row.map((a, j) => gradient[j] * a * (1 - a)),
  tanh: (row, gradient) => row.map((a, j) => gradient[j] * (1 - a * a)),
  relu: (row, gradient) => row.map((a, j) => (a > 0 ? gradient[j] : 0)),
  linear: (row, gradient) => gradient,
  softmax: (row, gradient) => row.map((a, j) => a * (gradient[j] - dot(row, gradient))),
};

// The loss of one sample, from the output's pre-activations z, its activations a and the target y.
const LOSSES = {
  half_squared_error: (z, a, y) => LOSSES.squared_error(z, a, y) / 2,
  squared_error: (z, a, y) => sum(a.map((value, j) => (value - y[j]) ** 2)),
  cross_entropy: (z, a, y) => {
    const largest = Math.max(...z);
    const logSum = largest + Math.log(sum(z.map((value) => Math.exp(value - largest))));
    return sum(z.map((value, j) => y[j] * (logSum - value)));
  },
  binary_cross_entropy: (z, a, y) => sum(z.map((value, j) => y[j] * softplus(-value) + (1 - y[j]) * softplus(value))),
};

// The gradient of one sample's loss with respect to the output's pre-activations.
function outputDelta(network, a, y) {
  const total = network.loss === "cross_entropy" ? sum(y) : 1;
  const delta = a.map((value, j) => value * total - y[j]);
  if (network.loss.endsWith("cross_entropy")) return delta;
  const factor = network.loss === "squared_error" ? 2 : 1;
  return BACKWARD[network.layers.at(-1).activation](a, delta).map((value) => factor * value);
}

function divisor(network, targets) {
  return { sum: 1, mean_samples: targets.length, mean_elements: targets.length * targets[0].length }[network.reduction];
}

function affine({ weights, biases }, below) {
  return below.map((row) => biases.map((bias, j) => sum(row.map((x, i) => x * weights[i][j])) + bias));
}

const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
const dot = (left, right) => sum(left.map((x, i) => x * right[i]));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// ================================================================== the protocol: nothing below need be changed

const OPERATIONS = {
  forward: ({ network, inputs }) => ({ activations: forward(network, inputs) }),
  loss: ({ network, inputs, targets }) => ({ loss: loss(network, inputs, targets) }),
  gradients: ({ network, inputs, targets }) => ({ gradients: gradients(network, inputs, targets) }),
  train: ({ network, inputs, targets, learning_rate, epochs }) => train(network, inputs, targets, learning_rate, epochs),
};

// What in a request is not claimed, or undefined.
function unsupported({ operation, network }) {
  const output = network.layers.at(-1).activation;
  const required = { cross_entropy: "softmax", binary_cross_entropy: "sigmoid" }[network.loss] ?? output;
  const asked = [
    [operation, Object.keys(OPERATIONS)],
    ...network.layers.slice(0, -1).map(({ activation }) => [activation, CLAIMS.activations]),
    [output, CLAIMS.output_activations],
    [network.loss, CLAIMS.losses],
    [network.reduction, CLAIMS.reductions],
    [output, [required]],
  ];
  return asked.find(([name, claimed]) => !claimed.includes(name))?.[0];
}

function refuseWrongShapes({ network, inputs, targets }) {
  const check = (matrix, m, n) => {
    const right = matrix.length === m && matrix.every((row) => row.length === n);
    if (!right) throw new Error(`expected ${m} rows of ${n} numbers`);
  };
  let width = inputs[0].length;
  check(inputs, inputs.length, width);
  for (const { weights, biases } of network.layers) {
    check(weights, width, biases.length);
    width = biases.length;
  }
  if (targets) check(targets, inputs.length, width);
}

function answer(request) {
  if (request.cmd === "start") return { protocol: 1, claims: CLAIMS, operations: Object.keys(OPERATIONS) };
  const { seq } = request;
  try {
    const name = unsupported(request);
    if (name !== undefined) return { seq, unsupported: `${name} is not claimed here` };
    refuseWrongShapes(request);
    return { seq, result: OPERATIONS[request.operation](request) };
  } catch (error) {
    return { seq, error: String(error.stack) };
  }
}

// JSON has no NaN and no infinities: they travel as strings, which Number() turns back. It writes -0 as 0, which is as good.
const write = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const read = (_, value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);

const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const request = JSON.parse(line, read);
  if (request.cmd === "stop") process.exit(0);
  process.stdout.write(JSON.stringify(answer(request), write) + "\n");
});
