import numpy as np


class Trainer:
    def __init__(self, layer_sizes):
        self.thetas = [np.random.randn(i, o) * 0.1 for i, o in zip(layer_sizes[:-1], layer_sizes[1:])]
        self.intercepts = [np.zeros((1, o)) for o in layer_sizes[1:]]

    def infer(self, batch):
        *hidden, last = zip(self.thetas, self.intercepts)
        for t, c in hidden:
            batch = np.maximum(batch @ t + c, 0)
        t, c = last
        logits = batch @ t + c
        logits -= logits.max(axis=-1, keepdims=True)
        exp = np.exp(logits)
        return exp / exp.sum(axis=-1, keepdims=True)

    def epochs(self, batch, onehot, lr):
        """Yields the cross-entropy before each update, for ever."""
        while True:
            acts = [batch]
            for t, c in zip(self.thetas[:-1], self.intercepts[:-1]):
                acts.append(np.maximum(acts[-1] @ t + c, 0))
            probs = self.infer(batch)
            yield -(onehot * np.log(probs)).sum() / len(batch)
            grad = (probs - onehot) / len(batch)
            new_t, new_c = [], []
            for level in range(len(self.thetas))[::-1]:
                new_t.append(self.thetas[level] - lr * acts[level].T @ grad)
                new_c.append(self.intercepts[level] - lr * grad.sum(0, keepdims=True))
                grad = (grad @ self.thetas[level].T) * (acts[level] > 0)
            self.thetas, self.intercepts = new_t[::-1], new_c[::-1]

    def train(self, batch, onehot, lr=0.1, n=100):
        losses = []
        for _, loss in zip(range(n + 1), self.epochs(batch, onehot, lr)):
            losses.append(loss)
        return losses
