// js-pytorch: Linear layers, ReLU and Softmax, MSELoss and CrossEntropyLoss, gradients by its own backward().
// npm install js-pytorch@0.7.2 --ignore-scripts
// mlp-conformance run --command "node harness.js"
"use strict";

const { classOf, converse, folderOf, versionOf } = require("../javascript/conversation.js");
const { torch } = require(folderOf("js-pytorch"));

const { nn } = torch;
const CLAIMS = {
  name: "js-pytorch",
  version: versionOf("js-pytorch"),
  activations: ["relu", "linear"],
  output_activations: ["relu", "linear"],
  losses: ["squared_error", "cross_entropy"],
  reductions: ["mean_samples"],
  notes: "MSELoss is the squared error summed over outputs and averaged over samples; no SGD is in the package",
};

function layersOf({ network }) {
  return network.layers.map(({ weights, biases }) => {
    const layer = new nn.Linear(weights.length, biases.length);
    layer.W = new torch.Parameter(weights);
    layer.b = new torch.Parameter(biases);
    return layer;
  });
}

// The output, or the logits where the output is softmax: CrossEntropyLoss takes those.
function activate({ network, inputs }, layers) {
  let x = torch.tensor(inputs);
  layers.forEach((layer, k) => {
    x = layer.forward(x);
    if (network.layers[k].activation === "relu") x = new nn.ReLU().forward(x);
  });
  return x;
}

function lossOf(request, layers) {
  const output = activate(request, layers);
  if (request.network.loss === "cross_entropy") {
    return new nn.CrossEntropyLoss().forward(output, torch.tensor(request.targets.map(classOf)));
  }
  return new nn.MSELoss().forward(output, torch.tensor(request.targets));
}

const number = (value) => (Array.isArray(value) ? number(value[0]) : value);

converse(CLAIMS, {
  forward(request) {
    const output = activate(request, layersOf(request));
    const softmax = request.network.layers[request.network.layers.length - 1].activation === "softmax";
    return { output: (softmax ? new nn.Softmax().forward(output) : output).data };
  },
  loss: (request) => ({ loss: number(lossOf(request, layersOf(request)).data) }),
  gradients(request) {
    const layers = layersOf(request);
    lossOf(request, layers).backward();
    return { gradients: layers.map(({ W, b }) => ({ weights: W.grad, biases: b.grad })) };
  },
});
