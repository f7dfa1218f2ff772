"""Waterstand bij de dijk, uit wind, stroming en getij. Alles is een functie; een netwerk is een rij van (gewichten, drempels)."""
import numpy as np


def sigmoide(z):
    return 1 / (1 + np.exp(-z))


def maak_netwerk(n_invoer, n_verborgen, n_uitvoer):
    loting = np.random.default_rng(1953)
    return [
        (loting.normal(0, 0.5, (n_invoer, n_verborgen)), loting.normal(0, 0.1, n_verborgen)),
        (loting.normal(0, 0.5, (n_verborgen, n_uitvoer)), loting.normal(0, 0.1, n_uitvoer)),
    ]


def voorspel(netwerk, invoer):
    (w, b), (v, c) = netwerk
    verborgen = np.tanh(invoer @ w + b)
    return verborgen, sigmoide(verborgen @ v + c)


def stap(doelen, invoer, netwerk, leersnelheid):
    """Een stap omlaag; geeft het nieuwe netwerk en de fout van het oude."""
    (w, b), (v, c) = netwerk
    verborgen, uitvoer = voorspel(netwerk, invoer)
    verschil = uitvoer - doelen
    fout = 0.5 * np.sum(verschil ** 2) / len(invoer)
    boven = verschil * uitvoer * (1 - uitvoer) / len(invoer)
    onder = boven @ v.T * (1 - verborgen ** 2)
    nieuw = [
        (w - leersnelheid * invoer.T @ onder, b - leersnelheid * onder.sum(axis=0)),
        (v - leersnelheid * verborgen.T @ boven, c - leersnelheid * boven.sum(axis=0)),
    ]
    return nieuw, fout


if __name__ == "__main__":
    metingen = np.random.default_rng(1).uniform(-1, 1, (60, 3))
    standen = sigmoide(metingen[:, :1] - 2 * metingen[:, 1:2] * metingen[:, 2:])
    netwerk = maak_netwerk(3, 8, 1)
    for ronde in range(3000):
        netwerk, fout = stap(standen, metingen, netwerk, 0.8)
        if ronde % 500 == 0:
            print(ronde, fout)
