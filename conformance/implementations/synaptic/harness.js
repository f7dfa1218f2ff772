// synaptic: a Network of Layers, trained online by its own activate and propagate.
// npm install synaptic@1.1.4
// mlp-conformance run --command "node harness.js"
// mlp-conformance run --command "node harness.js cross-entropy"  sigmoid outputs read as trained on the binary cross-entropy
"use strict";

const { converse, folderOf, versionOf } = require("../javascript/conversation.js");
const { Layer, Network, Neuron } = require(folderOf("synaptic"));

const CROSS_ENTROPY = process.argv[2] === "cross-entropy";
const SQUASH = { sigmoid: "LOGISTIC", tanh: "TANH", relu: "RELU", linear: "IDENTITY" };
const CLAIMS = {
  name: CROSS_ENTROPY ? "synaptic, read as cross-entropy" : "synaptic",
  version: versionOf("synaptic"),
  activations: Object.keys(SQUASH),
  ...(CROSS_ENTROPY && { output_activations: ["linear"] }),
  losses: CROSS_ENTROPY ? ["half_squared_error", "binary_cross_entropy"] : ["half_squared_error"],
  max_batch: 1,
  notes:
    "online; its Trainer reports the squared error unless told otherwise, which is not judged" +
    (CROSS_ENTROPY ? "; here sigmoid outputs are read as trained on the binary cross-entropy, linear ones on the squared error" : ""),
};

function build({ network }) {
  const input = new Layer(network.layers[0].weights.length);
  const layers = [input];
  for (const { weights, biases, activation } of network.layers) {
    const layer = new Layer(biases.length);
    layer.set({ squash: Neuron.squash[SQUASH[activation]] });
    const below = layers[layers.length - 1];
    below.project(layer, Layer.connectionType.ALL_TO_ALL);
    layer.list.forEach((neuron, j) => {
      neuron.bias = biases[j];
      for (const connection of Object.values(neuron.connections.inputs)) {
        connection.weight = weights[below.list.indexOf(connection.from)][j];
      }
    });
    layers.push(layer);
  }
  const net = new Network({ input, hidden: layers.slice(1, -1), output: layers[layers.length - 1] });
  return { net, layers };
}

converse(CLAIMS, {
  forward(request) {
    const { net } = build(request);
    return { output: request.inputs.map((input) => net.activate(input)) };
  },
  train(request) {
    const { net, layers } = build(request);
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      net.activate(request.inputs[0]);
      net.propagate(request.learning_rate, request.targets[0]);
    }
    net.restore(); // from the generated code that it runs back into neurons and connections
    return {
      layers: layers.slice(1).map((layer, k) => ({
        weights: layers[k].list.map((below) =>
          layer.list.map((neuron) => Object.values(neuron.connections.inputs).find(({ from }) => from === below).weight),
        ),
        biases: layer.list.map((neuron) => neuron.bias),
      })),
    };
  },
});
