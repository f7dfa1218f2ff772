// ml-fnn: FeedForwardNeuralNetworks, a classifier with softmax outputs.
// npm install ml-fnn@5.0.0
// mlp-conformance run --command "node harness.js"         networks made by the constructor, as its documentation does
// mlp-conformance run --command "node harness.js loaded"  networks made by load(), which takes the activation that it is given
"use strict";

const { classOf, converse, folderOf, sizesOf, versionOf, Unsupported } = require("../javascript/conversation.js");
const FNN = require(folderOf("ml-fnn"));
const { Matrix } = require(require.resolve("ml-matrix", { paths: [folderOf("ml-fnn")] }));

const LOADED = process.argv[2] === "loaded";
const NAMES = { sigmoid: "logistic", tanh: "tanh", relu: "relu", linear: "identity" };
const CLAIMS = {
  name: LOADED ? "ml-fnn, loaded" : "ml-fnn",
  version: versionOf("ml-fnn"),
  activations: Object.keys(NAMES),
  output_activations: [],
  same_activation: "hidden",
  losses: ["cross_entropy"],
  min_hidden_layers: 1,
  one_hot: true,
  relu_at_zero: 1,
  notes:
    "a regularization of 0 is taken for the default 0.01, so 1e-300 is given; " +
    "steps follow the cross-entropy, summed; no loss is reported",
};
const NO_REGULARIZATION = 1e-300;

function build({ network }, rate = 1) {
  const hidden = new Set(network.layers.slice(0, -1).map(({ activation }) => activation));
  const sizes = sizesOf(network);
  const activation = NAMES[[...hidden][0]];
  const options = { hiddenLayers: sizes.slice(1, -1), activation, learningRate: rate, regularization: NO_REGULARIZATION };
  let net;
  if (LOADED) {
    const layers = network.layers.map(({ weights, biases }) => ({
      model: "Layer", activation, regularization: NO_REGULARIZATION, epsilon: rate, W: weights, b: [biases],
    }));
    net = FNN.load({ model: "FNN", ...options, layers });
  } else {
    net = new FNN(options);
    net.buildNetwork(sizes[0], sizes[sizes.length - 1]);
    network.layers.forEach(({ weights, biases }, k) => {
      net.model[k].W = new Matrix(weights);
      net.model[k].b = new Matrix([biases]);
    });
  }
  const classes = Object.fromEntries(network.layers[network.layers.length - 1].biases.map((_, c) => [c, c]));
  net.dicts = { inputs: classes, outputs: classes };
  return net;
}

converse(CLAIMS, {
  forward(request) {
    return { output: build(request).propagate(new Matrix(request.inputs)).to2DArray() };
  },
  train(request) {
    const net = build(request, request.learning_rate);
    const [features, labels] = [new Matrix(request.inputs), request.targets.map(classOf)];
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      net.backpropagation(features, labels, net.propagate(features)); // what train() does with classes numbered as they are
    }
    return { layers: net.model.map(({ W, b }) => ({ weights: W.to2DArray(), biases: b.to2DArray()[0] })) };
  },
});
