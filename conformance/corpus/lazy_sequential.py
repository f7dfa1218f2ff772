import numpy as np

class Dense:
    def __init__(self, units, activation='linear'):
        self.units = units
        self.activation = activation
        self.W = None
        self.b = None

    def build(self, input_dim):
        limit = np.sqrt(6 / (input_dim + self.units))
        self.W = np.random.uniform(-limit, limit, (input_dim, self.units))
        self.b = np.zeros((1, self.units))

    def call(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        if self.activation == 'relu':
            self.a = np.maximum(0, self.z)
        elif self.activation == 'sigmoid':
            self.a = 1 / (1 + np.exp(-self.z))
        elif self.activation == 'tanh':
            self.a = np.tanh(self.z)
        else:
            self.a = self.z
        return self.a

    def backward(self, da):
        if self.activation == 'relu':
            dz = da * (self.z > 0)
        elif self.activation == 'sigmoid':
            dz = da * self.a * (1 - self.a)
        elif self.activation == 'tanh':
            dz = da * (1 - self.a ** 2)
        else:
            dz = da
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0, keepdims=True)
        return dz @ self.W.T

class Sequential:
    def __init__(self, input_dim):
        self.layers = []
        self.dim = input_dim

    def add(self, layer):
        layer.build(self.dim)
        self.dim = layer.units
        self.layers.append(layer)

    def compile(self, lr=0.01, loss='mse'):
        self.lr = lr
        self.loss = loss

    def predict(self, x):
        for layer in self.layers:
            x = layer.call(x)
        return x

    def train_on_batch(self, x, y):
        out = self.predict(x)
        loss = np.mean((out - y) ** 2)
        grad = 2 * (out - y) / y.size
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            layer.W -= self.lr * layer.dW
            layer.b -= self.lr * layer.db
        return loss

    def fit(self, x, y, epochs=10, verbose=True):
        history = []
        for e in range(epochs):
            loss = self.train_on_batch(x, y)
            history.append(loss)
            if verbose:
                print(f"Epoch {e + 1}/{epochs} - loss: {loss:.4f}")
        return history

if __name__ == '__main__':
    model = Sequential(2)
    model.add(Dense(8, 'tanh'))
    model.add(Dense(1, 'sigmoid'))
    model.compile(lr=0.5)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0], [1], [1], [0]], float)
    model.fit(X, y, epochs=2000, verbose=False)
