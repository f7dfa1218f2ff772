// neataptic, and carrot, which grew out of it: Network.fromJSON, activate and train.
// npm install neataptic@1.4.7 --ignore-scripts
// mlp-conformance run --command "node harness.js neataptic"
// npm install @liquid-carrot/carrot@0.3.20 --ignore-scripts
// mlp-conformance run --command "node harness.js @liquid-carrot/carrot"
// A second word, cross-entropy: outputs, and the cost that it reports when told to use CROSS_ENTROPY.
"use strict";

const { Unsupported, converse, folderOf, versionOf } = require("../javascript/conversation.js");

const PACKAGE = process.argv[2] || "neataptic";
const CROSS_ENTROPY = process.argv[3] === "cross-entropy";
const CARROT = PACKAGE !== "neataptic";
// carrot's main file requires a file that was not released with it; its sources are there.
const { Network, methods } = require(folderOf(PACKAGE) + (CARROT ? "/src/index.js" : ""));
const SQUASH = { sigmoid: "LOGISTIC", tanh: "TANH", relu: "RELU", linear: "IDENTITY" };
const CLAIMS = {
  name: CROSS_ENTROPY ? `${PACKAGE} CROSS_ENTROPY` : PACKAGE,
  version: versionOf(PACKAGE),
  activations: Object.keys(SQUASH),
  ...(CROSS_ENTROPY && { output_activations: [] }),
  losses: CROSS_ENTROPY ? ["binary_cross_entropy"] : ["half_squared_error"],
  reductions: CROSS_ENTROPY ? ["mean_elements"] : ["sum"],
  notes: CROSS_ENTROPY
    ? "the reported cost alone; probabilities are raised to 1e-15"
    : "batchSize is the number of samples, whose gradients are summed; the mean squared error that it reports is not judged",
};

// A network of its own JSON form: nodes in order, every node connected to all of the layer before.
function build({ network }) {
  const nIn = network.layers[0].weights.length;
  const nodes = Array.from({ length: nIn }, () => ({ bias: 0, type: "input", squash: "LOGISTIC", mask: 1 }));
  const connections = [];
  let first = 0;
  network.layers.forEach(({ weights, biases, activation }, k) => {
    const type = k < network.layers.length - 1 ? "hidden" : "output";
    const start = nodes.length;
    biases.forEach((bias) => nodes.push({ bias, type, squash: SQUASH[activation], mask: 1 }));
    weights.forEach((row, i) =>
      row.forEach((weight, j) => connections.push({ weight, from: first + i, to: start + j, gater: null })),
    );
    first = start;
  });
  nodes.forEach((node, index) => (node.index = index));
  const output = network.layers[network.layers.length - 1].biases.length;
  const indices = nodes.map((_, index) => index);
  const ends = { input_nodes: indices.slice(0, nIn), output_nodes: indices.slice(nodes.length - output) };
  const json = { nodes, connections, input: nIn, output, input_size: nIn, output_size: output, dropout: 0, ...ends };
  return Network.fromJSON(json);
}

function parameters(net, { network }) {
  const all = [...net.connections].map((c) => ({ weight: c.weight, from: net.nodes.indexOf(c.from), to: net.nodes.indexOf(c.to) }));
  const weightOf = new Map(all.map(({ from, to, weight }) => [`${from} ${to}`, weight]));
  let first = 0;
  let start = network.layers[0].weights.length;
  return network.layers.map(({ weights, biases }) => {
    const layer = {
      weights: weights.map((row, i) => row.map((_, j) => weightOf.get(`${first + i} ${start + j}`))),
      biases: biases.map((_, j) => net.nodes[start + j].bias),
    };
    [first, start] = [start, start + biases.length];
    return layer;
  });
}

const set = (request) => request.inputs.map((input, s) => ({ input, output: request.targets[s] }));
const forward = (request) => {
  const net = build(request);
  return { output: request.inputs.map((input) => net.activate(input, { trace: false })) };
};
const loss = (request) => ({ loss: build(request).test(set(request), methods.cost.CROSS_ENTROPY).error });
const train = (request) => {
  if (request.epochs === 0) throw new Unsupported("0 iterations are no limit: it trains until the error is small");
  const net = build(request);
  const batch = request.inputs.length;
  const options = { rate: request.learning_rate, iterations: request.epochs, momentum: 0, dropout: 0 };
  if (CARROT) options.error = 0; // or it stops once the error is below 0.05
  net.train(set(request), { ...options, batchSize: batch, batch_size: batch });
  return { layers: parameters(net, request) };
};

converse(CLAIMS, CROSS_ENTROPY ? { forward, loss } : { forward, train });
