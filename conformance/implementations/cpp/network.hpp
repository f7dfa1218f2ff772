// The network that is judged.
#ifndef NETWORK_HPP
#define NETWORK_HPP
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

// ================================================================== your network goes here
// What it can do, and the four functions: put your own in their place; leave out of `operations` what you have not.
// Inputs and targets have a row for each sample.

#ifdef FLOAT32
using Real = float;
const char *const dtype = "float32";
#else
using Real = double;
const char *const dtype = "float64";
#endif
using Vector = std::vector<Real>;
using Matrix = std::vector<Vector>;
using Names = std::vector<std::string>;
struct Layer { Matrix weights; Vector biases; std::string activation; };  // n_in rows of n_out; n_out
struct Network { std::vector<Layer> layers; std::string loss, reduction; };

const std::string name = "cpp-mlp", version = "1.0";
const Names operations = {"forward", "loss", "gradients", "train"};
const std::map<std::string, Names> claims = {
    {"activations", {"sigmoid", "tanh", "relu", "linear"}},
    {"output_activations", {"sigmoid", "tanh", "relu", "linear", "softmax"}},
    {"losses", {"half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"}},
    {"reductions", {"sum", "mean_samples", "mean_elements"}}};
const std::map<std::string, std::string> more_claims = {};  // as JSON: {"max_batch", "1"}

Real sum(const Vector &v) { return std::accumulate(v.begin(), v.end(), Real(0)); }
Real dot(const Vector &v, const Vector &w) { return std::inner_product(v.begin(), v.end(), w.begin(), Real(0)); }
Real softplus(Real z) { return std::max(z, Real(0)) + std::log1p(std::exp(-std::abs(z))); }
Vector exponentials(Vector z, Real shift) { for (Real &x : z) x = std::exp(x - shift); return z; }

// The activations of one sample in one layer, from its pre-activations.
Vector activate(const std::string &f, Vector z) {
    if (f == "softmax") z = exponentials(z, *std::max_element(z.begin(), z.end()));
    const Real total = f == "softmax" ? sum(z) : 1;
    for (Real &x : z)
        x = f == "sigmoid" ? 1 / (1 + std::exp(-x)) : f == "tanh" ? std::tanh(x) : f == "relu" && x <= 0 ? 0 : x / total;
    return z;  // NaN stays NaN
}
// The gradient of one sample's pre-activations, from its activations and their gradient.
Vector backward(const std::string &f, const Vector &a, Vector d) {
    const Real mean = f == "softmax" ? dot(a, d) : 0;
    for (size_t j = 0; j < d.size(); j++)
        d[j] = f == "sigmoid" ? d[j] * a[j] * (1 - a[j]) : f == "tanh" ? d[j] * (1 - a[j] * a[j])
             : f == "relu" ? d[j] * (a[j] > 0) : f == "softmax" ? a[j] * (d[j] - mean) : d[j];
    return d;
}
Vector affine(const Layer &layer, const Vector &below) {
    Vector z = layer.biases;
    for (size_t i = 0; i < below.size(); i++)
        for (size_t j = 0; j < z.size(); j++) z[j] += below[i] * layer.weights[i][j];
    return z;
}
Real sample_loss(const std::string &loss, const Vector &z, const Vector &a, const Vector &y) {
    const Real shift = *std::max_element(z.begin(), z.end()), log_sum = shift + std::log(sum(exponentials(z, shift)));
    Real total = 0;
    for (size_t j = 0; j < y.size(); j++)
        total += loss == "cross_entropy"          ? y[j] * (log_sum - z[j])
               : loss == "binary_cross_entropy"   ? y[j] * softplus(-z[j]) + (1 - y[j]) * softplus(z[j])
                                                  : (a[j] - y[j]) * (a[j] - y[j]);
    return loss == "half_squared_error" ? total / 2 : total;
}
Real divisor(const Network &net, const Matrix &y) {
    return net.reduction == "sum" ? 1 : net.reduction == "mean_samples" ? y.size() : y.size() * y[0].size();
}

// The activations of every layer.
std::vector<Matrix> forward(const Network &net, const Matrix &x) {
    std::vector<Matrix> activations;
    for (const Layer &layer : net.layers) {
        Matrix rows;
        for (const Vector &below : activations.empty() ? x : activations.back())
            rows.push_back(activate(layer.activation, affine(layer, below)));
        activations.push_back(rows);
    }
    return activations;
}
Real loss(const Network &net, const Matrix &x, const Matrix &y) {
    const std::vector<Matrix> activations = forward(net, x);
    const Matrix &below = net.layers.size() > 1 ? activations[net.layers.size() - 2] : x;
    Real total = 0;
    for (size_t s = 0; s < x.size(); s++)
        total += sample_loss(net.loss, affine(net.layers.back(), below[s]), activations.back()[s], y[s]);
    return total / divisor(net, y);
}
// The derivatives of the loss, in the shape of the layers.
std::vector<Layer> gradients(const Network &net, const Matrix &x, const Matrix &y) {
    const std::vector<Matrix> activations = forward(net, x);
    std::vector<Layer> found = net.layers;
    Matrix deltas = activations.back();
    for (size_t s = 0; s < x.size(); s++) {
        const Real total = net.loss == "cross_entropy" ? sum(y[s]) : 1, factor = net.loss == "squared_error" ? 2 : 1;
        for (size_t j = 0; j < y[s].size(); j++) deltas[s][j] = factor * (deltas[s][j] * total - y[s][j]) / divisor(net, y);
        if (net.loss == "half_squared_error" || net.loss == "squared_error")
            deltas[s] = backward(net.layers.back().activation, activations.back()[s], deltas[s]);
    }
    for (size_t k = net.layers.size(); k-- > 0;) {
        const Matrix &below = k > 0 ? activations[k - 1] : x;
        for (Vector &row : found[k].weights) std::fill(row.begin(), row.end(), Real(0));
        std::fill(found[k].biases.begin(), found[k].biases.end(), Real(0));
        for (size_t s = 0; s < x.size(); s++) {
            Vector errors;
            for (size_t j = 0; j < deltas[s].size(); j++) found[k].biases[j] += deltas[s][j];
            for (size_t i = 0; i < below[s].size(); i++) {
                for (size_t j = 0; j < deltas[s].size(); j++) found[k].weights[i][j] += below[s][i] * deltas[s][j];
                errors.push_back(dot(net.layers[k].weights[i], deltas[s]));
            }
            if (k > 0) deltas[s] = backward(net.layers[k - 1].activation, below[s], errors);
        }
    }
    return found;
}
// The loss before each update; the network becomes what it is after the last.
Vector train(Network &net, const Matrix &x, const Matrix &y, Real learning_rate, int epochs) {
    Vector losses;
    for (int epoch = 0; epoch < epochs; epoch++) {
        losses.push_back(loss(net, x, y));
        const std::vector<Layer> found = gradients(net, x, y);
        for (size_t k = 0; k < found.size(); k++)
            for (size_t j = 0; j < found[k].biases.size(); j++) {
                net.layers[k].biases[j] -= learning_rate * found[k].biases[j];
                for (size_t i = 0; i < found[k].weights.size(); i++)
                    net.layers[k].weights[i][j] -= learning_rate * found[k].weights[i][j];
            }
    }
    return losses;
}
#endif
