# Siec neuronowa - projekt zaliczeniowy
import math, random

class Siec:
    def __init__(self, wejscia, ukryte, wyjscia, wsp_uczenia=0.2):
        self.wsp_uczenia = wsp_uczenia
        self.w1 = [[random.uniform(-1, 1) for _ in range(wejscia)] for _ in range(ukryte)]
        self.p1 = [random.uniform(-1, 1) for _ in range(ukryte)]
        self.w2 = [[random.uniform(-1, 1) for _ in range(ukryte)] for _ in range(wyjscia)]
        self.p2 = [random.uniform(-1, 1) for _ in range(wyjscia)]

    @staticmethod
    def f(s):
        return 1.0 / (1.0 + math.exp(-s))

    def oblicz(self, wej):
        self.h = [self.f(sum(w * x for w, x in zip(ws, wej)) + p) for ws, p in zip(self.w1, self.p1)]
        self.o = [self.f(sum(w * x for w, x in zip(ws, self.h)) + p) for ws, p in zip(self.w2, self.p2)]
        return self.o

    def ucz(self, wej, cel):
        self.oblicz(wej)
        d2 = [(c - o) * o * (1 - o) for c, o in zip(cel, self.o)]
        d1 = [h * (1 - h) * sum(d * ws[j] for d, ws in zip(d2, self.w2)) for j, h in enumerate(self.h)]
        for k, d in enumerate(d2):
            self.p2[k] += self.wsp_uczenia * d
            for j, h in enumerate(self.h):
                self.w2[k][j] += self.wsp_uczenia * d * h
        for j, d in enumerate(d1):
            self.p1[j] += self.wsp_uczenia * d
            for i, x in enumerate(wej):
                self.w1[j][i] += self.wsp_uczenia * d * x

if __name__ == '__main__':
    s = Siec(2, 3, 1)
    dane = [([0,0],[0]),([0,1],[1]),([1,0],[1]),([1,1],[0])]
    for epoka in range(20000):
        for x, c in dane:
            s.ucz(x, c)
    for x, c in dane:
        print(x, c, s.oblicz(x))
