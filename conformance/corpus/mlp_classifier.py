import numpy as np


class NeuralClassifier(object):
    def __init__(self, n_hidden=30, epochs=100, eta=0.001, seed=None):
        self.random = np.random.RandomState(seed)
        self.n_hidden = n_hidden
        self.epochs = epochs
        self.eta = eta

    def _onehot(self, y, n_classes):
        onehot = np.zeros((y.shape[0], n_classes))
        onehot[np.arange(y.shape[0]), y.astype(int)] = 1.0
        return onehot

    def _sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -700, 700)))

    def _forward(self, X):
        a_h = self._sigmoid(np.dot(X, self.w_h) + self.b_h)
        z_out = np.dot(a_h, self.w_out) + self.b_out
        e = np.exp(z_out - z_out.max(axis=1)[:, None])
        return a_h, e / e.sum(axis=1)[:, None]

    def _init_weights(self, n_features, n_classes):
        self.b_h = np.zeros(self.n_hidden)
        self.w_h = self.random.normal(0.0, 0.1, (n_features, self.n_hidden))
        self.b_out = np.zeros(n_classes)
        self.w_out = self.random.normal(0.0, 0.1, (self.n_hidden, n_classes))

    def predict_proba(self, X):
        return self._forward(X)[1]

    def predict(self, X):
        return np.argmax(self.predict_proba(X), axis=1)

    def fit(self, X, y, warm_start=False):
        n_classes = np.unique(y).shape[0]
        Y = self._onehot(y, n_classes)
        if not warm_start:
            self._init_weights(X.shape[1], n_classes)
        for _ in range(self.epochs):
            a_h, a_out = self._forward(X)
            delta_out = a_out - Y
            delta_h = np.dot(delta_out, self.w_out.T) * a_h * (1.0 - a_h)
            self.w_h -= self.eta * np.dot(X.T, delta_h)
            self.b_h -= self.eta * np.sum(delta_h, axis=0)
            self.w_out -= self.eta * np.dot(a_h.T, delta_out)
            self.b_out -= self.eta * np.sum(delta_out, axis=0)
        return self
