// A multi-layer perceptron that answers the process protocol, written from spec/protocol.md alone: no other source was read.
import { createInterface } from "node:readline";

const ACTIVATIONS = {
  sigmoid: (z) => z.map((x) => 1 / (1 + Math.exp(-x))),
  tanh: (z) => z.map(Math.tanh),
  relu: (z) => z.map((x) => Math.max(x, 0)),
  linear: (z) => z.slice(),
  softmax: (z) => {
    const max = Math.max(...z);
    const e = z.map((x) => Math.exp(x - max));
    const sum = e.reduce((s, x) => s + x, 0);
    return e.map((x) => x / sum);
  },
};

// The derivatives of the loss by z, from its derivatives g by a.
const BACK = {
  sigmoid: (g, a) => g.map((x, j) => x * a[j] * (1 - a[j])),
  tanh: (g, a) => g.map((x, j) => x * (1 - a[j] * a[j])),
  relu: (g, a, z) => g.map((x, j) => (z[j] > 0 ? x : 0)),
  linear: (g) => g,
  softmax: (g, a) => {
    const dot = g.reduce((s, x, k) => s + a[k] * x, 0);
    return g.map((x, j) => a[j] * (x - dot));
  },
};

const sum = (terms) => terms.reduce((s, x) => s + x, 0);

const LOSSES = {
  half_squared_error: (a, y) => sum(a.map((x, j) => (x - y[j]) ** 2)) / 2,
  squared_error: (a, y) => sum(a.map((x, j) => (x - y[j]) ** 2)),
  cross_entropy: (a, y, z) => {
    const max = Math.max(...z);
    const log = Math.log(sum(z.map((x) => Math.exp(x - max))));
    return sum(z.map((x, j) => y[j] * (log - (x - max))));
  },
  binary_cross_entropy: (a, y, z) => {
    const minusLog = (x) => Math.max(-x, 0) + Math.log(1 + Math.exp(-Math.abs(x)));
    return sum(z.map((x, j) => y[j] * minusLog(x) + (1 - y[j]) * minusLog(-x)));
  },
};

const outputDelta = (network, a, y, z) => {
  const activation = network.layers.at(-1).activation;
  const difference = a.map((x, j) => x - y[j]);
  switch (network.loss) {
    case "half_squared_error":
      return BACK[activation](difference, a, z);
    case "squared_error":
      return BACK[activation](difference.map((x) => 2 * x), a, z);
    case "cross_entropy": {
      const total = sum(y);
      return a.map((x, j) => x * total - y[j]);
    }
    case "binary_cross_entropy":
      return difference;
  }
};

const divisor = (network, inputs, targets) =>
  ({ sum: 1, mean_samples: inputs.length, mean_elements: inputs.length * targets[0].length })[network.reduction];

// For each sample: [{z, a}, ...], layer by layer.
const forward = (network, inputs) =>
  inputs.map((x) => {
    let below = x;
    return network.layers.map(({ weights, biases, activation }) => {
      const z = biases.map((b, j) => sum(below.map((value, i) => value * weights[i][j])) + b);
      below = ACTIVATIONS[activation](z);
      return { z, a: below };
    });
  });

const loss = (network, inputs, targets) => {
  const runs = forward(network, inputs);
  const each = runs.map((layers, m) => LOSSES[network.loss](layers.at(-1).a, targets[m], layers.at(-1).z));
  return sum(each) / divisor(network, inputs, targets);
};

const gradients = (network, inputs, targets) => {
  const d = divisor(network, inputs, targets);
  const result = network.layers.map(({ weights, biases }) => ({
    weights: weights.map((row) => row.map(() => 0)),
    biases: biases.map(() => 0),
  }));
  forward(network, inputs).forEach((layers, m) => {
    let delta = outputDelta(network, layers.at(-1).a, targets[m], layers.at(-1).z);
    for (let l = layers.length - 1; l >= 0; l--) {
      const below = l > 0 ? layers[l - 1].a : inputs[m];
      below.forEach((x, i) => delta.forEach((e, j) => (result[l].weights[i][j] += x * e)));
      delta.forEach((e, j) => (result[l].biases[j] += e));
      if (l > 0) {
        const { z, a } = layers[l - 1];
        const g = network.layers[l].weights.map((row) => sum(row.map((w, j) => w * delta[j])));
        delta = BACK[network.layers[l - 1].activation](g, a, z);
      }
    }
  });
  return result.map(({ weights, biases }) => ({
    weights: weights.map((row) => row.map((x) => x / d)),
    biases: biases.map((x) => x / d),
  }));
};

const OPERATIONS = {
  forward: ({ network, inputs }) => {
    const runs = forward(network, inputs);
    return { activations: network.layers.map((_, l) => runs.map((layers) => layers[l].a)) };
  },
  loss: ({ network, inputs, targets }) => ({ loss: loss(network, inputs, targets) }),
  gradients: ({ network, inputs, targets }) => ({ gradients: gradients(network, inputs, targets) }),
  train: ({ network, inputs, targets, learning_rate, epochs }) => {
    const losses = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      losses.push(loss(network, inputs, targets));
      const by = gradients(network, inputs, targets);
      network.layers.forEach((layer, l) => {
        layer.weights = layer.weights.map((row, i) => row.map((w, j) => w - learning_rate * by[l].weights[i][j]));
        layer.biases = layer.biases.map((b, j) => b - learning_rate * by[l].biases[j]);
      });
    }
    return { layers: network.layers.map(({ weights, biases }) => ({ weights, biases })), losses };
  },
};

const WORDS = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
const read = (line) => JSON.parse(line, (_, value) => (Object.hasOwn(WORDS, value) ? WORDS[value] : value));
const write = (answer) =>
  JSON.stringify(answer, (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));

const start = {
  protocol: 1,
  claims: {
    name: "mlp.mjs",
    language: "javascript",
    activations: ["sigmoid", "tanh", "relu", "linear"],
    output_activations: ["sigmoid", "tanh", "relu", "linear", "softmax"],
    losses: Object.keys(LOSSES),
    reductions: ["sum", "mean_samples", "mean_elements"],
  },
  operations: Object.keys(OPERATIONS),
};

const answer = (request) => {
  const { seq, operation, network } = request;
  if (!Object.hasOwn(OPERATIONS, operation)) return { seq, unsupported: `operation ${operation}` };
  const names = network.layers.map((layer) => layer.activation);
  const unknown = names.find((name, l) => !Object.hasOwn(BACK, name) || (name === "softmax" && l < names.length - 1));
  if (unknown) return { seq, unsupported: `activation ${unknown} here` };
  if (!start.claims.losses.includes(network.loss)) return { seq, unsupported: `loss ${network.loss}` };
  if (!start.claims.reductions.includes(network.reduction)) return { seq, unsupported: `reduction ${network.reduction}` };
  try {
    return { seq, result: OPERATIONS[operation](request) };
  } catch (problem) {
    return { seq, error: String(problem) };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = read(line);
  if (request.cmd === "stop") break;
  process.stdout.write(write(request.cmd === "start" ? start : answer(request)) + "\n");
}
