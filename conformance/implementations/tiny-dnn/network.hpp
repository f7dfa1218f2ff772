// tiny-dnn: sequential networks of fully connected layers, predict, and fit with its gradient_descent.
// Debian: apt-get install g++ tiny-dnn libcereal-dev libgemmlowp-dev libstb-dev; sh build.sh
// mlp-conformance run --command ./mse, or ./cross-entropy: its cross_entropy behind sigmoid outputs and its
// cross_entropy_multiclass behind softmax
#ifndef NETWORK_HPP
#define NETWORK_HPP
#include <tiny_dnn/tiny_dnn.h>

#include <map>
#include <string>
#include <vector>

using Real = tiny_dnn::float_t;
const char *const dtype = sizeof(Real) == 4 ? "float32" : "float64";
using Vector = std::vector<Real>;
using Matrix = std::vector<Vector>;
using Names = std::vector<std::string>;
struct Layer { Matrix weights; Vector biases; std::string activation; };
struct Network { std::vector<Layer> layers; std::string loss, reduction; };

const std::string version = "1.0.0a3";
#ifdef CROSS_ENTROPY
const std::string name = "tiny-dnn cross-entropy";
const Names losses = {"cross_entropy", "binary_cross_entropy"}, outputs = {"sigmoid", "softmax"}, reductions = {"mean_samples"};
#else
const std::string name = "tiny-dnn mse";
const Names losses = {"squared_error"}, outputs = {"sigmoid", "tanh", "relu", "linear", "softmax"}, reductions = {"mean_elements"};
#endif
const Names operations = {"forward", "train"};
const std::map<std::string, Names> claims = {{"activations", {"sigmoid", "tanh", "relu", "linear"}},
                                             {"output_activations", outputs},
                                             {"losses", losses},
                                             {"reductions", reductions}};
const std::map<std::string, std::string> more_claims = {
    {"notes", "\"gradient_descent without decay, a batch of all samples; get_loss is a sum over samples and is not judged\""}};

template <class Activation> void add(tiny_dnn::network<tiny_dnn::sequential> &net, const Layer &layer) {
    net << tiny_dnn::layers::fc<Activation>(layer.weights.size(), layer.biases.size());
}
tiny_dnn::network<tiny_dnn::sequential> built(const Network &given) {
    tiny_dnn::network<tiny_dnn::sequential> net;
    for (const Layer &layer : given.layers) {
        if (layer.activation == "sigmoid") add<tiny_dnn::activation::sigmoid>(net, layer);
        if (layer.activation == "tanh") add<tiny_dnn::activation::tan_h>(net, layer);
        if (layer.activation == "relu") add<tiny_dnn::activation::relu>(net, layer);
        if (layer.activation == "linear") add<tiny_dnn::activation::identity>(net, layer);
        if (layer.activation == "softmax") add<tiny_dnn::activation::softmax>(net, layer);
    }
    net.init_weight();
    for (size_t k = 0; k < given.layers.size(); k++) {
        const Layer &layer = given.layers[k];
        tiny_dnn::vec_t &weights = *net[k]->weights()[0], &biases = *net[k]->weights()[1];
        for (size_t i = 0; i < layer.weights.size(); i++)
            for (size_t j = 0; j < layer.biases.size(); j++) weights[i * layer.biases.size() + j] = layer.weights[i][j];
        std::copy(layer.biases.begin(), layer.biases.end(), biases.begin());
    }
    return net;
}
std::vector<tiny_dnn::vec_t> rows_of(const Matrix &rows) {
    std::vector<tiny_dnn::vec_t> found;
    for (const Vector &row : rows) found.emplace_back(row.begin(), row.end());
    return found;
}

std::vector<Matrix> forward(const Network &given, const Matrix &x) {
    auto net = built(given);
    std::vector<Matrix> activations(given.layers.size());
    for (const tiny_dnn::vec_t &row : rows_of(x)) {
        net.predict(row);
        for (size_t k = 0; k < given.layers.size(); k++) {
            const tiny_dnn::vec_t a = net[k]->output()[0][0];
            activations[k].emplace_back(a.begin(), a.end());
        }
    }
    return activations;
}
Vector train(Network &given, const Matrix &x, const Matrix &y, Real learning_rate, int epochs) {
    auto net = built(given);
    tiny_dnn::gradient_descent optimizer;
    optimizer.alpha = learning_rate;
    if (given.loss == "cross_entropy") net.fit<tiny_dnn::cross_entropy_multiclass>(optimizer, rows_of(x), rows_of(y), x.size(), epochs);
    else if (given.loss == "binary_cross_entropy") net.fit<tiny_dnn::cross_entropy>(optimizer, rows_of(x), rows_of(y), x.size(), epochs);
    else net.fit<tiny_dnn::mse>(optimizer, rows_of(x), rows_of(y), x.size(), epochs);
    for (size_t k = 0; k < given.layers.size(); k++) {
        Layer &layer = given.layers[k];
        const tiny_dnn::vec_t &weights = *net[k]->weights()[0], &biases = *net[k]->weights()[1];
        for (size_t i = 0; i < layer.weights.size(); i++)
            for (size_t j = 0; j < layer.biases.size(); j++) layer.weights[i][j] = weights[i * layer.biases.size() + j];
        std::copy(biases.begin(), biases.end(), layer.biases.begin());
    }
    return {};
}

// not offered
Real loss(const Network &, const Matrix &, const Matrix &) { return 0; }
std::vector<Layer> gradients(const Network &given, const Matrix &, const Matrix &) { return given.layers; }
#endif
