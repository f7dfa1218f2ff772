// TensorFlow.js on its plain JavaScript backend: a sequential model, tf.losses, variableGrads and train.sgd.
// npm install @tensorflow/tfjs@4.22.0 --ignore-scripts
// mlp-conformance run --command "node harness.js"
"use strict";

const { converse, folderOf, versionOf } = require("../javascript/conversation.js");
const tf = require(folderOf("@tensorflow/tfjs"));

const CLAIMS = {
  name: "TensorFlow.js",
  version: versionOf("@tensorflow/tfjs"),
  dtype: "float32",
  activations: ["sigmoid", "tanh", "relu", "linear"],
  output_activations: ["sigmoid", "tanh", "relu", "linear", "softmax"],
  losses: ["squared_error", "cross_entropy"],
  reductions: ["mean_elements", "mean_samples"],
  notes: "meanSquaredError is the mean over all elements, softmaxCrossEntropy (of the logits) that over samples",
};
const REDUCTION = { squared_error: "mean_elements", cross_entropy: "mean_samples" };

function build({ network }) {
  const model = tf.sequential();
  network.layers.forEach(({ weights, biases, activation }, k) => {
    const logits = network.loss === "cross_entropy" && k === network.layers.length - 1;
    const inputShape = k === 0 ? { inputShape: [weights.length] } : {};
    model.add(tf.layers.dense({ units: biases.length, activation: logits ? "linear" : activation, ...inputShape }));
    model.layers[k].setWeights([tf.tensor2d(weights), tf.tensor1d(biases)]);
  });
  return model;
}

function lossOf(model, { network, inputs, targets }) {
  if (network.loss === "cross_entropy") return tf.losses.softmaxCrossEntropy(tf.tensor2d(targets), model.apply(tf.tensor2d(inputs)));
  return tf.losses.meanSquaredError(tf.tensor2d(targets), model.apply(tf.tensor2d(inputs)));
}

const { Unsupported } = require("../javascript/conversation.js");
const supported = (operation) => (request) => {
  const { loss, reduction } = request.network;
  if (request.operation !== "forward" && reduction !== REDUCTION[loss]) throw new Unsupported(`${loss} is reduced by ${REDUCTION[loss]}`);
  tf.engine().startScope();
  try {
    return operation(request);
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
};
const pairs = (arrays) => arrays.flatMap((_, k) => (k % 2 ? [] : [{ weights: arrays[k], biases: arrays[k + 1] }]));

converse(CLAIMS, {
  forward: supported((request) => {
    const output = build(request).apply(tf.tensor2d(request.inputs));
    return { output: (request.network.loss === "cross_entropy" ? tf.softmax(output) : output).arraySync() };
  }),
  loss: supported((request) => ({ loss: lossOf(build(request), request).arraySync() })),
  gradients: supported((request) => {
    const model = build(request);
    const { grads } = tf.variableGrads(() => lossOf(model, request));
    return { gradients: pairs(model.trainableWeights.map(({ val }) => grads[val.name].arraySync())) };
  }),
  train: supported((request) => {
    const model = build(request);
    const sgd = tf.train.sgd(request.learning_rate);
    const losses = [];
    for (let epoch = 0; epoch < request.epochs; epoch++) {
      losses.push(sgd.minimize(() => lossOf(model, request), true).arraySync());
    }
    return { layers: pairs(model.getWeights().map((w) => w.arraySync())), losses };
  }),
});
