/* A multi-layer perceptron in C99: what it can do, and the four functions that are judged. */
#ifdef FLOAT32
typedef float real;
#define DTYPE "float32"
#else
typedef double real;
#define DTYPE "float64"
#endif

typedef struct { int n_in, n_out; real *weights, *biases; const char *activation; } Layer; /* weights row by row */
typedef struct { int depth; Layer *layers; const char *loss, *reduction; } Network;

/* What it can do: nothing else is asked for. Leave out what you have not. */
#define OPERATIONS "forward", "loss", "gradients", "train"
#define HIDDEN "sigmoid", "tanh", "relu", "linear"
#define OUTPUT "sigmoid", "tanh", "relu", "linear", "softmax"
#define LOSSES "half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"
#define REDUCTIONS "sum", "mean_samples", "mean_elements"
#define NAME "c-mlp"
#define VERSION "1.0"

/* Inputs x and targets y have m rows, one for each sample. a and d have room for the activations and the deltas of
 * every layer: a[k] and d[k] are m rows of n_out. `found` and `losses` have room for what is found. */
void forward(const Network *net, int m, const real *x, real **a);
real loss(const Network *net, int m, const real *x, const real *y, real **a, real **d);
void gradients(const Network *net, int m, const real *x, const real *y, real **a, real **d, Layer *found);
void train(Network *net, int m, const real *x, const real *y, real rate, int epochs, real **a, real **d, Layer *found,
           real *losses);
