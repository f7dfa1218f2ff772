/* A multi-layer perceptron in C99 and its harness: lines of JSON on standard input and output.
 * No dependencies; written from spec/protocol.md alone.
 *   cc -std=c99 -O2 -o harness harness.c -lm
 *   mlp-conformance run --command ./harness
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *STARTED = "{\"protocol\": 1, "
    "\"operations\": [\"forward\", \"loss\", \"gradients\", \"train\"], "
    "\"claims\": {\"name\": \"c-mlp\", \"version\": \"1.0\", \"language\": \"c\", \"dtype\": \"float64\", "
    "\"activations\": [\"sigmoid\", \"tanh\", \"relu\", \"linear\"], "
    "\"output_activations\": [\"sigmoid\", \"tanh\", \"relu\", \"linear\", \"softmax\"], "
    "\"losses\": [\"half_squared_error\", \"squared_error\", \"cross_entropy\", \"binary_cross_entropy\"], "
    "\"reductions\": [\"sum\", \"mean_samples\", \"mean_elements\"]}}";

/* Memory is taken piece by piece and given back all at once. */
typedef struct Piece { struct Piece *next; } Piece;
static Piece *pieces;

static void *take(size_t bytes) {
    Piece *piece = calloc(1, sizeof(Piece) + bytes);
    if (!piece) exit(1);
    piece->next = pieces;
    pieces = piece;
    return piece + 1;
}
static void give_back(const Piece *until) {
    for (Piece *next; pieces != until; pieces = next) { next = pieces->next; free(pieces); }
}

typedef struct { int n_in, n_out; double *weights, *biases; const char *activation; } Layer; /* row by row */
typedef struct { int depth; Layer *layers; const char *loss, *reduction; } Network;
typedef struct { double **z, **a; } Pass; /* of each layer: m rows of n_out */

/* ------------------------------------------------------------ the mathematics: replace it by your own */

static int is(const char *name, const char *other) { return strcmp(name, other) == 0; }
static double softplus(double z) { return (z < 0 ? 0 : z) + log1p(exp(-fabs(z))); }
static double times(double y, double value) { return y == 0 ? 0 : y * value; } /* 0 log 0 = 0 */

static double largest(int n, const double *row) {
    double most = row[0];
    for (int j = 1; j < n; j++) if (row[j] > most) most = row[j];
    return most;
}
static double sum_of_exponentials(int n, const double *row, double shift) {
    double total = 0;
    for (int j = 0; j < n; j++) total += exp(row[j] - shift);
    return total;
}

/* The activations of one sample in one layer. */
static void activate(const char *name, int n, const double *z, double *a) {
    double shift = largest(n, z), total = is(name, "softmax") ? sum_of_exponentials(n, z, shift) : 0;
    for (int j = 0; j < n; j++)
        a[j] = is(name, "sigmoid") ? 1 / (1 + exp(-z[j]))
             : is(name, "tanh")    ? tanh(z[j])
             : is(name, "relu")    ? (z[j] <= 0 ? 0 : z[j]) /* NaN stays NaN */
             : is(name, "softmax") ? exp(z[j] - shift) / total
                                   : z[j];
}

/* Turns the gradient of one sample's activations into that of its pre-activations. */
static void backward(const char *name, int n, const double *a, double *gradient) {
    double mean = 0;
    if (is(name, "softmax")) for (int j = 0; j < n; j++) mean += a[j] * gradient[j];
    for (int j = 0; j < n; j++)
        gradient[j] = is(name, "sigmoid") ? gradient[j] * a[j] * (1 - a[j])
                    : is(name, "tanh")    ? gradient[j] * (1 - a[j] * a[j])
                    : is(name, "relu")    ? gradient[j] * (a[j] > 0)
                    : is(name, "softmax") ? a[j] * (gradient[j] - mean)
                                          : gradient[j];
}

static double sample_loss(const char *loss, int n, const double *z, const double *a, const double *y) {
    double total = 0, shift = largest(n, z), logarithm = 0;
    if (is(loss, "cross_entropy")) logarithm = log(sum_of_exponentials(n, z, shift));
    for (int j = 0; j < n; j++)
        total += is(loss, "cross_entropy")        ? times(y[j], logarithm - (z[j] - shift))
               : is(loss, "binary_cross_entropy") ? times(y[j], softplus(-z[j])) + times(1 - y[j], softplus(z[j]))
                                                  : (a[j] - y[j]) * (a[j] - y[j]);
    return is(loss, "half_squared_error") ? total / 2 : total;
}

/* The gradient of one sample's loss with respect to the output's pre-activations. */
static void output_delta(const Network *net, int n, const double *a, const double *y, double *delta) {
    double total = 0, factor = is(net->loss, "squared_error") ? 2 : 1;
    for (int j = 0; j < n; j++) total += y[j];
    if (!is(net->loss, "cross_entropy")) total = 1;
    for (int j = 0; j < n; j++) delta[j] = factor * (a[j] * total - y[j]);
    if (strstr(net->loss, "squared_error")) backward(net->layers[net->depth - 1].activation, n, a, delta);
}

static Pass forward(const Network *net, int m, const double *inputs) {
    Pass pass = {take(net->depth * sizeof(double *)), take(net->depth * sizeof(double *))};
    const double *below = inputs;
    for (int k = 0; k < net->depth; k++) {
        const Layer *layer = &net->layers[k];
        int rows = layer->n_in, n = layer->n_out;
        double *z = pass.z[k] = take(sizeof(double) * m * n), *a = pass.a[k] = take(sizeof(double) * m * n);
        for (int s = 0; s < m; s++) {
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < n; j++) z[s * n + j] += below[s * rows + i] * layer->weights[i * n + j];
            for (int j = 0; j < n; j++) z[s * n + j] += layer->biases[j];
            activate(layer->activation, n, z + s * n, a + s * n);
        }
        below = a;
    }
    return pass;
}

static double divisor(const Network *net, int m) {
    int n = net->layers[net->depth - 1].n_out;
    return is(net->reduction, "sum") ? 1 : is(net->reduction, "mean_samples") ? m : (double)m * n;
}

static double loss_of(const Network *net, Pass pass, int m, const double *targets) {
    int last = net->depth - 1, n = net->layers[last].n_out;
    double total = 0;
    for (int s = 0; s < m; s++)
        total += sample_loss(net->loss, n, pass.z[last] + s * n, pass.a[last] + s * n, targets + s * n);
    return total / divisor(net, m);
}

/* The gradients, layer by layer, in the shape of the network's layers. */
static Layer *gradients_of(const Network *net, Pass pass, int m, const double *inputs, const double *targets) {
    int last = net->depth - 1, n = net->layers[last].n_out;
    Layer *gradients = take(net->depth * sizeof(Layer));
    double *delta = take(sizeof(double) * m * n);
    for (int s = 0; s < m; s++) output_delta(net, n, pass.a[last] + s * n, targets + s * n, delta + s * n);
    for (int e = 0; e < m * n; e++) delta[e] /= divisor(net, m);
    for (int k = last; k >= 0; k--) {
        const Layer *layer = &net->layers[k];
        const double *below = k > 0 ? pass.a[k - 1] : inputs;
        int rows = layer->n_in;
        Layer gradient = {rows, n = layer->n_out, take(sizeof(double) * rows * n), take(sizeof(double) * n), ""};
        double *error = take(sizeof(double) * m * rows);
        for (int s = 0; s < m; s++) {
            for (int j = 0; j < n; j++) gradient.biases[j] += delta[s * n + j];
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < n; j++) {
                    gradient.weights[i * n + j] += below[s * rows + i] * delta[s * n + j];
                    error[s * rows + i] += layer->weights[i * n + j] * delta[s * n + j];
                }
            if (k > 0) backward(net->layers[k - 1].activation, rows, below + s * rows, error + s * rows);
        }
        gradients[k] = gradient;
        delta = error;
    }
    return gradients;
}

static void step(Layer *layer, const Layer *gradient, double rate) {
    for (int e = 0; e < layer->n_in * layer->n_out; e++) layer->weights[e] -= rate * gradient->weights[e];
    for (int j = 0; j < layer->n_out; j++) layer->biases[j] -= rate * gradient->biases[j];
}

/* ------------------------------------------------------------ a reader of JSON, enough for the protocol */

typedef struct Value {
    char kind;                  /* 'n' number, 's' string, '[' array, '{' object, 0 null, true, false */
    double number;
    char *text, *name;          /* name: of a field */
    int length;                 /* of an array or object */
    struct Value *first, *next; /* in an array or object */
} Value;

static char *at;          /* where the reader is */
static const char *wrong; /* why the request cannot be answered */
static void fail(const char *why) { wrong = why; at = ""; }
static void space(void) { while (*at && strchr(" \t\r\n", *at)) at++; }
static void expect(char c) { space(); if (*at == c) at++; else fail("not JSON"); }
/* A string without quotes; escapes stay as they are, for no string that matters here has any. */
static char *read_string(void) {
    expect('"');
    char *start = at;
    while (*at && *at != '"') at += at[0] == '\\' && at[1] ? 2 : 1;
    if (*at) *at++ = 0; else fail("a string without end");
    return start;
}
static Value *read_value(int depth) {
    Value *value = take(sizeof(Value)), **link = &value->first;
    space();
    if (*at == '"') {
        value->kind = 's';
        value->text = read_string();
    } else if (*at == '[' || *at == '{') {
        char close = *at == '[' ? ']' : '}';
        value->kind = *at++;
        if (depth > 100) fail("nested too deeply");
        for (space(); *at != close && !wrong; space(), link = &(*link)->next) {
            char *name = NULL;
            if (value->length++) expect(',');
            if (close == '}') { name = read_string(); expect(':'); }
            *link = read_value(depth + 1);
            (*link)->name = name;
        }
        expect(close);
    } else if (*at == '-' || isdigit((unsigned char)*at)) {
        value->kind = 'n';
        value->number = strtod(at, &at);
    } else {
        if (!isalpha((unsigned char)*at)) fail("not JSON");
        while (isalpha((unsigned char)*at)) at++;
    }
    return value;
}
static Value *field(Value *object, const char *name) {
    static Value none = {0, 0, "", "", 0, NULL, NULL};
    Value *value = object->first;
    while (value && !(value->name && is(value->name, name))) value = value->next;
    return value ? value : &none;
}
static int among(const char *name, const char *names) { /* names between single spaces */
    const char *found = *name ? strstr(names, name) : NULL;
    while (found && (found[-1] != ' ' || found[strlen(name)] != ' ')) found = strstr(found + 1, name);
    return found != NULL;
}
static const char *text(const Value *value) { return value->kind == 's' ? value->text : ""; }
static double number(const Value *value) {
    if (value->kind == 'n') return value->number;
    if (!among(text(value), " NaN Infinity -Infinity ")) wrong = "something that is no number";
    return strtod(text(value), NULL);
}
/* An array of exactly n numbers, to where they belong. */
static void read_numbers(Value *array, int n, double *numbers) {
    if (array->kind != '[' || array->length != n) wrong = "an array of another length than expected";
    else for (Value *value = array->first; value; value = value->next) *numbers++ = number(value);
}
static double *matrix(Value *rows, int m, int n) {
    double *numbers = take(sizeof(double) * m * n), *row = numbers;
    if (rows->kind != '[' || rows->length != m) wrong = "another number of rows than expected";
    else for (Value *value = rows->first; value; value = value->next, row += n) read_numbers(value, n, row);
    return numbers;
}
static Network read_network(Value *object, int n_in) {
    Value *layers = field(object, "layers");
    Network net = {0, take(layers->length * sizeof(Layer)), text(field(object, "loss")), NULL};
    net.reduction = text(field(object, "reduction"));
    for (Value *value = layers->first; value; value = value->next) {
        Value *biases = field(value, "biases");
        int n = biases->length;
        double *weights = matrix(field(value, "weights"), n_in, n), *numbers = take(sizeof(double) * n);
        read_numbers(biases, n, numbers);
        net.layers[net.depth++] = (Layer){n_in, n, weights, numbers, text(field(value, "activation"))};
        n_in = n;
    }
    if (!net.depth || !n_in) wrong = "no layers or no units";
    return net;
}

/* ------------------------------------------------------------ the harness */

static void write_number(double x) {
    printf(isfinite(x) ? "%.17g" : isnan(x) ? "\"NaN\"" : x > 0 ? "\"Infinity\"" : "\"-Infinity\"", x);
}
static void write_vector(int n, const double *numbers) {
    for (int j = 0; j < n; j++) { printf(j ? ", " : "["); write_number(numbers[j]); }
    printf(n ? "]" : "[]");
}
static void write_matrix(int m, int n, const double *numbers) {
    for (int s = 0; s < m; s++) { printf(s ? ", " : "["); write_vector(n, numbers + s * n); }
    printf("]");
}
static void write_layers(int depth, const Layer *layers) {
    for (int k = 0; k < depth; k++, printf(k < depth ? "}, " : "}]")) {
        printf("%s{\"weights\": ", k ? "" : "[");
        write_matrix(layers[k].n_in, layers[k].n_out, layers[k].weights);
        printf(", \"biases\": ");
        write_vector(layers[k].n_out, layers[k].biases);
    }
}
static const char *unsupported(const char *operation, const Network *net) {
    const char *output = net->layers[net->depth - 1].activation;
    if (!among(operation, " forward loss gradients train ")) return "operation";
    if (!among(output, " sigmoid tanh relu linear softmax ")) return "activation";
    for (int k = 0; k + 1 < net->depth; k++)
        if (!among(net->layers[k].activation, " sigmoid tanh relu linear ")) return "activation";
    if (!among(net->loss, " half_squared_error squared_error cross_entropy binary_cross_entropy ")) return "loss";
    if (!among(net->reduction, " sum mean_samples mean_elements ")) return "reduction";
    if (is(net->loss, "cross_entropy") && !is(output, "softmax")) return "cross_entropy without softmax";
    return is(net->loss, "binary_cross_entropy") && !is(output, "sigmoid") ? "that loss without sigmoid" : NULL;
}
static void run(Value *request) {
    const char *operation = text(field(request, "operation")), *why = NULL;
    int epochs = (int)field(request, "epochs")->number;
    double rate = field(request, "learning_rate")->number, *targets = NULL;
    Value *rows = field(request, "inputs");
    int m = rows->length, n_in = rows->first ? rows->first->length : 0;
    Network net = read_network(field(request, "network"), n_in);
    double *inputs = matrix(rows, m, n_in), *losses = take(sizeof(double) * epochs);
    printf("{\"seq\": %.0f, ", field(request, "seq")->number);
    if (!wrong && !(why = unsupported(operation, &net)) && !is(operation, "forward"))
        targets = matrix(field(request, "targets"), m, net.layers[net.depth - 1].n_out);
    if (wrong || why) { printf("\"%s\": \"%s\"}\n", wrong ? "error" : "unsupported", wrong ? wrong : why); return; }
    Pass pass = forward(&net, m, inputs);
    if (is(operation, "forward")) {
        printf("\"result\": {\"activations\": [");
        for (int k = 0; k < net.depth; k++, printf(k < net.depth ? ", " : "]"))
            write_matrix(m, net.layers[k].n_out, pass.a[k]);
    } else if (is(operation, "loss")) {
        printf("\"result\": {\"loss\": ");
        write_number(loss_of(&net, pass, m, targets));
    } else if (is(operation, "gradients")) {
        printf("\"result\": {\"gradients\": ");
        write_layers(net.depth, gradients_of(&net, pass, m, inputs, targets));
    } else {
        for (int epoch = 0; epoch < epochs; epoch++) {
            const Piece *mark = pieces;
            pass = forward(&net, m, inputs);
            losses[epoch] = loss_of(&net, pass, m, targets);
            Layer *gradients = gradients_of(&net, pass, m, inputs, targets);
            for (int k = 0; k < net.depth; k++) step(&net.layers[k], &gradients[k], rate);
            give_back(mark);
        }
        printf("\"result\": {\"layers\": ");
        write_layers(net.depth, net.layers);
        printf(", \"losses\": ");
        write_vector(epochs, losses);
    }
    printf("}}\n");
}

/* One line without its newline, however long, until the next is read; NULL at the end of the input. */
static char *read_line(void) {
    static char *line;
    static size_t room;
    for (size_t length = 0;; length++) {
        int c = getchar();
        if (length == room && !(line = realloc(line, room = 2 * room + 1024))) exit(1);
        line[length] = c == '\n' ? 0 : (char)c;
        if (c == '\n' || c == EOF) return c == EOF ? NULL : line;
    }
}

int main(void) {
    for (; (at = read_line()); fflush(stdout), give_back(NULL)) {
        wrong = NULL;
        Value *request = read_value(0);
        const char *command = text(field(request, "cmd"));
        if (is(command, "stop")) break;
        if (is(command, "start")) puts(STARTED);
        else run(request);
    }
    return 0;
}
