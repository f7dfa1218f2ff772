"""Port of BACKPROP.F77: all indices start from one, element zero is never used."""
from math import exp
from random import random, seed

NI = 2
NH = 3
NO = 1

seed(12)

# W1(i,j): from input i to hidden j; W1(0,j) is the threshold of j
W1 = [[random() - 0.5 for j in range(NH + 1)] for i in range(NI + 1)]
W2 = [[random() - 0.5 for k in range(NO + 1)] for j in range(NH + 1)]
H = [0.0] * (NH + 1)
O = [0.0] * (NO + 1)
DH = [0.0] * (NH + 1)
DO = [0.0] * (NO + 1)


def F(X):
    return 1.0 / (1.0 + exp(-X))


def PROPAG(X):
    for J in range(1, NH + 1):
        S = W1[0][J]
        for I in range(1, NI + 1):
            S = S + X[I] * W1[I][J]
        H[J] = F(S)
    for K in range(1, NO + 1):
        S = W2[0][K]
        for J in range(1, NH + 1):
            S = S + H[J] * W2[J][K]
        O[K] = F(S)
    return O


def LEARN(X, T, ETA):
    PROPAG(X)
    for K in range(1, NO + 1):
        DO[K] = (T[K] - O[K]) * O[K] * (1.0 - O[K])
    for J in range(1, NH + 1):
        S = 0.0
        for K in range(1, NO + 1):
            S = S + DO[K] * W2[J][K]
        DH[J] = S * H[J] * (1.0 - H[J])
    for K in range(1, NO + 1):
        W2[0][K] = W2[0][K] + ETA * DO[K]
        for J in range(1, NH + 1):
            W2[J][K] = W2[J][K] + ETA * DO[K] * H[J]
    for J in range(1, NH + 1):
        W1[0][J] = W1[0][J] + ETA * DH[J]
        for I in range(1, NI + 1):
            W1[I][J] = W1[I][J] + ETA * DH[J] * X[I]


PATTERNS = [
    ([0, 0.0, 0.0], [0, 0.0]),
    ([0, 0.0, 1.0], [0, 1.0]),
    ([0, 1.0, 0.0], [0, 1.0]),
    ([0, 1.0, 1.0], [0, 0.0]),
]

if __name__ == "__main__":
    for CYCLE in range(5000):
        for X, T in PATTERNS:
            LEARN(X, T, 0.7)
    for X, T in PATTERNS:
        print(X[1:], PROPAG(X)[1], T[1])
