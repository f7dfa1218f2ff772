import math
import random

class PerceptronMulticapa:
    # Red neuronal con una capa oculta, sin numpy
    def __init__(self, n_entradas, n_ocultas, n_salidas, tasa=0.5):
        self.n_entradas = n_entradas
        self.n_ocultas = n_ocultas
        self.n_salidas = n_salidas
        self.tasa = tasa
        self.pesos_ocultos = [[random.uniform(-1, 1) for _ in range(n_entradas)] for _ in range(n_ocultas)]
        self.sesgos_ocultos = [random.uniform(-1, 1) for _ in range(n_ocultas)]
        self.pesos_salida = [[random.uniform(-1, 1) for _ in range(n_ocultas)] for _ in range(n_salidas)]
        self.sesgos_salida = [random.uniform(-1, 1) for _ in range(n_salidas)]

    def activacion(self, x):
        return 1.0 / (1.0 + math.exp(-x))

    def propagar(self, entrada):
        # capa oculta
        self.oculta = []
        for j in range(self.n_ocultas):
            s = self.sesgos_ocultos[j]
            for i in range(self.n_entradas):
                s += self.pesos_ocultos[j][i] * entrada[i]
            self.oculta.append(self.activacion(s))
        # capa de salida
        self.salida = []
        for k in range(self.n_salidas):
            s = self.sesgos_salida[k]
            for j in range(self.n_ocultas):
                s += self.pesos_salida[k][j] * self.oculta[j]
            self.salida.append(self.activacion(s))
        return self.salida

    def retropropagar(self, entrada, deseado):
        self.propagar(entrada)
        delta_salida = [(self.salida[k] - deseado[k]) * self.salida[k] * (1 - self.salida[k]) for k in range(self.n_salidas)]
        delta_oculta = []
        for j in range(self.n_ocultas):
            e = sum(delta_salida[k] * self.pesos_salida[k][j] for k in range(self.n_salidas))
            delta_oculta.append(e * self.oculta[j] * (1 - self.oculta[j]))
        for k in range(self.n_salidas):
            for j in range(self.n_ocultas):
                self.pesos_salida[k][j] -= self.tasa * delta_salida[k] * self.oculta[j]
            self.sesgos_salida[k] -= self.tasa * delta_salida[k]
        for j in range(self.n_ocultas):
            for i in range(self.n_entradas):
                self.pesos_ocultos[j][i] -= self.tasa * delta_oculta[j] * entrada[i]
            self.sesgos_ocultos[j] -= self.tasa * delta_oculta[j]

    def entrenar(self, entradas, deseados, epocas):
        for _ in range(epocas):
            for e, d in zip(entradas, deseados):
                self.retropropagar(e, d)

if __name__ == "__main__":
    red = PerceptronMulticapa(2, 3, 1)
    X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    Y = [[0], [1], [1], [0]]
    red.entrenar(X, Y, 10000)
    for x in X:
        print(x, red.propagar(x))
