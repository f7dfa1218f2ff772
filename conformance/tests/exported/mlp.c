/* A multi-layer perceptron in C99 and C++, judged by an exported header. Each WRONG_... makes a known mistake. */

#include <math.h>
#include <string.h>

#include "mlp_golden.h"

#ifdef WRONG_NAN
#define SIGMOID(z) (0 * (z) * nan(""))
#elif defined(WRONG_DIGIT)
#define SIGMOID(z) (1 / (1.0000001 + exp(-(z))))
#else
#define SIGMOID(z) (1 / (1 + exp(-(z))))
#endif

enum { LAYERS = 8, MOST = 512 };

static double pre[LAYERS][MOST], after[LAYERS][MOST], delta[LAYERS][MOST];

static int size(const struct mlp_layer *layer) { return layer->inputs * layer->outputs + layer->outputs; }

static void run(const struct mlp_question *given, const mlp_real *const *parameters) {
    for (int k = 0; k < given->layers; k++) {
        const struct mlp_layer *layer = given->layer + k;
        for (int s = 0; s < given->samples; s++) {
            double *z = pre[k] + s * layer->outputs, *a = after[k] + s * layer->outputs, total = 0, largest = -1e300;
            for (int j = 0; j < layer->outputs; j++) {
                z[j] = (double)parameters[k][layer->inputs * layer->outputs + j];
                for (int i = 0; i < layer->inputs; i++) {
                    double x = k ? after[k - 1][s * layer->inputs + i] : (double)given->inputs[s * layer->inputs + i];
                    z[j] += x * (double)parameters[k][i * layer->outputs + j];
                }
                if (z[j] > largest) largest = z[j];
            }
            for (int j = 0; j < layer->outputs; j++) total += exp(z[j] - largest);
            for (int j = 0; j < layer->outputs; j++) {
                switch (layer->activation) {
                    case MLP_SIGMOID: a[j] = SIGMOID(z[j]); break;
                    case MLP_TANH: a[j] = tanh(z[j]); break;
                    case MLP_RELU: a[j] = z[j] > 0 ? z[j] : 0; break;
                    case MLP_LINEAR: a[j] = z[j]; break;
                    case MLP_SOFTMAX: a[j] = exp(z[j] - largest) / total; break;
                }
            }
        }
    }
}

static double divisor(const struct mlp_question *given) {
    int outputs = given->layer[given->layers - 1].outputs;
    return given->reduction == MLP_SUM ? 1 : given->reduction == MLP_MEAN_SAMPLES ? given->samples : given->samples * outputs;
}

static const mlp_real **parameters_of(const struct mlp_question *given) {
    static mlp_real kept[LAYERS][MOST];
    static const mlp_real *found[LAYERS];
    for (int k = 0; k < given->layers; k++) {
        const struct mlp_layer *layer = given->layer + k;
        memcpy(kept[k], layer->weights, sizeof(mlp_real) * (size_t)(layer->inputs * layer->outputs));
        memcpy(kept[k] + layer->inputs * layer->outputs, layer->biases, sizeof(mlp_real) * (size_t)layer->outputs);
        found[k] = kept[k];
    }
    return found;
}

#ifdef OUTPUT_ONLY
static int forward(const struct mlp_question *given, mlp_real *answer) {
    int last = given->layers - 1, count = given->samples * given->layer[last].outputs;
    run(given, parameters_of(given));
    for (int i = 0; i < count; i++) answer[i] = (mlp_real)after[last][i];
    return count;
}
#else
static int forward(const struct mlp_question *given, mlp_real *answer) {
    int count = 0;
    run(given, parameters_of(given));
    for (int k = 0; k < given->layers; k++) {
        for (int i = 0; i < given->samples * given->layer[k].outputs; i++) answer[count++] = (mlp_real)after[k][i];
    }
#ifdef WRONG_COUNT
    count--;
#endif
    return count;
}
#endif

static int loss(const struct mlp_question *given, mlp_real *answer) {
    int last = given->layers - 1, n = given->layer[last].outputs;
    double total = 0;
    run(given, parameters_of(given));
    for (int s = 0; s < given->samples; s++) {
        double largest = pre[last][s * n], sum = 0;
        for (int j = 0; j < n; j++) largest = fmax(largest, pre[last][s * n + j]);
        for (int j = 0; j < n; j++) sum += exp(pre[last][s * n + j] - largest);
        for (int j = 0; j < n; j++) {
            double z = pre[last][s * n + j], a = after[last][s * n + j], y = (double)given->targets[s * n + j];
            switch (given->loss) {
                case MLP_HALF_SQUARED_ERROR: total += (a - y) * (a - y) / 2; break;
                case MLP_SQUARED_ERROR: total += (a - y) * (a - y); break;
                case MLP_CROSS_ENTROPY: total += y * (log(sum) - (z - largest)); break;
                case MLP_BINARY_CROSS_ENTROPY: total += fmax(z, 0) + log1p(exp(-fabs(z))) - y * z; break;
            }
        }
    }
    answer[0] = (mlp_real)(total / divisor(given));
    return 1;
}

/* The gradients, as answers have them; of the state that `run` left. */
static int differentiate(const struct mlp_question *given, const mlp_real *const *parameters, double *answer) {
    int ends[LAYERS], count = 0;
    for (int k = 0; k < given->layers; k++) ends[k] = count += size(given->layer + k);
    for (int k = given->layers - 1; k >= 0; k--) {
        const struct mlp_layer *layer = given->layer + k;
        double *gradient = answer + ends[k] - size(layer);
        int n = layer->outputs;
        for (int s = 0; s < given->samples; s++) {
            double *d = delta[k] + s * n, mean = 0;
            for (int j = 0; j < n; j++) {
                double a = after[k][s * n + j];
                if (k == given->layers - 1) {
                    d[j] = (a - (double)given->targets[s * n + j]) / divisor(given);
                    if (given->loss == MLP_SQUARED_ERROR) d[j] *= 2;
                } else {
                    const struct mlp_layer *next = given->layer + k + 1;
                    d[j] = 0;
                    for (int i = 0; i < next->outputs; i++) {
                        d[j] += delta[k + 1][s * next->outputs + i] * (double)parameters[k + 1][j * next->outputs + i];
                    }
                }
                mean += d[j] * a;
            }
            if (given->loss >= MLP_CROSS_ENTROPY && k == given->layers - 1) continue;
            for (int j = 0; j < n; j++) {
                double a = after[k][s * n + j];
                switch (layer->activation) {
                    case MLP_SIGMOID: d[j] *= a * (1 - a); break;
                    case MLP_TANH: d[j] *= 1 - a * a; break;
                    case MLP_RELU: d[j] *= pre[k][s * n + j] > 0; break;
                    case MLP_LINEAR: break;
                    case MLP_SOFTMAX: d[j] = a * (d[j] - mean); break;
                }
            }
        }
        for (int j = 0; j < n; j++) {
            for (int i = 0; i <= layer->inputs; i++) gradient[i * n + j] = 0;
            for (int s = 0; s < given->samples; s++) {
                for (int i = 0; i < layer->inputs; i++) {
                    double x = k ? after[k - 1][s * layer->inputs + i] : (double)given->inputs[s * layer->inputs + i];
                    gradient[i * n + j] += x * delta[k][s * n + j];
                }
#ifndef WRONG_BIAS
                gradient[layer->inputs * n + j] += delta[k][s * n + j];
#endif
            }
        }
    }
    return count;
}

static int gradients(const struct mlp_question *given, mlp_real *answer) {
    static double found[LAYERS * MOST];
    const mlp_real **parameters = parameters_of(given);
    run(given, parameters);
    int count = differentiate(given, parameters, found);
    for (int i = 0; i < count; i++) answer[i] = (mlp_real)found[i];
    return count;
}

static int train(const struct mlp_question *given, mlp_real *answer) {
    static double slope[LAYERS * MOST];
    const mlp_real *where[LAYERS];
    const mlp_real **start = parameters_of(given);
    int count = 0;
    for (int k = 0; k < given->layers; k++) {
        where[k] = answer + count;
        for (int i = 0; i < size(given->layer + k); i++) answer[count++] = start[k][i];
    }
    for (int epoch = 0; epoch < given->epochs; epoch++) {
#ifdef WRONG_EPOCH
        if (epoch == 2) continue;
#endif
        run(given, where);
        differentiate(given, where, slope);
        for (int i = 0; i < count; i++) answer[i] = (mlp_real)((double)answer[i] - (double)given->learning_rate * slope[i]);
    }
    return count;
}

MLP_GOLDEN_MAIN(forward, loss, gradients, train)
