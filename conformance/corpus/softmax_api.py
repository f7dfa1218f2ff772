import numpy as np


class SoftmaxMLP:
    def __init__(self, n_hidden=32, learning_rate=0.1, max_iter=200, random_state=None):
        self.n_hidden = n_hidden
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.random_state = random_state

    def _init_weights(self, n_features, n_classes):
        rng = np.random.RandomState(self.random_state)
        self.W1_ = rng.normal(0, np.sqrt(2 / n_features), (n_features, self.n_hidden))
        self.b1_ = np.zeros(self.n_hidden)
        self.W2_ = rng.normal(0, np.sqrt(2 / self.n_hidden), (self.n_hidden, n_classes))
        self.b2_ = np.zeros(n_classes)

    def _softmax(self, Z):
        Z = Z - Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        return E / E.sum(axis=1, keepdims=True)

    def _forward(self, X):
        Z1 = X @ self.W1_ + self.b1_
        A1 = np.maximum(0, Z1)
        return Z1, A1, self._softmax(A1 @ self.W2_ + self.b2_)

    def fit(self, X, y):
        classes = np.unique(y)
        Y = np.eye(len(classes))[y]
        self._init_weights(X.shape[1], len(classes))
        self.loss_curve_ = []
        for _ in range(self.max_iter):
            Z1, A1, P = self._forward(X)
            m = X.shape[0]
            self.loss_curve_.append(-np.mean(np.sum(Y * np.log(P + 1e-12), axis=1)))
            dZ2 = (P - Y) / m
            dW2 = A1.T @ dZ2 / m
            db2 = dZ2.sum(axis=0) / m
            dZ1 = (dZ2 @ self.W2_.T) * (Z1 > 0)
            dW1 = X.T @ dZ1 / m
            db1 = dZ1.sum(axis=0) / m
            self.W1_ -= self.learning_rate * dW1
            self.b1_ -= self.learning_rate * db1
            self.W2_ -= self.learning_rate * dW2
            self.b2_ -= self.learning_rate * db2
        return self

    def predict_proba(self, X):
        return self._forward(X)[2]

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)

    def score(self, X, y):
        return np.mean(self.predict(X) == y)
