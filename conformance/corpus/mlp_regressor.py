import numpy as np


class ScratchMLPRegressor:
    """Multi-layer perceptron regressor with a scikit-learn flavoured interface.

    Parameters
    ----------
    hidden_layer_sizes : tuple, default=(100,)
    activation : {'tanh', 'logistic', 'relu', 'identity'}
    learning_rate_init : float
    max_iter : int, number of full-batch gradient steps taken by fit
    """

    def __init__(self, hidden_layer_sizes=(100,), activation="tanh", learning_rate_init=0.01, max_iter=200, random_state=None):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state

    def _initialize(self, n_features, n_outputs):
        rng = np.random.RandomState(self.random_state)
        sizes = [n_features, *self.hidden_layer_sizes, n_outputs]
        self.coefs_, self.intercepts_ = [], []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
            bound = np.sqrt(6.0 / (fan_in + fan_out))
            self.coefs_.append(rng.uniform(-bound, bound, (fan_in, fan_out)))
            self.intercepts_.append(rng.uniform(-bound, bound, fan_out))
        self.loss_curve_ = []

    def _act(self, Z):
        return {"tanh": np.tanh, "logistic": lambda z: 1 / (1 + np.exp(-z)),
                "relu": lambda z: np.maximum(z, 0), "identity": lambda z: z}[self.activation](Z)

    def _act_grad(self, A):
        if self.activation == "tanh":
            return 1 - A ** 2
        if self.activation == "logistic":
            return A * (1 - A)
        if self.activation == "relu":
            return (A > 0) * 1.0
        return np.ones_like(A)

    def _forward(self, X):
        A = [X]
        for k, (W, b) in enumerate(zip(self.coefs_, self.intercepts_)):
            Z = A[-1] @ W + b
            A.append(Z if k == len(self.coefs_) - 1 else self._act(Z))
        return A

    def _step(self, X, y):
        A = self._forward(X)
        delta = (A[-1] - y) / len(X)
        self.loss_curve_.append(((A[-1] - y) ** 2).sum() / (2 * len(X)))
        for k in reversed(range(len(self.coefs_))):
            grad_W, grad_b = A[k].T @ delta, delta.sum(axis=0)
            if k:
                delta = (delta @ self.coefs_[k].T) * self._act_grad(A[k])
            self.coefs_[k] = self.coefs_[k] - self.learning_rate_init * grad_W
            self.intercepts_[k] = self.intercepts_[k] - self.learning_rate_init * grad_b

    def partial_fit(self, X, y):
        y = np.asarray(y).reshape(len(X), -1)
        if not hasattr(self, "coefs_"):
            self._initialize(X.shape[1], y.shape[1])
        self._step(X, y)
        return self

    def fit(self, X, y):
        y = np.asarray(y).reshape(len(X), -1)
        self._initialize(X.shape[1], y.shape[1])
        for _ in range(self.max_iter):
            self._step(X, y)
        return self

    def predict(self, X):
        return self._forward(X)[-1]
