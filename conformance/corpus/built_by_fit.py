import numpy as np

class Layer:
    def __init__(self, n_units, act="sigmoid"):
        self.n_units = n_units
        self.act = act

    def initialize(self, n_inputs):
        self.w = np.random.randn(n_inputs, self.n_units) * 0.1
        self.b = np.zeros(self.n_units)

    def forward(self, x):
        self.inp = x
        z = x.dot(self.w) + self.b
        self.out = 1 / (1 + np.exp(-z)) if self.act == "sigmoid" else np.tanh(z)
        return self.out

    def backward(self, err, lr):
        d = self.out * (1 - self.out) if self.act == "sigmoid" else 1 - self.out ** 2
        delta = err * d
        self.w -= lr * self.inp.T.dot(delta)
        self.b -= lr * delta.sum(axis=0)
        return delta.dot(self.w.T)   # after the update

class NN:
    def __init__(self):
        self.layers = []
        self.built = False

    def add(self, layer):
        self.layers.append(layer)
        return self

    def compile(self, learning_rate):
        self.learning_rate = learning_rate

    def _build(self, n_features):
        for layer in self.layers:
            layer.initialize(n_features)
            n_features = layer.n_units
        self.built = True

    def predict(self, x):
        if not self.built:
            self._build(x.shape[1])
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def fit(self, x, y, epochs):
        if not self.built:
            self._build(x.shape[1])
        for _ in range(epochs):
            err = self.predict(x) - y
            for layer in self.layers[::-1]:
                err = layer.backward(err, self.learning_rate)

net = NN()
net.add(Layer(4)).add(Layer(1))
net.compile(learning_rate=0.5)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
net.fit(X, y, 5000)
print(net.predict(X))
