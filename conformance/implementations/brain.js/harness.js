// brain.js: NeuralNetwork, trained online by its own trainPattern.
// npm install brain.js@1.6.1 --ignore-scripts
// mlp-conformance run --command "node harness.js ACTIVATION"  sigmoid, tanh, relu, or
//                                                             leaky-relu, the identity where leakyReluAlpha is 1
"use strict";

const { converse, folderOf, sizesOf, transposed, versionOf } = require("../javascript/conversation.js");
const { NeuralNetwork } = require(folderOf("brain.js"));

const ACTIVATION = process.argv[2] || "sigmoid";
const LEAKY = ACTIVATION === "leaky-relu";
const CLAIMS = {
  name: `brain.js ${ACTIVATION}`,
  version: versionOf("brain.js"),
  dtype: "float32",
  activations: [LEAKY ? "linear" : ACTIVATION],
  losses: ["half_squared_error"],
  max_batch: 1,
  notes:
    "momentum 0; steps follow half the squared error, the error it reports is a mean and is " +
    "not judged" + (LEAKY ? "; leaky ReLU with leakyReluAlpha 1, which is the identity" : ""),
};

function build({ network }, rate) {
  const net = new NeuralNetwork({ activation: ACTIVATION, leakyReluAlpha: 1 });
  net.sizes = sizesOf(network);
  net.initialize();
  Object.assign(net.trainOpts, { learningRate: rate, momentum: 0 }); // train() itself refuses a momentum of 0
  network.layers.forEach(({ weights, biases }, k) => {
    transposed(weights).forEach((row, j) => net.weights[k + 1][j].set(row));
    net.biases[k + 1].set(biases);
  });
  return net;
}

converse(CLAIMS, {
  forward(request) {
    const net = build(request);
    const passes = request.inputs.map((input) => {
      net.run(input);
      return net.outputs.slice(1).map((layer) => Array.from(layer));
    });
    return { activations: request.network.layers.map((_, k) => passes.map((pass) => pass[k])) };
  },
  train(request) {
    const net = build(request, request.learning_rate);
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      net.trainPattern({ input: request.inputs[0], output: request.targets[0] });
    }
    return {
      layers: request.network.layers.map((_, k) => ({
        weights: transposed(net.weights[k + 1]),
        biases: Array.from(net.biases[k + 1]),
      })),
    };
  },
});
