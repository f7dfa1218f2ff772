import numpy as np
import matplotlib.pyplot as plt

# datos de ejemplo
n_ejemplos = 200
X = np.random.randn(n_ejemplos, 2)
Y = (np.hypot(X[:, 0], X[:, 1]) < 1).astype(float)[:, np.newaxis]


class Capa:
    def __init__(self, n_conex, n_neur, act_f):
        self.act_f = act_f
        self.W = np.random.rand(n_conex, n_neur) * 2 - 1
        self.b = np.random.rand(1, n_neur) * 2 - 1


# cada funcion con su derivada
sigm = (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a))
coste = (lambda salida, real: np.mean((salida - real) ** 2), lambda salida, real: salida - real)


def crear_red(topology, act_f):
    return [Capa(topology[i], topology[i + 1], act_f) for i in range(len(topology) - 1)]


def train(neural_net, X, Y, coste, lr=0.5, train=True):
    out = [(None, X)]
    for capa in neural_net:
        z = out[-1][1] @ capa.W + capa.b
        out.append((z, capa.act_f[0](z)))
    if train:
        delta = None
        for i in reversed(range(len(neural_net))):
            capa, a = neural_net[i], out[i + 1][1]
            error = coste[1](a, Y) if delta is None else delta @ anterior.T
            delta = error * capa.act_f[1](a)
            anterior = capa.W
            capa.b = capa.b - lr * np.mean(delta, axis=0, keepdims=True)
            capa.W = capa.W - lr * out[i][1].T @ delta
    return out[-1][1]


red = crear_red([2, 4, 8, 1], sigm)
for paso in range(500):
    salida = train(red, X, Y, coste, lr=0.02)
    if paso % 25 == 0:
        plt.scatter(paso, coste[0](salida, Y))
plt.show()
