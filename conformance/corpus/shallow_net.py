import numpy as np


class ShallowNet:
    """One hidden layer, sigmoid everywhere, trained with plain gradient descent."""

    def __init__(self, n_features, n_units, n_targets):
        self.w_ih = np.random.randn(n_features, n_units)
        self.b_h = np.zeros((1, n_units))
        self.w_ho = np.random.randn(n_units, n_targets)
        self.b_o = np.zeros((1, n_targets))

    def squash(self, s):
        return 1 / (1 + np.exp(-s))

    def slope(self, out):
        return out * (1 - out)

    def predict(self, X):
        self.h_out = self.squash(np.dot(X, self.w_ih) + self.b_h)
        self.final_out = self.squash(np.dot(self.h_out, self.w_ho) + self.b_o)
        return self.final_out

    def learn(self, X, y, learning_rate):
        error = y - self.final_out
        d_final = error * self.slope(self.final_out)
        d_h = d_final.dot(self.w_ho.T) * self.slope(self.h_out)

        self.w_ho += self.h_out.T.dot(d_final) * learning_rate
        self.b_o += np.sum(d_final, axis=0, keepdims=True) * learning_rate
        self.w_ih += X.T.dot(d_h) * learning_rate
        self.b_h += np.sum(d_h, axis=0, keepdims=True) * learning_rate

    def fit(self, X, y, learning_rate, epochs):
        for epoch in range(epochs):
            self.predict(X)
            self.learn(X, y, learning_rate)
            if epoch % 1000 == 0:
                print("epoch", epoch, "error", np.mean((y - self.final_out) ** 2))


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    net = ShallowNet(2, 4, 1)
    net.fit(X, y, 0.5, 5000)
    print(net.predict(X).round(3))
