/* The harness of the network in network.c: lines of JSON on standard input and output. No dependencies.
 *   cc -std=c99 -O2 -o harness harness.c network.c -lm
 *   mlp-conformance run --command ./harness
 */
#include "json.h"
#include "network.h"
#include <math.h>
#include <stdio.h>

static int among(const char *name, const char *const *names) { /* names end with NULL */
    while (*names && strcmp(name, *names)) names++;
    return *names != NULL;
}
#define AMONG(name, ...) among(name, (const char *const[]){__VA_ARGS__, NULL})

static void read_numbers(Value *array, int n, real *numbers) {
    if (array->kind != '[' || array->length != n) wrong = "an array of another length than expected";
    else for (Value *value = array->first; value; value = value->next) *numbers++ = number(value);
}
static real *matrix(Value *rows, int m, int n) {
    real *numbers = take(sizeof(real) * m * n), *row = numbers;
    if (rows->kind != '[' || rows->length != m) wrong = "another number of rows than expected";
    else for (Value *value = rows->first; value; value = value->next, row += n) read_numbers(value, n, row);
    return numbers;
}

static void write_number(double x) {
    if (isfinite(x)) printf("%.*g", sizeof(real) == sizeof(float) ? 9 : 17, x);
    else printf(isnan(x) ? "\"NaN\"" : x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
}
static void write_vector(int n, const real *numbers) {
    for (int j = 0; j < n; j++) { printf(j ? ", " : "["); write_number(numbers[j]); }
    printf(n ? "]" : "[]");
}
static void write_matrix(int m, int n, const real *numbers) {
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
static void write_names(const char *field, const char *const *names) {
    printf("\"%s\": [", field);
    for (int k = 0; names[k]; k++) printf("%s\"%s\"", k ? ", " : "", names[k]);
    printf("], ");
}
#define WRITE_NAMES(field, ...) write_names(field, (const char *const[]){__VA_ARGS__, NULL})

/* ------------------------------------------------------------ the conversation */

static void start(void) {
    printf("{");
    WRITE_NAMES("operations", OPERATIONS);
    printf("\"claims\": {");
    WRITE_NAMES("activations", HIDDEN);
    WRITE_NAMES("output_activations", OUTPUT);
    WRITE_NAMES("losses", LOSSES);
    WRITE_NAMES("reductions", REDUCTIONS);
    printf("\"name\": \"%s\", \"version\": \"%s\", \"dtype\": \"%s\", ", NAME, VERSION, DTYPE);
    printf("\"language\": \"c\"}, \"protocol\": 1}\n");
}
static const char *unsupported(const char *operation, const Network *net) {
    const char *output = net->layers[net->depth - 1].activation;
    if (!AMONG(operation, OPERATIONS)) return "operation";
    if (!AMONG(output, OUTPUT)) return "activation";
    for (int k = 0; k + 1 < net->depth; k++) if (!AMONG(net->layers[k].activation, HIDDEN)) return "activation";
    if (!AMONG(net->loss, LOSSES)) return "loss";
    if (!AMONG(net->reduction, REDUCTIONS)) return "reduction";
    if (AMONG(net->loss, "cross_entropy") && !AMONG(output, "softmax")) return "that loss without softmax";
    return AMONG(net->loss, "binary_cross_entropy") && !AMONG(output, "sigmoid") ? "that loss without sigmoid" : NULL;
}
static void run(Value *request) {
    const char *operation = text(field(request, "operation")), *why = NULL;
    Value *network = field(request, "network"), *layers = field(network, "layers"), *inputs = field(request, "inputs");
    int m = inputs->length, n = inputs->first ? inputs->first->length : 0, epochs = (int)field(request, "epochs")->number;
    size_t room = layers->length + 1;
    real *x = matrix(inputs, m, n), *y = NULL, *losses = take(sizeof(real) * (epochs + 1));
    real **a = take(sizeof(real *) * room), **d = take(sizeof(real *) * room);
    Layer *found = take(sizeof(Layer) * room), *layer = take(sizeof(Layer) * room);
    Network net = {layers->length, layer, text(field(network, "loss")), text(field(network, "reduction"))};
    if (!m || !n || !net.depth) wrong = "no samples, no inputs or no layers";
    for (Value *value = layers->first; value; value = value->next, layer++) {
        Value *biases = field(value, "biases");
        int n_in = n, k = (int)(layer - net.layers);
        n = biases->length;
        if (!n) wrong = "a layer without units";
        *layer = (Layer){n_in, n, matrix(field(value, "weights"), n_in, n), take(sizeof(real) * n), ""};
        layer->activation = text(field(value, "activation"));
        read_numbers(biases, n, layer->biases);
        found[k] = (Layer){n_in, n, take(sizeof(real) * n_in * n), take(sizeof(real) * n), ""};
        a[k] = take(sizeof(real) * m * n);
        d[k] = take(sizeof(real) * m * n);
    }
    if (!wrong) why = unsupported(operation, &net);
    if (!wrong && !why && !AMONG(operation, "forward")) y = matrix(field(request, "targets"), m, n);
    printf("{\"seq\": %.0f, ", field(request, "seq")->number);
    if (wrong || why) {
        printf("\"%s\": \"%s\"}\n", wrong ? "error" : "unsupported", wrong ? wrong : why);
    } else if (AMONG(operation, "forward")) {
        forward(&net, m, x, a);
        printf("\"result\": {\"activations\": [");
        for (int k = 0; k < net.depth; k++, printf(k < net.depth ? ", " : "]}}\n"))
            write_matrix(m, net.layers[k].n_out, a[k]);
    } else if (AMONG(operation, "loss")) {
        printf("\"result\": {\"loss\": ");
        write_number(loss(&net, m, x, y, a, d));
        printf("}}\n");
    } else if (AMONG(operation, "gradients")) {
        gradients(&net, m, x, y, a, d, found);
        printf("\"result\": {\"gradients\": ");
        write_layers(net.depth, found);
        printf("}}\n");
    } else {
        train(&net, m, x, y, number(field(request, "learning_rate")), epochs, a, d, found, losses);
        printf("\"result\": {\"losses\": ");
        write_vector(epochs, losses);
        printf(", \"layers\": ");
        write_layers(net.depth, net.layers);
        printf("}}\n");
    }
}

static char *read_line(void) { /* without its newline, however long; NULL at the end of the input */
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
    while ((at = read_line())) {
        wrong = NULL;
        Value *request = read_value(0);
        if (AMONG(text(field(request, "cmd")), "stop")) break;
        if (AMONG(text(field(request, "cmd")), "start")) start(); else run(request);
        fflush(stdout);
        give_back();
    }
    give_back();
    return 0;
}
