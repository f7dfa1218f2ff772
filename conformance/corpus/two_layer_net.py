"""Fully connected two-layer classifier: affine - ReLU - affine - softmax."""
import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=1e-2):
        self.params = {
            'W1': std * np.random.randn(input_size, hidden_size),
            'b1': np.zeros(hidden_size),
            'W2': std * np.random.randn(hidden_size, output_size),
            'b2': np.zeros(output_size),
        }

    def scores(self, X):
        hidden = np.maximum(X.dot(self.params['W1']) + self.params['b1'], 0)
        return hidden.dot(self.params['W2']) + self.params['b2'], hidden

    def predict_proba(self, X):
        s, _ = self.scores(X)
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        return e / e.sum(axis=1, keepdims=True)

    def predict(self, X):
        return np.argmax(self.scores(X)[0], axis=1)

    def loss(self, X, y, reg=0.0):
        """
        Inputs:
        - X: array (N, D)
        - y: array (N,) of integer class labels
        - reg: L2 strength

        Returns the loss and a dictionary of gradients with the keys of self.params.
        """
        N = X.shape[0]
        s, hidden = self.scores(X)
        s = s - s.max(axis=1, keepdims=True)
        log_probs = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        data_loss = -np.mean(log_probs[np.arange(N), y])
        W1, W2 = self.params['W1'], self.params['W2']
        loss = data_loss + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        dscores = np.exp(log_probs)
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads = {}
        grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = dscores.sum(axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads['W1'] = X.T.dot(dhidden) + 2 * reg * W1
        grads['b1'] = dhidden.sum(axis=0)
        return loss, grads

    def train(self, X, y, learning_rate=1e-1, reg=0.0, num_iters=100, verbose=False):
        history = []
        for it in range(num_iters):
            loss, grads = self.loss(X, y, reg)
            history.append(loss)
            for k in self.params:
                self.params[k] -= learning_rate * grads[k]
            if verbose and it % 10 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
        return history
