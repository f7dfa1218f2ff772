import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weka.classifiers.functions.MultilayerPerceptron;
import weka.classifiers.functions.neural.NeuralConnection;
import weka.classifiers.functions.neural.NeuralNode;
import weka.core.Attribute;
import weka.core.FastVector;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.Version;

// Weka: MultilayerPerceptron as buildClassifier makes it, with its own passes and steps, which are private, called by reflection.
// Debian: apt-get install weka default-jdk-headless
//   javac -d weka/classes -cp /usr/share/java/weka.jar java/Harness.java weka/Network.java
// mlp-conformance run --command "java -cp weka/classes:/usr/share/java/weka.jar Harness"           one linear output (a numeric class)
// mlp-conformance run --command "java -cp ... -Dclass=nominal Harness"                             a sigmoid output for each class

/** A network of Weka's. */
final class Network {
    private static final boolean NOMINAL = "nominal".equals(System.getProperty("class"));
    static final List<String> OPERATIONS = List.of("forward", "train");
    static final Map<String, Object> CLAIMS = new HashMap<>(Map.of(
            "name", NOMINAL ? "Weka nominal class" : "Weka numeric class",
            "version", Version.VERSION,
            "language", "java",
            "activations", List.of("sigmoid"),
            "output_activations", List.of(NOMINAL ? "sigmoid" : "linear"),
            "losses", List.of("half_squared_error"),
            "reductions", List.of("sum"),
            "max_batch", 1,
            "notes", "no momentum, no decay, nothing normalized; outputs are those of its units, before distributionForInstance "
                    + "divides them by their sum; it reports no loss"));

    static {
        CLAIMS.putAll(NOMINAL ? Map.of("one_hot", true) : Map.of("max_outputs", 1));
    }

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

    List<double[][]> forward(double[][] inputs) {
        Perceptron net = new Perceptron(this);
        List<double[][]> activations = new ArrayList<>();
        for (Layer layer : layers) {
            activations.add(new double[inputs.length][]);
        }
        for (int s = 0; s < inputs.length; s++) {
            net.pass(inputs[s], null);
            for (int k = 0; k < layers.size(); k++) {
                activations.get(k)[s] = net.units.get(k).stream().mapToDouble(unit -> unit.outputValue(false)).toArray();
            }
        }
        return activations;
    }

    double[] train(double[][] inputs, double[][] targets, double learningRate, int epochs) {
        Perceptron net = new Perceptron(this);
        for (int epoch = 0; epoch < epochs; epoch++) {
            net.pass(inputs[0], targets[0]);
            net.call("calculateErrors");
            net.call("updateNetworkWeights", learningRate, 0.0);
        }
        for (int k = 0; k < layers.size(); k++) {
            Layer layer = layers.get(k);
            for (int j = 0; j < layer.biases.length; j++) {
                double[] weights = net.units.get(k).get(j).getWeights();
                layer.biases[j] = weights[0];
                for (int i = 0; i < layer.weights.length; i++) {
                    layer.weights[i][j] = weights[net.place(k, j, i)];
                }
            }
        }
        return new double[0];
    }

    double loss(double[][] inputs, double[][] targets) {
        throw new UnsupportedOperationException();
    }

    List<Layer> gradients(double[][] inputs, double[][] targets) {
        throw new UnsupportedOperationException();
    }

    /** The classifier that buildClassifier makes without an epoch of training, with the weights of a network. */
    private static final class Perceptron {
        private final MultilayerPerceptron classifier = new MultilayerPerceptron();
        private final Instances data;
        private final List<List<NeuralNode>> units = new ArrayList<>();

        Perceptron(Network network) {
            int inputs = network.layers.get(0).weights.length, outputs = network.output().biases.length;
            if (NOMINAL && outputs < 2) {
                throw new UnsupportedOperationException("it has at least two classes");
            }
            FastVector attributes = new FastVector();
            for (int i = 0; i < inputs; i++) {
                attributes.addElement(new Attribute("x" + i));
            }
            FastVector classes = new FastVector();
            for (int j = 0; j < outputs; j++) {
                classes.addElement("c" + j);
            }
            attributes.addElement(NOMINAL ? new Attribute("y", classes) : new Attribute("y"));
            data = new Instances("data", attributes, 1);
            data.setClassIndex(inputs);
            data.add(instance(new double[inputs], new double[outputs]));
            List<String> hidden = network.layers.stream().map(layer -> String.valueOf(layer.biases.length)).toList();
            classifier.setHiddenLayers(hidden.size() == 1 ? "0" : String.join(", ", hidden.subList(0, hidden.size() - 1)));
            classifier.setNormalizeAttributes(false);
            classifier.setNormalizeNumericClass(false);
            classifier.setNominalToBinaryFilter(false);
            classifier.setReset(false);
            classifier.setTrainingTime(1);
            try {
                classifier.buildClassifier(data);
            } catch (Exception problem) {
                throw new IllegalStateException(problem);
            }
            // its nodes come outputs first, then the hidden layers from the input side on
            NeuralConnection[] nodes = (NeuralConnection[]) field("m_neuralNodes");
            int next = outputs;
            for (Layer layer : network.layers) {
                int first = layer == network.output() ? 0 : next;
                next = layer == network.output() ? next : next + layer.biases.length;
                units.add(Arrays.stream(nodes, first, first + layer.biases.length).map(NeuralNode.class::cast).toList());
            }
            for (int k = 0; k < units.size(); k++) {
                Layer layer = network.layers.get(k);
                for (int j = 0; j < layer.biases.length; j++) {
                    double[] weights = units.get(k).get(j).getWeights();
                    weights[0] = layer.biases[j];
                    for (int i = 0; i < layer.weights.length; i++) {
                        weights[place(k, j, i)] = layer.weights[i][j];
                    }
                    Arrays.fill(units.get(k).get(j).getChangeInWeights(), 0);
                }
            }
        }

        /** Where among a unit's weights that of unit i of the layer below stands. */
        int place(int layer, int unit, int i) {
            NeuralConnection[] below = units.get(layer).get(unit).getInputs();
            for (int at = 0; at < below.length; at++) {
                boolean found = layer > 0 ? below[at] == units.get(layer - 1).get(i) : below[at].getId().equals("x" + i);
                if (found) {
                    return at + 1;
                }
            }
            throw new IllegalStateException("unit " + i + " is not joined");
        }

        void pass(double[] input, double[] target) {
            Instance instance = instance(input, target == null ? new double[units.get(units.size() - 1).size()] : target);
            instance.setDataset(data);
            set("m_currentInstance", instance);
            call("resetNetwork");
            call("calculateOutputs");
        }

        private static Instance instance(double[] input, double[] target) {
            if (Arrays.stream(input).anyMatch(Double::isNaN)) {
                throw new UnsupportedOperationException("NaN is how Weka writes a missing value");
            }
            double[] values = Arrays.copyOf(input, input.length + 1);
            int winner = 0;
            for (int j = 0; j < target.length; j++) {
                winner = target[j] == 1 ? j : winner;
            }
            values[input.length] = NOMINAL ? winner : target[0];
            return new Instance(1.0, values);
        }

        private Object field(String name) {
            try {
                Field field = MultilayerPerceptron.class.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(classifier);
            } catch (ReflectiveOperationException problem) {
                throw new IllegalStateException(problem);
            }
        }

        private void set(String name, Object value) {
            try {
                Field field = MultilayerPerceptron.class.getDeclaredField(name);
                field.setAccessible(true);
                field.set(classifier, value);
            } catch (ReflectiveOperationException problem) {
                throw new IllegalStateException(problem);
            }
        }

        void call(String name, Object... arguments) {
            try {
                Class<?>[] types = new Class<?>[arguments.length];
                Arrays.fill(types, double.class);
                Method method = MultilayerPerceptron.class.getDeclaredMethod(name, types);
                method.setAccessible(true);
                method.invoke(classifier, arguments);
            } catch (ReflectiveOperationException problem) {
                throw new IllegalStateException(problem);
            }
        }
    }
}
