import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

// ================================================================== your network goes here
// What it can do, and the four methods: put your own in their place; leave out of OPERATIONS what you have not.
// Weights have n_in rows of n_out numbers; inputs and targets have a row for each sample.

/** The network that is judged. */
final class Network {
    static final List<String> OPERATIONS = List.of("forward", "loss", "gradients", "train");
    static final Map<String, Object> CLAIMS = Map.of(
            "name", "java-mlp",
            "version", "1.0",
            "language", "java",
            "dtype", "float64",
            "activations", List.of("sigmoid", "tanh", "relu", "linear"),
            "output_activations", List.of("sigmoid", "tanh", "relu", "linear", "softmax"),
            "losses", List.of("half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"),
            "reductions", List.of("sum", "mean_samples", "mean_elements"));

    record Layer(double[][] weights, double[] biases, String activation) {}

    final List<Layer> layers;
    final String loss, reduction;

    Network(List<Layer> layers, String loss, String reduction) {
        this.layers = layers;
        this.loss = loss;
        this.reduction = reduction;
    }

    Layer output() {
        return layers.get(layers.size() - 1);
    }

    /** The activations of every layer. */
    List<double[][]> forward(double[][] inputs) {
        List<double[][]> activations = new ArrayList<>();
        double[][] below = inputs;
        for (Layer layer : layers) {
            below = Arrays.stream(below).map(row -> activate(layer.activation, affine(layer, row))).toArray(double[][]::new);
            activations.add(below);
        }
        return activations;
    }

    double loss(double[][] inputs, double[][] targets) {
        List<double[][]> activations = forward(inputs);
        int last = layers.size() - 1;
        double[][] below = last > 0 ? activations.get(last - 1) : inputs;
        double total = 0;
        for (int s = 0; s < targets.length; s++) {
            total += sampleLoss(affine(output(), below[s]), activations.get(last)[s], targets[s]);
        }
        return total / divisor(targets);
    }

    /** The derivatives of the loss, in the shape of the layers. */
    List<Layer> gradients(double[][] inputs, double[][] targets) {
        List<double[][]> activations = forward(inputs);
        int last = layers.size() - 1;
        double[][] deltas = new double[targets.length][];
        for (int s = 0; s < targets.length; s++) {
            double[] delta = outputDelta(activations.get(last)[s], targets[s]);
            deltas[s] = each(delta.length, j -> delta[j] / divisor(targets));
        }
        List<Layer> found = new ArrayList<>();
        for (int k = last; k >= 0; k--) {
            Layer layer = layers.get(k);
            double[][] below = k > 0 ? activations.get(k - 1) : inputs;
            double[][] weights = new double[layer.weights.length][layer.biases.length];
            double[] biases = new double[layer.biases.length];
            for (int s = 0; s < deltas.length; s++) {
                double[] delta = deltas[s];
                for (int j = 0; j < biases.length; j++) {
                    biases[j] += delta[j];
                    for (int i = 0; i < weights.length; i++) {
                        weights[i][j] += below[s][i] * delta[j];
                    }
                }
                if (k > 0) {
                    double[] errors = each(weights.length, i -> dot(layer.weights[i], delta));
                    deltas[s] = backward(layers.get(k - 1).activation, below[s], errors);
                }
            }
            found.add(0, new Layer(weights, biases, layer.activation));
        }
        return found;
    }

    /** The loss before each update; the network becomes what it is after the last. */
    double[] train(double[][] inputs, double[][] targets, double learningRate, int epochs) {
        double[] losses = new double[epochs];
        for (int epoch = 0; epoch < epochs; epoch++) {
            losses[epoch] = loss(inputs, targets);
            List<Layer> gradients = gradients(inputs, targets);
            for (int k = 0; k < layers.size(); k++) {
                Layer layer = layers.get(k);
                for (int j = 0; j < layer.biases.length; j++) {
                    layer.biases[j] -= learningRate * gradients.get(k).biases[j];
                    for (int i = 0; i < layer.weights.length; i++) {
                        layer.weights[i][j] -= learningRate * gradients.get(k).weights[i][j];
                    }
                }
            }
        }
        return losses;
    }

    private static double[] each(int n, IntToDoubleFunction f) {
        return IntStream.range(0, n).mapToDouble(f).toArray();
    }

    private static double sum(double[] numbers) {
        double total = 0;
        for (double x : numbers) {
            total += x;
        }
        return total;
    }

    private static double dot(double[] left, double[] right) {
        return sum(each(left.length, i -> left[i] * right[i]));
    }

    private static double[] affine(Layer layer, double[] below) {
        IntToDoubleFunction sums = j -> sum(each(below.length, i -> below[i] * layer.weights[i][j]));
        return each(layer.biases.length, j -> sums.applyAsDouble(j) + layer.biases[j]);
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    private static double largest(double[] z) {
        return Arrays.stream(z).reduce(Double.NEGATIVE_INFINITY, Math::max);
    }

    private static double[] exponentials(double[] z) {
        double largest = largest(z);
        return each(z.length, j -> Math.exp(z[j] - largest));
    }

    /** The activations of one sample in one layer, from its pre-activations. NaN stays NaN. */
    private static double[] activate(String name, double[] z) {
        double[] e = exponentials(z);
        double total = sum(e);
        return switch (name) {
            case "sigmoid" -> each(z.length, j -> 1 / (1 + Math.exp(-z[j])));
            case "tanh" -> each(z.length, j -> Math.tanh(z[j]));
            case "relu" -> each(z.length, j -> Math.max(z[j], 0));
            case "softmax" -> each(z.length, j -> e[j] / total);
            default -> z;
        };
    }

    /** The gradient of one sample's pre-activations, from its activations and their gradient. */
    private static double[] backward(String name, double[] a, double[] gradient) {
        return switch (name) {
            case "sigmoid" -> each(a.length, j -> gradient[j] * a[j] * (1 - a[j]));
            case "tanh" -> each(a.length, j -> gradient[j] * (1 - a[j] * a[j]));
            case "relu" -> each(a.length, j -> a[j] > 0 ? gradient[j] : 0);
            case "softmax" -> each(a.length, j -> a[j] * (gradient[j] - dot(a, gradient)));
            default -> gradient;
        };
    }

    /** The loss of one sample, from the output's pre-activations, its activations and the target. */
    private double sampleLoss(double[] z, double[] a, double[] y) {
        double logSum = largest(z) + Math.log(sum(exponentials(z)));
        double[] error = each(a.length, j -> a[j] - y[j]);
        return switch (loss) {
            case "cross_entropy" -> sum(each(z.length, j -> y[j] * (logSum - z[j])));
            case "binary_cross_entropy" -> sum(each(z.length, j -> y[j] * softplus(-z[j]) + (1 - y[j]) * softplus(z[j])));
            case "squared_error" -> dot(error, error);
            default -> dot(error, error) / 2;
        };
    }

    /** The gradient of one sample's loss with respect to the output's pre-activations. */
    private double[] outputDelta(double[] a, double[] y) {
        double[] error = each(a.length, j -> a[j] - y[j]);
        return switch (loss) {
            case "cross_entropy" -> each(a.length, j -> a[j] * sum(y) - y[j]);
            case "binary_cross_entropy" -> error;
            case "squared_error" -> backward(output().activation, a, each(a.length, j -> 2 * error[j]));
            default -> backward(output().activation, a, error);
        };
    }

    private double divisor(double[][] targets) {
        double divisor = reduction.equals("sum") ? 1 : targets.length;
        return reduction.equals("mean_elements") ? divisor * targets[0].length : divisor;
    }
}
