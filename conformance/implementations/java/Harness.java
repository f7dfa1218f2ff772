import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

// javac -d classes Harness.java Network.java
// mlp-conformance run --command "java -cp classes Harness"
/** The harness of the network in Network.java: lines of JSON on standard input and output. Java 17, no dependencies. */
final class Harness {
    /** A reader of JSON: maps, lists, Strings, Doubles, and null for null, true and false. */
    private static final class Reader {
        private final String line;
        private int at;

        Reader(String line) {
            this.line = line + " "; // so that there is always a character
        }

        private char next() {
            while (at + 1 < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            return line.charAt(at);
        }

        private boolean skip(char c) {
            boolean found = next() == c;
            at += found ? 1 : 0;
            return found;
        }

        private void expect(char c) {
            if (!skip(c)) {
                throw new IllegalArgumentException("not JSON at character " + at);
            }
        }

        /** Escapes stay as they are, for no string that matters here has any. */
        private String string() {
            expect('"');
            int start = at;
            while (line.charAt(at) != '"') {
                at += line.charAt(at) == '\\' ? 2 : 1;
            }
            return line.substring(start, at++);
        }

        Object value() {
            char first = next();
            if (first == '"') {
                return string();
            } else if (first == '[') {
                List<Object> items = new ArrayList<>();
                for (at++; next() != ']'; skip(',')) {
                    items.add(value());
                }
                at++;
                return items;
            } else if (first == '{') {
                Map<String, Object> fields = new LinkedHashMap<>();
                for (at++; next() != '}'; skip(',')) {
                    String name = string();
                    expect(':');
                    fields.put(name, value());
                }
                at++;
                return fields;
            }
            int start = at;
            while (",]} \t\r".indexOf(line.charAt(at)) < 0) {
                at++;
            }
            String word = line.substring(start, at);
            return List.of("null", "true", "false").contains(word) ? null : (Object) Double.valueOf(word);
        }
    }

    private static double number(Object value) {
        if (value instanceof String word && List.of("NaN", "Infinity", "-Infinity").contains(word)) {
            return Double.parseDouble(word);
        }
        return (Double) value;
    }

    private static double[] vector(Object value) {
        return ((List<?>) value).stream().mapToDouble(Harness::number).toArray();
    }

    /** Shapes are checked here, once. */
    private static double[][] matrix(Object value, int m, int n) {
        double[][] rows = ((List<?>) value).stream().map(Harness::vector).toArray(double[][]::new);
        if (rows.length != m || Arrays.stream(rows).anyMatch(row -> row.length != n)) {
            throw new IllegalArgumentException("expected " + m + " rows of " + n + " numbers");
        }
        return rows;
    }

    /** As JSON: what the reader gives, arrays and layers too. Double.toString reads back as the same number. */
    private static String json(Object value) {
        if (value instanceof Double number) {
            return Double.isFinite(number) ? number.toString() : '"' + number.toString() + '"';
        } else if (value instanceof double[] numbers) {
            return Arrays.stream(numbers).boxed().map(Harness::json).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof double[][] rows) {
            return Arrays.stream(rows).map(Harness::json).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof List<?> items) {
            return items.stream().map(Harness::json).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Network.Layer layer) {
            return "{\"weights\": " + json(layer.weights()) + ", \"biases\": " + json(layer.biases()) + "}";
        } else if (value instanceof Map<?, ?> fields) {
            return fields.entrySet().stream()
                    .map(field -> json(field.getKey()) + ": " + json(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        String text = value.toString().replaceAll("[\"\\\\\\p{Cntrl}]", " ");
        return value instanceof Number || value instanceof Boolean ? text : '"' + text + '"';
    }

    /** What in a request is not claimed, or null. */
    private static String unsupported(Object operation, Network network) {
        String output = network.output().activation();
        boolean claimed = Network.OPERATIONS.contains(operation)
                && network.layers.stream().limit(network.layers.size() - 1).allMatch(l -> claimed("activations", l.activation()))
                && claimed("output_activations", output)
                && claimed("losses", network.loss)
                && claimed("reductions", network.reduction)
                && (!network.loss.equals("cross_entropy") || output.equals("softmax"))
                && (!network.loss.equals("binary_cross_entropy") || output.equals("sigmoid"));
        return claimed ? null : "the operation, an activation, the loss or the reduction is not claimed";
    }

    private static boolean claimed(String field, String name) {
        return ((List<?>) Network.CLAIMS.get(field)).contains(name);
    }

    private static Map<String, Object> run(Map<?, ?> request) {
        List<?> rows = (List<?>) request.get("inputs");
        int m = rows.size(), n = ((List<?>) rows.get(0)).size();
        double[][] inputs = matrix(rows, m, n);
        Map<?, ?> described = (Map<?, ?>) request.get("network");
        List<Network.Layer> layers = new ArrayList<>();
        for (Object item : (List<?>) described.get("layers")) {
            Map<?, ?> layer = (Map<?, ?>) item;
            double[] biases = vector(layer.get("biases"));
            double[][] weights = matrix(layer.get("weights"), n, biases.length);
            layers.add(new Network.Layer(weights, biases, (String) layer.get("activation")));
            n = biases.length;
        }
        Network network = new Network(layers, (String) described.get("loss"), (String) described.get("reduction"));
        String operation = (String) request.get("operation");
        String why = unsupported(operation, network);
        if (why != null) {
            return Map.of("unsupported", why);
        }
        double[][] targets = operation.equals("forward") ? null : matrix(request.get("targets"), m, n);
        return Map.of("result", switch (operation) {
            case "forward" -> Map.of("activations", network.forward(inputs));
            case "loss" -> Map.of("loss", network.loss(inputs, targets));
            case "gradients" -> Map.of("gradients", network.gradients(inputs, targets));
            default -> {
                int epochs = (int) number(request.get("epochs"));
                double[] losses = network.train(inputs, targets, number(request.get("learning_rate")), epochs);
                yield Map.of("losses", losses, "layers", network.layers);
            }
        });
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            Map<?, ?> request = (Map<?, ?>) new Reader(line).value();
            Map<String, Object> answer = new LinkedHashMap<>();
            if ("stop".equals(request.get("cmd"))) {
                return;
            }
            if ("start".equals(request.get("cmd"))) {
                answer.putAll(Map.of("protocol", 1, "claims", Network.CLAIMS, "operations", Network.OPERATIONS));
            } else {
                answer.put("seq", ((Double) request.get("seq")).longValue());
                try {
                    answer.putAll(run(request));
                } catch (RuntimeException error) {
                    answer.put(error instanceof UnsupportedOperationException ? "unsupported" : "error", error.toString());
                }
            }
            output.print(json(answer) + "\n");
            output.flush();
        }
    }
}
