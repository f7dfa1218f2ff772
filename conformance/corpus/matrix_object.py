import random, math
class NeuralNetwork:
    def __init__(self, a, b, c):
        self.input_nodes = a; self.hidden_nodes = b; self.output_nodes = c
        self.weights_ih = Matrix(b, a); self.weights_ho = Matrix(c, b)
        self.bias_h = Matrix(b, 1); self.bias_o = Matrix(c, 1)
        for m in (self.weights_ih, self.weights_ho, self.bias_h, self.bias_o): m.randomize()
        self.learning_rate = 0.1
    def predict(self, input_array):
        inputs = Matrix.from_array(input_array)
        hidden = Matrix.multiply(self.weights_ih, inputs); hidden.add(self.bias_h); hidden.map(sigmoid)
        output = Matrix.multiply(self.weights_ho, hidden); output.add(self.bias_o); output.map(sigmoid)
        return output.to_array()
    def train(self, input_array, target_array):
        inputs = Matrix.from_array(input_array)
        hidden = Matrix.multiply(self.weights_ih, inputs); hidden.add(self.bias_h); hidden.map(sigmoid)
        outputs = Matrix.multiply(self.weights_ho, hidden); outputs.add(self.bias_o); outputs.map(sigmoid)
        targets = Matrix.from_array(target_array)
        output_errors = Matrix.subtract(targets, outputs)
        gradients = outputs.copy(); gradients.map(dsigmoid); gradients.hadamard(output_errors)
        who_t = Matrix.transpose(self.weights_ho)
        hidden_errors = Matrix.multiply(who_t, gradients)
        gradients.scale(self.learning_rate)
        self.weights_ho.add(Matrix.multiply(gradients, Matrix.transpose(hidden)))
        self.bias_o.add(gradients)
        hidden_gradient = hidden.copy(); hidden_gradient.map(dsigmoid); hidden_gradient.hadamard(hidden_errors)
        hidden_gradient.scale(self.learning_rate)
        self.weights_ih.add(Matrix.multiply(hidden_gradient, Matrix.transpose(inputs)))
        self.bias_h.add(hidden_gradient)
class Matrix:
    def __init__(self, rows, cols):
        self.rows, self.cols = rows, cols
        self.data = [[0.0] * cols for _ in range(rows)]
    def randomize(self):
        for i in range(self.rows):
            for j in range(self.cols): self.data[i][j] = random.random() * 2 - 1
    def copy(self):
        m = Matrix(self.rows, self.cols); m.data = [r[:] for r in self.data]; return m
    @staticmethod
    def from_array(arr):
        m = Matrix(len(arr), 1)
        for i, v in enumerate(arr): m.data[i][0] = v
        return m
    def to_array(self): return [v for r in self.data for v in r]
    @staticmethod
    def subtract(a, b):
        m = Matrix(a.rows, a.cols); m.data = [[x - y for x, y in zip(p, q)] for p, q in zip(a.data, b.data)]; return m
    @staticmethod
    def transpose(a):
        m = Matrix(a.cols, a.rows); m.data = [list(c) for c in zip(*a.data)]; return m
    @staticmethod
    def multiply(a, b):
        m = Matrix(a.rows, b.cols)
        m.data = [[sum(a.data[i][k] * b.data[k][j] for k in range(a.cols)) for j in range(b.cols)] for i in range(a.rows)]; return m
    def add(self, o):
        for i in range(self.rows):
            for j in range(self.cols): self.data[i][j] += o.data[i][j]
    def hadamard(self, o):
        for i in range(self.rows):
            for j in range(self.cols): self.data[i][j] *= o.data[i][j]
    def scale(self, k):
        for i in range(self.rows):
            for j in range(self.cols): self.data[i][j] *= k
    def map(self, f):
        for i in range(self.rows):
            for j in range(self.cols): self.data[i][j] = f(self.data[i][j])
def sigmoid(x): return 1 / (1 + math.exp(-x))
def dsigmoid(y): return y * (1 - y)
