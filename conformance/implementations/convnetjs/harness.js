// convnetjs: Net of fully connected layers with regression or softmax, and its Trainer.
// npm install convnetjs@0.3.0
// mlp-conformance run --command "node harness.js"
"use strict";

const { classOf, converse, folderOf, transposed, versionOf } = require("../javascript/conversation.js");
const { Net, Trainer, Vol } = require(folderOf("convnetjs"));

const CLAIMS = {
  name: "convnetjs",
  version: versionOf("convnetjs"),
  activations: ["sigmoid", "tanh", "relu"],
  output_activations: ["linear"],
  losses: ["half_squared_error", "cross_entropy"],
  reductions: ["mean_samples"],
  notes: "linear outputs with the layer regression, softmax with numbers of classes; no momentum, no decay; the loss is averaged here",
};

function build({ network }) {
  const last = network.layers[network.layers.length - 1];
  const layers = [{ type: "input", out_sx: 1, out_sy: 1, out_depth: network.layers[0].weights.length }];
  for (const { biases, activation } of network.layers.slice(0, -1)) {
    layers.push({ type: "fc", num_neurons: biases.length, activation });
  }
  const n = last.biases.length;
  layers.push(last.activation === "softmax" ? { type: "softmax", num_classes: n } : { type: "regression", num_neurons: n });
  const net = new Net();
  net.makeLayers(layers);
  const dense = net.layers.filter((layer) => layer.layer_type === "fc");
  network.layers.forEach(({ weights, biases }, k) => {
    transposed(weights).forEach((row, j) => row.forEach((w, i) => (dense[k].filters[j].w[i] = w)));
    biases.forEach((b, j) => (dense[k].biases.w[j] = b));
  });
  return { net, dense };
}

const volume = (row) => {
  const found = new Vol(1, 1, row.length, 0);
  row.forEach((x, i) => (found.w[i] = x));
  return found;
};
const target = ({ network }, y) => (network.loss === "cross_entropy" ? classOf(y) : y);

converse(CLAIMS, {
  forward(request) {
    const { net } = build(request);
    return { output: request.inputs.map((x) => Array.from(net.forward(volume(x)).w)) };
  },
  loss(request) {
    const { net } = build(request);
    const losses = request.inputs.map((x, s) => {
      net.forward(volume(x));
      return net.backward(target(request, request.targets[s]));
    });
    return { loss: losses.reduce((sum, x) => sum + x, 0) / losses.length };
  },
  train(request) {
    const { net, dense } = build(request);
    const options = { method: "sgd", learning_rate: request.learning_rate, momentum: 0, batch_size: request.inputs.length };
    const trainer = new Trainer(net, { ...options, l1_decay: 0, l2_decay: 0 });
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      request.inputs.forEach((x, s) => trainer.train(volume(x), target(request, request.targets[s])));
    }
    return {
      layers: dense.map(({ filters, biases }) => ({
        weights: transposed(filters.map(({ w }) => Array.from(w))),
        biases: Array.from(biases.w),
      })),
    };
  },
});
