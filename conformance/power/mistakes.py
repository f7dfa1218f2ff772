"""Mistakes that people make, each as one change of the text of one handwritten program: written before looking at the faults."""

from __future__ import annotations

#: Of each program: the name of the mistake, and the text that is replaced, by what. A text stands once in its program.
MISTAKES: dict[str, dict[str, list[tuple[str, str]]]] = {
    "per_sample_lists": {
        "shared-rows-of-zeros": [("[[0.0] * len(b) for _ in w]", "[[0.0] * len(b)] * len(w)")],
        "gradient-reset-for-each-sample": [
            (
                "        sums, outs = run(net, row)\n        name",
                "        grads = [([[0.0] * len(b) for _ in w], [0.0] * len(b)) for w, b, _ in net]\n"
                "        sums, outs = run(net, row)\n        name",
            )
        ],
        "accumulator-not-reset-between-units": [
            (
                "                    back = 0.0\n                    for j",
                "                    if i == 0:\n                        back = 0.0\n                    for j",
            )
        ],
        "return-inside-the-loop": [
            (
                "            total += (out[k] - want[k]) ** 2 / 2\n",
                "            total += (out[k] - want[k]) ** 2 / 2\n        return total\n",
            )
        ],
        "halved-by-integer-division": [("(out[k] - want[k]) ** 2 / 2", "(out[k] - want[k]) ** 2 // 2")],
        "slope-of-own-layer-below": [
            ("slope(net[l - 1][2], sums[l - 1][i], outs[l][i])", "slope(net[l][2], sums[l - 1][i], outs[l][i])")
        ],
        "sigmoid-slope-of-sum": [
            ('        return out * (1 - out)\n    if name == "tanh"', '        return t * (1 - t)\n    if name == "tanh"')
        ],
        "tanh-slope-without-square": [("return 1 - out * out", "return 1 - out")],
        "bias-stepped-inside-the-inner-loop": [
            (
                "                    b[j] -= learning_rate * gb[j]\n                    for i in range(len(w)):\n",
                "                    for i in range(len(w)):\n                        b[j] -= learning_rate * gb[j]\n",
            )
        ],
        "last-unit-left-out": [
            (
                "                for i in range(len(outs[l])):\n                    gw",
                "                for i in range(len(outs[l]) - 1):\n                    gw",
            )
        ],
        "loss-history-after-update": [
            ("            history.append(error(net, rows, wanted))\n            grads", "            grads"),
            (
                "w[i][j] -= learning_rate * gw[i][j]\n",
                "w[i][j] -= learning_rate * gw[i][j]\n            history.append(error(net, rows, wanted))\n",
            ),
        ],
        "leaky-relu": [
            ("return t if t > 0 else 0.0", "return t if t > 0 else 0.01 * t"),
            ("return 1.0 if t > 0 else 0.0", "return 1.0 if t > 0 else 0.01"),
        ],
        "step-for-every-sample": [
            (
                "            grads = slopes(net, rows, wanted)\n            for (w, b, _), (gw, gb) in zip(net, grads):\n"
                "                for j in range(len(b)):\n                    b[j] -= learning_rate * gb[j]\n"
                "                    for i in range(len(w)):\n                        w[i][j] -= learning_rate * gw[i][j]\n",
                "            for row, want in zip(rows, wanted):\n                grads = slopes(net, [row], [want])\n"
                "                for (w, b, _), (gw, gb) in zip(net, grads):\n                    for j in range(len(b)):\n"
                "                        b[j] -= learning_rate * gb[j]\n                        for i in range(len(w)):\n"
                "                            w[i][j] -= learning_rate * gw[i][j]\n",
            )
        ],
    },
    "lecture_columns": {
        "second-term-of-cost-missing": [("np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))", "np.sum(Y * np.log(AL))")],
        "second-term-of-cost-minus": [("Y * np.log(AL) + (1 - Y)", "Y * np.log(AL) - (1 - Y)")],
        "divided-by-all-entries": [("m = Y.shape[1]", "m = Y.size")],
        "samples-counted-along-wrong-axis": [("m = AL.shape[1]", "m = AL.shape[0]")],
        "bias-gradient-not-divided": [("np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ, axis=1, keepdims=True)")],
        "bias-gradient-over-everything": [("np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ) / m")],
        "averaged-twice": [("dZ = AL - Y", "dZ = (AL - Y) / m")],
        "output-slope-once-more": [("dZ = AL - Y", "dZ = (AL - Y) * AL * (1 - AL)")],
        "sigmoid-slope-forgets-dA": [("dZ = dA * A * (1 - A)", "dZ = A * (1 - A)")],
        "tanh-slope-of-sum": [("1 - np.power(A, 2)", "1 - np.power(Z, 2)")],
        "relu-keeps-negative-side": [("dZ[Z <= 0] = 0", "dZ[Z >= 0] = 0")],
        "relu-of-gradient-sign": [("dZ[Z <= 0] = 0", "dZ[dZ <= 0] = 0")],
        "first-layer-never-updated": [("for l in range(L):", "for l in range(1, L):")],
        "rate-on-weights-only": [('- learning_rate * grads["db"', '- grads["db"')],
        "ascends": [('= params["b" + str(l + 1)] - learning_rate', '= params["b" + str(l + 1)] + learning_rate')],
        "epsilon-in-logarithms": [
            ("np.log(AL) + (1 - Y) * np.log(1 - AL)", "np.log(AL + 1e-8) + (1 - Y) * np.log(1 - AL + 1e-8)")
        ],
        "one-iteration-more": [("range(0, epochs)", "range(0, epochs + 1)")],
        "one-iteration-less": [("range(0, epochs)", "range(1, epochs)")],
        "forward-once-before-the-loop": [
            (
                "        for i in range(0, epochs):\n            AL, caches = model_forward(X, params, kinds)\n",
                "        AL, caches = model_forward(X, params, kinds)\n        for i in range(0, epochs):\n",
            )
        ],
        "logarithm-to-base-two": [("Y * np.log(AL) + (1 - Y) * np.log(1 - AL)", "Y * np.log2(AL) + (1 - Y) * np.log2(1 - AL)")],
        "clipped-gradients": [
            ("dA = np.dot(", 'grads["dW%d" % l] = np.clip(grads["dW%d" % l], -0.1, 0.1)\n        dA = np.dot(')
        ],
    },
    "layer_objects": {
        "relu-in-place-on-kept-output": [
            ("return x * self.mask", "np.maximum(x, 0, out=x)\n        self.mask = x >= 0\n        return x")
        ],
        "softmax-over-samples": [
            ("shifted = scores - scores.max(axis=1, keepdims=True)", "shifted = scores - scores.max(axis=0, keepdims=True)"),
            ("self.p = e / e.sum(axis=1, keepdims=True)", "self.p = e / e.sum(axis=0, keepdims=True)"),
            ("np.log(e.sum(axis=1, keepdims=True))", "np.log(e.sum(axis=0, keepdims=True))"),
        ],
        "softmax-over-everything": [("self.p = e / e.sum(axis=1, keepdims=True)", "self.p = e / e.sum()")],
        "softmax-twice": [("        return [*net.seen, out]", "        return [*net.seen, net.head.predict(out)]")],
        "slope-of-sigmoid-at-softmax": [
            ("return (self.p * total - self.y) / len(self.y)", "return (self.p - self.y) * self.p * (1 - self.p) / len(self.y)")
        ],
        "gradient-not-averaged": [("return (self.p * total - self.y) / len(self.y)", "return self.p * total - self.y")],
        "argmax-of-targets": [("        self.y = y\n", "        self.y = y = np.eye(y.shape[1])[y.argmax(axis=1)]\n")],
        "gradient-accumulates": [("self.dW = self.x.T @ grad", "self.dW = getattr(self, 'dW', 0) + self.x.T @ grad")],
        "bias-gradient-averaged": [("grad.sum(axis=0, keepdims=True)", "grad.mean(axis=0, keepdims=True)")],
        "tanh-slope-of-tanh": [("1 - self.y**2", "1 - np.tanh(self.y) ** 2")],
        "sigmoid-without-half": [("0.5 * (1 + np.tanh(0.5 * x))", "0.5 * (1 + np.tanh(x))")],
        "step-inside-backward": [
            (
                "            net.backward()\n            for d in net.dense:\n                d.step(learning_rate)\n",
                "            for d in net.dense:\n                d.lr = learning_rate\n            net.backward()\n",
            ),
            (
                "        return grad @ self.W.T",
                "        if hasattr(self, 'lr'):\n            self.step(self.lr)\n        return grad @ self.W.T",
            ),
        ],
        "learning-rate-decays": [
            (
                "            for d in net.dense:\n                d.step(learning_rate)\n",
                "            for d in net.dense:\n                d.step(learning_rate)\n            learning_rate *= 0.99\n",
            )
        ],
        "input-standardised": [
            (
                "    def scores(self, x):\n",
                "    def scores(self, x):\n        x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)\n",
            )
        ],
        "exact-gelu-for-relu": [
            (
                "        self.mask = x > 0\n        return x * self.mask",
                "        from math import erf\n        c = np.vectorize(lambda t: 0.5 * (1 + erf(t / 2**0.5)))(x)\n        self.mask = c + x * np.exp(-x * x / 2) / (2 * np.pi) ** 0.5\n        return x * c",
            )
        ],
        "elu-for-relu": [
            (
                "        self.mask = x > 0\n        return x * self.mask",
                "        self.mask = np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))\n        return np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)",
            )
        ],
    },
    "ported_from_matlab": {
        "delta-goes-through-bias-column": [("Theta[l][:, 1:]) * gprime", "Theta[l][:, :-1]) * gprime")],
        "ones-added-behind": [("a[l] = np.hstack([np.ones((m, 1)), a[l]])", "a[l] = np.hstack([a[l], np.ones((m, 1))])")],
        "first-layer-left-out": [
            (
                "        d[l] = (d[l + 1] @ Theta[l][:, 1:]) * gprime(z[l])",
                "        d[l] = (d[l + 1] @ Theta[l][:, 1:]) * gprime(z[l]) * (l > 2)",
            )
        ],
        "regularised-bias-and-all": [("d[l + 1].T @ a[l] / m", "d[l + 1].T @ a[l] / m + 0.01 * Theta[l]")],
        "regularised-weights-over-m": [
            (
                "grad[l] = d[l + 1].T @ a[l] / m",
                "grad[l] = d[l + 1].T @ a[l] / m\n        grad[l][:, 1:] += 1.0 / m * Theta[l][:, 1:]",
            )
        ],
        "prime-of-activation": [
            ("d[l] = (d[l + 1] @ Theta[l][:, 1:]) * gprime(z[l])", "d[l] = (d[l + 1] @ Theta[l][:, 1:]) * gprime(a[l][:, 1:])")
        ],
        "cost-without-half": [("/ (2 * m)", "/ m")],
        "half-by-integer-division": [("np.sum((h - Y) ** 2) / (2 * m)", "np.sum((h - Y) ** 2) * (1 // 2) / m")],
        "absolute-error": [("np.sum((h - Y) ** 2) / (2 * m)", "np.sum(np.abs(h - Y)) / (2 * m)")],
        "delta-of-sum-of-error": [("(a[L] - Y) * gprime(z[L])", "(a[L] - Y).sum(axis=1, keepdims=True) * gprime(z[L])")],
        "theta-transposed-where-square": [
            (
                "Theta.append(np.vstack([layer.biases[None, :], layer.weights]).T.copy())",
                "w = layer.weights.T if layer.weights.shape[0] == layer.weights.shape[1] else layer.weights\n        Theta.append(np.vstack([layer.biases[None, :], w]).T.copy())",
            ),
        ],
        "last-sample-dropped": [
            (
                "def nncost(Theta, X, Y):\n",
                "def nncost(Theta, X, Y):\n    X, Y = X[: max(len(X) - 1, 1)], Y[: max(len(Y) - 1, 1)]\n",
            )
        ],
    },
    "book_vectors": {
        "zip-shortens-the-sums": [
            ("zip(nabla_w, delta_nabla_w)]", "zip(nabla_w, delta_nabla_w[:-1] + [0 * delta_nabla_w[-1]])]")
        ],
        "delta-without-slope-in-hidden-layers": [
            ("np.dot(self.weights[-l + 1].T, delta) * sp", "np.dot(self.weights[-l + 1].T, delta)")
        ],
        "slope-of-wrong-layer": [
            (
                "z = zs[-l]\n            sp = sigmoid_prime(z)",
                "z = zs[-l + 1]\n            sp = sigmoid_prime(z) if zs[-l].shape == z.shape else sigmoid_prime(zs[-l])",
            )
        ],
        "nabla-w-from-own-activation": [
            (
                "activations[-l - 1].T)",
                "activations[-l - 1].T) * 1.0 if self.num_layers < 4 else np.dot(delta, activations[-l - 1].T) * 0.5",
            )
        ],
        "cross-entropy-delta": [(" * sigmoid_prime(zs[-1])", "")],
        "cost-without-square": [
            ("np.linalg.norm(self.feedforward(x)[-1] - y) ** 2", "np.linalg.norm(self.feedforward(x)[-1] - y)")
        ],
        "eta-over-batch": [
            ("w - eta * nw for", "w - (eta / len(batch)) * nw for"),
            ("b - eta * nb for", "b - (eta / len(batch)) * nb for"),
        ],
        "bias-eta-over-batch": [("b - eta * nb for", "b - (eta / len(batch)) * nb for")],
        "momentum-starts-with-gradient": [
            (
                "self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]",
                "self.v = [0.9 * v + eta * nw for v, nw in zip(getattr(self, 'v', nabla_w), nabla_w)]\n        self.weights = [w - v for w, v in zip(self.weights, self.v)]",
            )
        ],
        "momentum-nobody-asked-for": [
            (
                "self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]",
                "self.v = [0.9 * v + eta * nw for v, nw in zip(getattr(self, 'v', [0] * len(nabla_w)), nabla_w)]\n        self.weights = [w - v for w, v in zip(self.weights, self.v)]",
            ),
        ],
        "halves-of-the-data": [
            (
                "self.update_mini_batch(data, eta)",
                "self.update_mini_batch(data[: len(data) // 2], eta)\n            self.update_mini_batch(data[len(data) // 2 :], eta)",
            )
        ],
        "only-first-sample": [("for x, y in batch:", "for x, y in batch[:1]:")],
        "float32-inside": [("self.weights = [layer.weights.T.copy()", "self.weights = [layer.weights.T.astype(np.float32)")],
        "rate-squared": [("w - eta * nw for", "w - eta * eta * nw for"), ("b - eta * nb for", "b - eta * eta * nb for")],
        "bias-twice": [
            ("z = np.dot(w, activation) + b\n", "z = np.dot(w, activation) + b + b\n"),
            ("a = sigmoid(np.dot(w, a) + b)", "a = sigmoid(np.dot(w, a) + b + b)"),
        ],
        "eta-of-first-layer-smaller": [
            (
                "self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]",
                "self.weights = [w - (eta * 0.1 if i == 0 else eta) * nw for i, (w, nw) in enumerate(zip(self.weights, nabla_w))]",
            )
        ],
        "weights-decay-by-data": [
            ("self.weights = [w - eta * nw for", "self.weights = [(1 - eta * 0.1 / len(batch)) * w - eta * nw for")
        ],
        "predict-without-output-activation": [
            (
                "            seen.append(a)\n        return seen",
                "            seen.append(a)\n        seen[-1] = np.log(seen[-1] / (1 - seen[-1]))\n        return seen",
            )
        ],
        "clip-of-exponent": [("def sigmoid(z):\n", "def sigmoid(z):\n    z = np.clip(z, -3, 3)\n")],
    },
    "regression_fit": {
        "flat-target-broadcasts": [("err = self.predict(X) - y", "err = self.predict(X) - y.mean(axis=1, keepdims=True)")],
        "error-over-samples-only": [("2 * err / err.size", "2 * err / len(err)")],
        "two-forgotten": [("2 * err / err.size", "err / err.size")],
        "sign-of-error": [("err = self.predict(X) - y", "err = y - self.predict(X)")],
        "second-layer-first": [
            (
                "            self.W1 -= lr * self.gW1\n            self.b1 -= lr * self.gb1\n            self.W2",
                "            self.W2",
            ),
            (
                "            self.b2 -= lr * self.gb2\n",
                "            self.b2 -= lr * self.gb2\n            d = 2 * (self.out - y) / y.size\n            d = d.dot(self.W2.T) * self.derive(self.z1)\n            self.W1 -= lr * X.T.dot(d)\n            self.b1 -= lr * d.sum(0)\n",
            ),
        ],
        "derivative-of-activation-twice": [("return 1 - np.tanh(z) ** 2", "return (1 - np.tanh(z) ** 2) ** 2")],
        "sech-not-squared": [("return 1 - np.tanh(z) ** 2", "return 1 / np.cosh(z)")],
        "relu-slope-of-gradient-all-ones": [("return (z > 0).astype(float)", "return np.ones_like(z)")],
        "sign-in-derivative": [("np.exp(-z) / (1 + np.exp(-z)) ** 2", "-np.exp(-z) / (1 + np.exp(-z)) ** 2")],
        "denominator-not-squared": [("np.exp(-z) / (1 + np.exp(-z)) ** 2", "np.exp(-z) / (1 + np.exp(-z))")],
        "hidden-bias-not-used": [("self.z1 = X.dot(self.W1) + self.b1", "self.z1 = X.dot(self.W1)")],
        "hidden-bias-not-updated": [("            self.b1 -= lr * self.gb1\n", "")],
        "root-mean-square": [
            ("return np.mean((self.predict(X) - y) ** 2)", "return np.sqrt(np.mean((self.predict(X) - y) ** 2))")
        ],
        "square-of-mean": [("return np.mean((self.predict(X) - y) ** 2)", "return np.mean(self.predict(X) - y) ** 2")],
        "integers": [
            (
                "self.W1, self.b1 = first.weights.copy(), first.biases.copy()",
                "self.W1, self.b1 = first.weights.copy(), np.rint(first.biases)",
            )
        ],
        "rounds-for-display": [
            (
                "        self.out = self.a1.dot(self.W2) + self.b2\n",
                "        self.out = np.round(self.a1.dot(self.W2) + self.b2, 3)\n",
            )
        ],
        "dropout-left-on": [("self.a1 = self.activate(self.z1)", "self.a1 = self.activate(self.z1) * 0.5")],
        "hidden-error-by-own-weights": [
            ("d1 = d2.dot(self.W2.T) * self.derive(self.z1)", "d1 = d2.dot(np.abs(self.W2.T)) * self.derive(self.z1)")
        ],
        "stops-when-small": [
            (
                "            self.differentiate(X, y)\n",
                "            self.differentiate(X, y)\n            if self.score(X, y) < 0.05:\n                break\n",
            )
        ],
    },
}
