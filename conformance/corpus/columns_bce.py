import numpy as np

class ShallowNN:
    def __init__(self, n_x, n_h, n_y):
        np.random.seed(2)
        self.W1 = np.random.randn(n_h, n_x) * 0.01
        self.b1 = np.zeros(shape=(n_h, 1))
        self.W2 = np.random.randn(n_y, n_h) * 0.01
        self.b2 = np.zeros(shape=(n_y, 1))

    def forward(self, X):
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = self.W2 @ self.A1 + self.b2
        self.A2 = 1/(1+np.exp(-self.Z2))
        return self.A2

    def cost(self, Y):
        m = Y.shape[1]
        return -np.sum(Y*np.log(self.A2) + (1-Y)*np.log(1-self.A2)) / m

    def train(self, X, Y, epochs=10000, learning_rate=1.2, print_every=1000):
        m = X.shape[1]
        for i in range(epochs):
            self.forward(X)
            dZ2 = self.A2 - Y
            dW2 = dZ2 @ self.A1.T / m
            db2 = np.sum(dZ2, axis=1, keepdims=True) / m
            dZ1 = self.W2.T @ dZ2 * (1 - np.power(self.A1, 2))
            dW1 = dZ1 @ X.T / m
            db1 = np.sum(dZ1, axis=1, keepdims=True) / m
            self.W1 -= learning_rate*dW1
            self.b1 -= learning_rate*db1
            self.W2 -= learning_rate*dW2
            self.b2 -= learning_rate*db2
            if i % print_every == 0:
                print("Cost after iteration", i, self.cost(Y))
