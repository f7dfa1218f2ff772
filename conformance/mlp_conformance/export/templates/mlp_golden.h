/* mlp_golden.h: exact expected values of multi-layer perceptrons in @DTYPE@, and a judge of them that needs nothing else.

   Written by `mlp-conformance golden export c` (@SUITE@), specification @SPECIFICATION@; C99 and C++, no allocation.

   Write a function for what your program can do, as declared below, and let the main program judge them:

       #include "mlp_golden.h"

       static int my_forward(const struct mlp_question *given, mlp_real *answer) { ... }

       MLP_GOLDEN_MAIN(my_forward, 0, 0, 0)

   It prints the first wrong number and the verdict, and ends with 0 if every number is right, 1 if one is wrong, 2 if there
   was nothing to judge. `#define MLP_GOLDEN_PRINTF my_printf` before the #include prints by other means than stdio.h.

   A number is right if it differs from the exact one by no more than its bound, which is derived from the floating-point
   error model of the specification for that number: there is no tolerance to choose. Where a bound would say nothing, as
   it can in narrow formats, the number is not judged. */

#ifndef MLP_GOLDEN_H
#define MLP_GOLDEN_H

#ifndef MLP_GOLDEN_PRINTF
#include <stdio.h>
#define MLP_GOLDEN_PRINTF printf
#endif

/* What answers are given in. @FORMAT_NOTE@ */
typedef @REAL@ mlp_real;

enum mlp_activation { MLP_SIGMOID, MLP_TANH, MLP_RELU, MLP_LINEAR, MLP_SOFTMAX };
enum mlp_loss { MLP_HALF_SQUARED_ERROR, MLP_SQUARED_ERROR, MLP_CROSS_ENTROPY, MLP_BINARY_CROSS_ENTROPY };
enum mlp_reduction { MLP_SUM, MLP_MEAN_SAMPLES, MLP_MEAN_ELEMENTS };
enum mlp_operation_name { MLP_FORWARD, MLP_LOSS, MLP_GRADIENTS, MLP_TRAIN };

struct mlp_layer {
    int inputs, outputs;
    enum mlp_activation activation; /* the derivative of ReLU at 0 is 0 */
    const mlp_real *weights;        /* inputs rows of outputs numbers */
    const mlp_real *biases;         /* outputs numbers */
};

struct mlp_question {
    const char *example;
    int layers;
    const struct mlp_layer *layer;
    enum mlp_loss loss;
    enum mlp_reduction reduction;
    int samples;
    const mlp_real *inputs;  /* a row for each sample */
    const mlp_real *targets; /* a row for each sample */
    mlp_real learning_rate;
    int epochs; /* of train: full-batch updates from the given parameters */
};

/* Writes the answer and returns how many numbers it has; 0 for a question that the program cannot take.

   forward     the activations of all layers, one layer after the other, a row for each sample; or those of the last alone
   loss        one number
   gradients   of each layer, the derivatives of the loss by its weights, row by row, then by its biases
   train       of each layer, its weights after the last update, row by row, then its biases */
typedef int (*mlp_operation)(const struct mlp_question *given, mlp_real *answer);

struct mlp_implementation {
    mlp_operation forward, loss, gradients, train; /* 0 for what there is not */
};

/* ---- the examples */

struct mlp_number {
    double value, rest; /* the exact number is their sum, to 30 digits and more */
    double bound;       /* below 0: not judged */
};

struct mlp_answer {
    enum mlp_operation_name operation;
    int epochs;
    int count;
    const struct mlp_number *numbers;
};

struct mlp_vector {
    struct mlp_question question;
    int answers;
    const struct mlp_answer *answer;
};

@DATA@

/* ---- the judge */

/* Prints the name of a number of an answer, such as dE/dW1[0][2]. */
static inline void mlp_golden_name(const struct mlp_question *given, enum mlp_operation_name operation, int place) {
    int k;
    if (operation == MLP_LOSS) {
        MLP_GOLDEN_PRINTF("E");
        return;
    }
    for (k = 0; k < given->layers; k++) {
        const struct mlp_layer *layer = given->layer + k;
        const int rows = operation == MLP_FORWARD ? given->samples : layer->inputs;
        const int matrix = rows * layer->outputs;
        const int size = operation == MLP_FORWARD ? matrix : matrix + layer->outputs;
        const char *derivative = operation == MLP_GRADIENTS ? "dE/d" : "";
        if (place >= size) {
            place -= size;
        } else if (place >= matrix) {
            MLP_GOLDEN_PRINTF("%sb%d[%d]", derivative, k + 1, place - matrix);
            return;
        } else {
            const char *name = operation == MLP_FORWARD ? "a" : "W";
            MLP_GOLDEN_PRINTF("%s%s%d[%d][%d]", derivative, name, k + 1, place / layer->outputs, place % layer->outputs);
            return;
        }
    }
}

/* How many numbers of an answer are wrong; the first of all is printed. */
static inline int mlp_golden_wrong(const struct mlp_question *given, const struct mlp_answer *right, const mlp_real *answer,
                                   int count, int silent) {
    static const char *const names[] = {"forward", "loss", "gradients", "train"};
    const struct mlp_layer *last = given->layer + (given->layers - 1);
    const int outputs = given->samples * last->outputs;
    const int first = right->operation == MLP_FORWARD && count == outputs ? right->count - outputs : 0;
    int wrong = 0, place;
    if (first + count != right->count) {
        if (!silent) {
            MLP_GOLDEN_PRINTF("%s, %s: the answer has %d numbers, %d were expected\n", given->example, names[right->operation],
                              count, right->count);
        }
        return right->count;
    }
    for (place = 0; place < count; place++) {
        const struct mlp_number *number = right->numbers + first + place;
        const double error = ((double)answer[place] - number->value) - number->rest;
        if (number->bound < 0 || (error <= number->bound && -error <= number->bound)) {
            continue; /* a NaN does not come here */
        }
        if (wrong++ == 0 && !silent) {
            MLP_GOLDEN_PRINTF("%s, %s", given->example, names[right->operation]);
            if (right->epochs) {
                MLP_GOLDEN_PRINTF(" after %d epoch%s", right->epochs, right->epochs > 1 ? "s" : "");
            }
            MLP_GOLDEN_PRINTF(": ");
            mlp_golden_name(given, right->operation, first + place);
            MLP_GOLDEN_PRINTF(": expected %.17g, got %.17g, off by %.3g, allowed %.3g\n", number->value, (double)answer[place],
                              error, number->bound);
        }
    }
    return wrong;
}

/* Judges every answer; 0 if all numbers are right, 1 if one is wrong, 2 if nothing was judged. */
static inline int mlp_golden_judge(const struct mlp_implementation *judged) {
    static mlp_real answer[MLP_GOLDEN_LARGEST];
    static const char *const names[] = {"forward", "loss", "gradients", "train"};
    const mlp_operation operations[] = {judged->forward, judged->loss, judged->gradients, judged->train};
    int asked[4] = {0, 0, 0, 0}, right[4] = {0, 0, 0, 0}, wrong = 0, all = 0, i, k;
    volatile mlp_real zero = 0;
    for (i = 0; i < MLP_GOLDEN_VECTORS; i++) {
        struct mlp_question question = mlp_golden_vectors[i].question;
        for (k = 0; k < mlp_golden_vectors[i].answers; k++) {
            const struct mlp_answer *expected = mlp_golden_vectors[i].answer + k;
            int count, place, found;
            if (!operations[expected->operation]) {
                continue;
            }
            for (place = 0; place < MLP_GOLDEN_LARGEST; place++) {
                answer[place] = zero / zero; /* what is not written is no number */
            }
            question.epochs = expected->epochs;
            count = operations[expected->operation](&question, answer);
            if (count <= 0) {
                continue;
            }
            found = mlp_golden_wrong(&question, expected, answer, count, wrong);
            asked[expected->operation]++;
            right[expected->operation] += found == 0;
            wrong += found;
            all++;
        }
    }
    for (k = 0; k < 4; k++) {
        if (asked[k]) {
            MLP_GOLDEN_PRINTF("%s: %d of %d answers are right\n", names[k], right[k], asked[k]);
        }
    }
    MLP_GOLDEN_PRINTF(wrong ? "WRONG\n" : all ? "RIGHT in every number\n" : "NOTHING was judged\n");
    return wrong ? 1 : all ? 0 : 2;
}

/* A main program that judges these functions; 0 for those that there are not. */
#define MLP_GOLDEN_MAIN(forward_, loss_, gradients_, train_)                                  \
    int main(void) {                                                                          \
        const struct mlp_implementation judged = {forward_, loss_, gradients_, train_};       \
        return mlp_golden_judge(&judged);                                                     \
    }

#endif
