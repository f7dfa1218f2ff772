// A multi-layer perceptron in JavaScript, judged by an exported module. The argument makes a known mistake.

import { judge, report } from "./mlp_golden.mjs";

const mistake = process.argv[2];

const times = (x, w, b) => x.map((row) => b.map((bias, j) => row.reduce((sum, v, i) => sum + v * w[i][j], bias)));
const transposed = (x) => x[0].map((_, j) => x.map((row) => row[j]));
const zeros = (n) => Array(n).fill(0);

const activations = {
  sigmoid: (z) => z.map((v) => (mistake === "nan" ? NaN : 1 / (1 + Math.exp(-v)))),
  tanh: (z) => z.map(Math.tanh),
  relu: (z) => z.map((v) => Math.max(v, 0)),
  linear: (z) => z,
  softmax: (z) => {
    const e = z.map((v) => Math.exp(v - Math.max(...z)));
    return e.map((v) => v / e.reduce((a, b) => a + b));
  },
};
const derivatives = {
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  relu: (a) => (a > 0 ? 1 : 0),
  linear: () => 1,
};

function run(network, inputs) {
  const zs = [];
  const layers = [inputs];
  for (const { weights, biases, activation } of network.layers) {
    zs.push(times(layers.at(-1), weights, biases));
    layers.push(zs.at(-1).map(activations[activation]));
  }
  return { z: zs.at(-1), layers };
}

const divisor = ({ reduction }, y) => ({ sum: 1, mean_samples: y.length, mean_elements: y.length * y[0].length })[reduction];

function loss(network, inputs, targets) {
  const { z, layers } = run(network, inputs);
  const terms = {
    half_squared_error: (v, a, y) => (a - y) ** 2 / 2,
    squared_error: (v, a, y) => (a - y) ** 2,
    cross_entropy: (v, a, y, row) => y * (Math.log(row.reduce((sum, u) => sum + Math.exp(u - v), 0))),
    binary_cross_entropy: (v, a, y) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - y * v,
  };
  let sum = 0;
  targets.forEach((row, s) => row.forEach((y, j) => (sum += terms[network.loss](z[s][j], layers.at(-1)[s][j], y, z[s]))));
  return sum / divisor(network, targets);
}

function gradients(network, inputs, targets) {
  const { layers } = run(network, inputs);
  const scale = (network.loss === "squared_error" ? 2 : 1) / divisor(network, targets);
  let error = layers.at(-1).map((row, s) => row.map((a, j) => (a - targets[s][j]) * scale));
  const found = [];
  for (let k = network.layers.length - 1; k >= 0; k--) {
    const { weights, activation } = network.layers[k];
    const fused = k === network.layers.length - 1 && network.loss.endsWith("cross_entropy");
    const delta = error.map((row, s) => {
      const a = layers[k + 1][s];
      const mean = row.reduce((sum, d, j) => sum + d * a[j], 0);
      if (fused) return row;
      return row.map((d, j) => (activation === "softmax" ? a[j] * (d - mean) : d * derivatives[activation](a[j])));
    });
    const dw = times(transposed(layers[k]), delta, zeros(delta[0].length));
    const db = delta[0].map((_, j) => (mistake === "bias" ? 0 : delta.reduce((sum, row) => sum + row[j], 0)));
    found.unshift({ weights: dw, biases: db });
    error = times(delta, transposed(weights), zeros(weights.length));
  }
  return found;
}

function train(network, inputs, targets, rate, epochs) {
  const losses = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (mistake !== "late" || epoch > 0) losses.push(loss(network, inputs, targets));
    gradients(network, inputs, targets).forEach(({ weights, biases }, k) => {
      const layer = network.layers[k];
      layer.weights = layer.weights.map((row, i) => row.map((w, j) => w - rate * weights[i][j]));
      layer.biases = layer.biases.map((b, j) => b - rate * biases[j]);
    });
  }
  if (mistake === "late") losses.push(loss(network, inputs, targets));
  return { layers: network.layers, losses };
}

function forward(network, inputs) {
  const layers = run(network, inputs).layers.slice(1);
  if (mistake === "transposed") return layers.map(transposed).map((layer) => layer.slice(1));
  return mistake === "refuses" ? undefined : mistake === "output" ? layers.at(-1) : layers;
}

const result = judge(mistake === "refuses" ? { forward } : { forward, loss, gradients, train });
console.log(report(result));
process.exit(result.right ? 0 : 1);
