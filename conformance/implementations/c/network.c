/* ============================================================ your network goes here
 * Put your own in the place of these functions, or call it from them; network.h says what they get and give. */
#include "network.h"
#include <string.h>
#include <tgmath.h> /* exp is expf for a float */

static int is(const char *name, const char *other) { return strcmp(name, other) == 0; }

static real largest(int n, const real *z) {
    real most = z[0];
    for (int j = 1; j < n; j++) if (z[j] > most) most = z[j];
    return most;
}
static real sum_exp(int n, const real *z, real shift) {
    real sum = 0;
    for (int j = 0; j < n; j++) sum += exp(z[j] - shift);
    return sum;
}
static real softplus(real z) { return (z > 0 ? z : 0) + log1p(exp(-fabs(z))); }

/* The activations of one sample in one layer, in the place of its pre-activations. */
static void activate(const char *name, int n, real *z) {
    real shift = is(name, "softmax") ? largest(n, z) : 0, sum = is(name, "softmax") ? sum_exp(n, z, shift) : 1;
    for (int j = 0; j < n; j++)
        z[j] = is(name, "sigmoid") ? 1 / (1 + exp(-z[j]))
             : is(name, "tanh")    ? tanh(z[j])
             : is(name, "relu")    ? (z[j] <= 0 ? 0 : z[j]) /* NaN stays NaN */
             : is(name, "softmax") ? exp(z[j] - shift) / sum : z[j];
}
/* Turns the gradient of one sample's activations into that of its pre-activations. */
static void backward(const char *name, int n, const real *a, real *d) {
    real mean = 0;
    for (int j = 0; j < n; j++) mean += a[j] * d[j];
    for (int j = 0; j < n; j++)
        d[j] *= is(name, "sigmoid") ? a[j] * (1 - a[j]) : is(name, "tanh") ? 1 - a[j] * a[j]
              : is(name, "relu")    ? a[j] > 0          : 1;
    for (int j = 0; is(name, "softmax") && j < n; j++) d[j] = a[j] * (d[j] - mean);
}
static void affine(const Layer *layer, int m, const real *below, real *z) {
    for (int s = 0; s < m; s++, below += layer->n_in)
        for (int j = 0; j < layer->n_out; j++, z++) {
            *z = layer->biases[j];
            for (int i = 0; i < layer->n_in; i++) *z += below[i] * layer->weights[i * layer->n_out + j];
        }
}
static real divisor(const Network *net, int m, int n) {
    return is(net->reduction, "sum") ? 1 : is(net->reduction, "mean_samples") ? m : m * n;
}

void forward(const Network *net, int m, const real *x, real **a) {
    for (int k = 0; k < net->depth; k++) {
        const Layer *layer = &net->layers[k];
        affine(layer, m, k ? a[k - 1] : x, a[k]);
        for (int s = 0; s < m; s++) activate(layer->activation, layer->n_out, a[k] + s * layer->n_out);
    }
}
real loss(const Network *net, int m, const real *x, const real *y, real **a, real **d) {
    int last = net->depth - 1, n = net->layers[last].n_out, softmax = is(net->loss, "cross_entropy");
    real *z = d[last], total = 0;
    forward(net, m, x, a);
    affine(&net->layers[last], m, last ? a[last - 1] : x, z);
    for (int s = 0, e = 0; s < m; s++) {
        real shift = largest(n, z + s * n), log_sum = softmax ? shift + log(sum_exp(n, z + s * n, shift)) : 0;
        for (int j = 0; j < n; j++, e++)
            total += softmax                                ? y[e] * (log_sum - z[e])
                   : is(net->loss, "binary_cross_entropy")  ? y[e] * softplus(-z[e]) + (1 - y[e]) * softplus(z[e])
                   : (a[last][e] - y[e]) * (a[last][e] - y[e]) / (is(net->loss, "squared_error") ? 1 : 2);
    }
    return total / divisor(net, m, n);
}
void gradients(const Network *net, int m, const real *x, const real *y, real **a, real **d, Layer *found) {
    int last = net->depth - 1, n = net->layers[last].n_out;
    forward(net, m, x, a);
    for (int s = 0, e = 0; s < m; s++, e += n) {
        real *delta = d[last] + e, total = 0;
        for (int j = 0; j < n; j++) total += y[e + j];
        if (!is(net->loss, "cross_entropy")) total = 1;
        for (int j = 0; j < n; j++) delta[j] = (a[last][e + j] * total - y[e + j]) / divisor(net, m, n);
        if (!strstr(net->loss, "squared_error")) continue;
        for (int j = 0; j < n; j++) delta[j] *= is(net->loss, "squared_error") ? 2 : 1;
        backward(net->layers[last].activation, n, a[last] + e, delta);
    }
    for (int k = last; k >= 0; k--) {
        const Layer *layer = &net->layers[k];
        const real *below = k ? a[k - 1] : x;
        int rows = layer->n_in, columns = layer->n_out;
        for (int j = 0; j < columns; j++) {
            found[k].biases[j] = 0;
            for (int s = 0; s < m; s++) found[k].biases[j] += d[k][s * columns + j];
            for (int i = 0; i < rows; i++) {
                real *weight = &found[k].weights[i * columns + j];
                *weight = 0;
                for (int s = 0; s < m; s++) *weight += below[s * rows + i] * d[k][s * columns + j];
            }
        }
        for (int s = 0; k && s < m; s++) {
            real *delta = d[k - 1] + s * rows;
            for (int i = 0; i < rows; i++) {
                delta[i] = 0;
                for (int j = 0; j < columns; j++) delta[i] += layer->weights[i * columns + j] * d[k][s * columns + j];
            }
            backward(net->layers[k - 1].activation, rows, below + s * rows, delta);
        }
    }
}
void train(Network *net, int m, const real *x, const real *y, real rate, int epochs, real **a, real **d, Layer *found,
           real *losses) {
    for (int epoch = 0; epoch < epochs; epoch++) {
        losses[epoch] = loss(net, m, x, y, a, d);
        gradients(net, m, x, y, a, d, found);
        for (int k = 0; k < net->depth; k++) {
            Layer *layer = &net->layers[k];
            for (int e = 0; e < layer->n_in * layer->n_out; e++) layer->weights[e] -= rate * found[k].weights[e];
            for (int j = 0; j < layer->n_out; j++) layer->biases[j] -= rate * found[k].biases[j];
        }
    }
}
