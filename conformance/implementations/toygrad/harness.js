// toygrad: NeuralNetwork of dense layers, and its SGD.
// npm install toygrad@2.6.0
// mlp-conformance run --command "node harness.js"
"use strict";

const { classOf, converse, folderOf, transposed, versionOf } = require("../javascript/conversation.js");

const NAMES = ["sigmoid", "tanh", "relu", "linear"];
const CLAIMS = {
  name: "toygrad",
  version: versionOf("toygrad"),
  dtype: "float32",
  activations: NAMES,
  losses: ["half_squared_error", "cross_entropy"],
  reductions: ["mean_samples"],
  notes: "regression behind any activation, softmax with numbers of classes; no momentum, no decay; the loss is averaged here",
};
const toygrad = import(`${folderOf("toygrad")}/dist/index.js`);

async function build({ network }) {
  const { NeuralNetwork, Tensor } = await toygrad;
  const layers = [{ type: "input", sx: 1, sy: 1, sz: network.layers[0].weights.length }];
  for (const { biases, activation } of network.layers) {
    layers.push({ type: "dense", filters: biases.length });
    if (activation !== "linear" && activation !== "softmax") layers.push({ type: activation });
  }
  layers.push({ type: network.loss === "cross_entropy" ? "softmax" : "regression" });
  const net = new NeuralNetwork({ layers });
  const dense = net.layers.filter(({ filters }) => filters);
  network.layers.forEach(({ weights, biases }, k) => {
    transposed(weights).forEach((row, j) => dense[k].filters[j].w.set(row));
    dense[k].biases.w.set(biases);
  });
  return { net, dense, tensor: (row) => new Tensor(1, 1, row.length, row) };
}

const target = ({ network }, y) => (network.loss === "cross_entropy" ? classOf(y) : y);

converse(CLAIMS, {
  async forward(request) {
    const { net, tensor } = await build(request);
    return { output: request.inputs.map((x) => Array.from(net.forward(tensor(x), false).w)) };
  },
  async loss(request) {
    const { net, tensor } = await build(request);
    const losses = request.inputs.map((x, s) => net.cost(tensor(x), target(request, request.targets[s])));
    return { loss: losses.reduce((sum, x) => sum + x, 0) / losses.length };
  },
  async train(request) {
    const { net, dense, tensor } = await build(request);
    const { Trainers } = await toygrad;
    const trainer = new Trainers.SGD(net, {
      learningRate: request.learning_rate, momentum: 0, batchSize: request.inputs.length, l1decay: 0, l2decay: 0,
    });
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      request.inputs.forEach((x, s) => trainer.train(tensor(x), target(request, request.targets[s])));
    }
    return {
      layers: dense.map(({ filters, biases }) => ({
        weights: transposed(filters.map(({ w }) => Array.from(w))),
        biases: Array.from(biases.w),
      })),
    };
  },
});
