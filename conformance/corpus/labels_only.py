import numpy as np

class SimpleClassifier:
    def __init__(self, layers=[4, 10, 3], lr=0.1, iterations=1000):
        self.layers = layers
        self.lr = lr
        self.iterations = iterations
        self.params = {}
        self.loss = []
        self.init_weights()

    def init_weights(self):
        np.random.seed(1)
        self.params["W1"] = np.random.randn(self.layers[0], self.layers[1])
        self.params["b1"] = np.random.randn(self.layers[1],)
        self.params["W2"] = np.random.randn(self.layers[1], self.layers[2])
        self.params["b2"] = np.random.randn(self.layers[2],)

    def relu(self, Z):
        return np.maximum(0, Z)

    def dRelu(self, x):
        x[x <= 0] = 0
        x[x > 0] = 1
        return x

    def softmax(self, Z):
        e = np.exp(Z - np.max(Z, axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def forward_propagation(self):
        Z1 = self.X.dot(self.params["W1"]) + self.params["b1"]
        A1 = self.relu(Z1)
        Z2 = A1.dot(self.params["W2"]) + self.params["b2"]
        yhat = self.softmax(Z2)
        self.params["Z1"] = Z1
        self.params["A1"] = A1
        loss = -np.sum(self.y * np.log(yhat)) / len(self.X)
        return yhat, loss

    def back_propagation(self, yhat):
        m = len(self.X)
        dl_Z2 = (yhat - self.y) / m
        dl_A1 = dl_Z2.dot(self.params["W2"].T)
        dl_W2 = self.params["A1"].T.dot(dl_Z2)
        dl_b2 = np.sum(dl_Z2, axis=0)
        dl_Z1 = dl_A1 * self.dRelu(self.params["Z1"])
        dl_W1 = self.X.T.dot(dl_Z1)
        dl_b1 = np.sum(dl_Z1, axis=0)
        self.params["W1"] = self.params["W1"] - self.lr * dl_W1
        self.params["W2"] = self.params["W2"] - self.lr * dl_W2
        self.params["b1"] = self.params["b1"] - self.lr * dl_b1
        self.params["b2"] = self.params["b2"] - self.lr * dl_b2

    def fit(self, X, y):
        self.X = X
        self.y = y
        self.init_weights()
        for i in range(self.iterations):
            yhat, loss = self.forward_propagation()
            self.back_propagation(yhat)
            self.loss.append(loss)

    def predict(self, X):
        Z1 = X.dot(self.params["W1"]) + self.params["b1"]
        A1 = self.relu(Z1)
        Z2 = A1.dot(self.params["W2"]) + self.params["b2"]
        return np.argmax(self.softmax(Z2), axis=1)
