// The harness of the network in network.hpp: lines of JSON on standard input and output. C++17, no dependencies.
//   c++ -std=c++17 -O2 -o harness harness.cpp
//   mlp-conformance run --command ./harness
#include "network.hpp"

#include <cstdlib>
#include <iostream>
#include <limits>
#include <stdexcept>

// A reader of JSON, enough for the protocol. Escapes in strings stay as they are, for no string that matters has any.
struct Json {
    std::string text;                    // of a string
    double number = 0;                   // of a number, or of a string that stands for one
    bool is_number = false;
    std::vector<Json> items;             // of an array
    std::map<std::string, Json> fields;  // of an object

    const Json &operator[](const std::string &name) const {
        const auto found = fields.find(name);
        if (found == fields.end()) throw std::runtime_error("no " + name);
        return found->second;
    }
};

class Reader {
    const char *at;
    char next() { while (*at && std::isspace(static_cast<unsigned char>(*at))) at++; return *at; }
    void expect(char c) { if (next() == c) at++; else throw std::runtime_error("not JSON"); }
    std::string string() {
        expect('"');
        const char *start = at;
        while (*at && *at != '"') at += at[0] == '\\' && at[1] ? 2 : 1;
        std::string found(start, at);
        expect('"');
        return found;
    }

public:
    explicit Reader(const std::string &line) : at(line.c_str()) {}
    Json value(int depth = 0) {
        Json found;
        const char first = next(), close = first == '[' ? ']' : '}';
        if (depth > 100) throw std::runtime_error("nested too deeply");
        if (first == '[' || first == '{') {
            at++;
            for (bool more = false; next() != close; more = true) {
                if (more) expect(',');
                if (first == '[') { found.items.push_back(value(depth + 1)); continue; }
                const std::string name = string();
                expect(':');
                found.fields[name] = value(depth + 1);
            }
            at++;
        } else if (first == '"') {
            found.text = string();
            found.is_number = found.text == "NaN" || found.text == "Infinity" || found.text == "-Infinity";
            if (found.is_number) found.number = std::strtod(found.text.c_str(), nullptr);
        } else if (first == '-' || std::isdigit(static_cast<unsigned char>(first))) {
            char *end;
            found.number = std::strtod(at, &end);
            found.is_number = true;
            at = end;
        } else {
            if (!std::isalpha(static_cast<unsigned char>(first))) throw std::runtime_error("not JSON");
            while (std::isalpha(static_cast<unsigned char>(*at))) at++;  // null, true or false
        }
        return found;
    }
};

// Shapes are checked here, once.
Vector to_vector(const Json &json, size_t n) {
    Vector found;
    for (const Json &item : json.items) {
        if (!item.is_number) throw std::runtime_error("something that is no number");
        found.push_back(static_cast<Real>(item.number));
    }
    if (found.size() != n || n == 0) throw std::runtime_error("an array of another length than expected");
    return found;
}
Matrix to_matrix(const Json &json, size_t m, size_t n) {
    Matrix found;
    for (const Json &row : json.items) found.push_back(to_vector(row, n));
    if (found.size() != m || m == 0) throw std::runtime_error("another number of rows than expected");
    return found;
}
Network to_network(const Json &json, size_t n) {
    Network net;
    for (const Json &layer : json["layers"].items) {
        const size_t n_in = n;
        n = layer["biases"].items.size();
        net.layers.push_back({to_matrix(layer["weights"], n_in, n), to_vector(layer["biases"], n), layer["activation"].text});
    }
    if (net.layers.empty()) throw std::runtime_error("no layers");
    net.loss = json["loss"].text;
    net.reduction = json["reduction"].text;
    return net;
}

// Everything is written to std::cout, whose precision is enough to read the same number back.
void write(Real x) {
    if (std::isfinite(x)) std::cout << x;
    else std::cout << (std::isnan(x) ? "\"NaN\"" : x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
}
void write(const std::string &text) { std::cout << '"' << text << '"'; }
template <class T> void write(const std::vector<T> &items);
void write(const Layer &layer) {
    std::cout << "{\"weights\": ";
    write(layer.weights);
    std::cout << ", \"biases\": ";
    write(layer.biases);
    std::cout << "}";
}
template <class T> void write(const std::vector<T> &items) {
    std::cout << "[";
    for (size_t k = 0; k < items.size(); k++) {
        if (k > 0) std::cout << ", ";
        write(items[k]);
    }
    std::cout << "]";
}
template <class T> void write_field(const std::string &before, const std::string &name, const T &value) {
    std::cout << before << '"' << name << "\": ";
    write(value);
}

void start() {
    write_field("{\"protocol\": 1, ", "operations", operations);
    std::cout << ", \"claims\": {";
    for (const auto &[field, names] : claims) write_field("", field, names), std::cout << ", ";
    for (const auto &[field, value] : more_claims) std::cout << '"' << field << "\": " << value << ", ";
    write_field("", "name", name);
    write_field(", ", "version", version);
    write_field(", ", "dtype", std::string(dtype));
    std::cout << ", \"language\": \"c++\"}}\n";
}
bool among(const std::string &name, const Names &names) { return std::find(names.begin(), names.end(), name) != names.end(); }
// What in a request is not claimed, or nothing.
std::string unsupported(const std::string &operation, const Network &net) {
    const std::string &output = net.layers.back().activation;
    if (!among(operation, operations)) return "operation";
    for (size_t k = 0; k + 1 < net.layers.size(); k++)
        if (!among(net.layers[k].activation, claims.at("activations"))) return "activation";
    if (!among(output, claims.at("output_activations"))) return "activation";
    if (!among(net.loss, claims.at("losses"))) return "loss";
    if (!among(net.reduction, claims.at("reductions"))) return "reduction";
    if (net.loss == "cross_entropy" && output != "softmax") return "that loss without softmax";
    return net.loss == "binary_cross_entropy" && output != "sigmoid" ? "that loss without sigmoid" : "";
}
void run(const Json &request) {
    std::cout << "{\"seq\": " << static_cast<long>(request["seq"].number) << ", ";
    try {
        const std::string operation = request["operation"].text;
        const Json &rows = request["inputs"];
        const Matrix x = to_matrix(rows, rows.items.size(), rows.items.empty() ? 0 : rows.items[0].items.size());
        Network net = to_network(request["network"], x[0].size());
        const std::string why = unsupported(operation, net);
        if (!why.empty()) { std::cout << "\"unsupported\": \"" << why << "\"}\n"; return; }
        const size_t n = net.layers.back().biases.size();
        const Matrix y = operation == "forward" ? Matrix() : to_matrix(request["targets"], x.size(), n);
        if (operation == "forward") write_field("\"result\": {", "activations", forward(net, x));
        if (operation == "loss") write_field("\"result\": {", "loss", loss(net, x, y));
        if (operation == "gradients") write_field("\"result\": {", "gradients", gradients(net, x, y));
        if (operation == "train") {
            const Vector losses = train(net, x, y, request["learning_rate"].number, request["epochs"].number);
            write_field("\"result\": {", "losses", losses);
            write_field(", ", "layers", net.layers);
        }
        std::cout << "}}\n";
    } catch (const std::exception &error) {
        std::cout << "\"error\": \"" << error.what() << "\"}\n";
    }
}

int main() {
    std::cout.precision(std::numeric_limits<Real>::max_digits10);
    for (std::string line; std::getline(std::cin, line);) {
        const Json request = Reader(line).value();
        if (request["cmd"].text == "stop") break;
        if (request["cmd"].text == "start") start(); else run(request);
        std::cout.flush();
    }
}
