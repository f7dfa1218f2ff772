from math import exp
from random import uniform


class Neurone:
    def __init__(self, nb_entrees):
        self.poids = [uniform(-1, 1) for _ in range(nb_entrees)]
        self.biais = uniform(-1, 1)
        self.sortie = 0.0
        self.delta = 0.0

    def calculer_sortie(self, entrees):
        self.entrees = entrees
        somme = self.biais
        for p, e in zip(self.poids, entrees):
            somme += p * e
        self.sortie = 1 / (1 + exp(-somme))
        return self.sortie

    def corriger(self, pas):
        for i, e in enumerate(self.entrees):
            self.poids[i] -= pas * self.delta * e
        self.biais -= pas * self.delta


class Couche:
    def __init__(self, nb_neurones, nb_entrees):
        self.neurones = [Neurone(nb_entrees) for _ in range(nb_neurones)]

    def propager(self, entrees):
        return [n.calculer_sortie(entrees) for n in self.neurones]


class Reseau:
    def __init__(self, tailles):
        self.couches = [Couche(b, a) for a, b in zip(tailles, tailles[1:])]

    def propager(self, entrees):
        for c in self.couches:
            entrees = c.propager(entrees)
        return entrees

    def retropropager(self, attendu):
        for n, t in zip(self.couches[-1].neurones, attendu):
            n.delta = (n.sortie - t) * n.sortie * (1 - n.sortie)
        for k in range(len(self.couches) - 2, -1, -1):
            suivante = self.couches[k + 1]
            for i, n in enumerate(self.couches[k].neurones):
                erreur = sum(s.poids[i] * s.delta for s in suivante.neurones)
                n.delta = erreur * n.sortie * (1 - n.sortie)

    def apprendre(self, exemples, pas, nb_epoques):
        for _ in range(nb_epoques):
            cout = 0.0
            for entrees, attendu in exemples:
                obtenu = self.propager(entrees)
                cout += sum((o - t) ** 2 for o, t in zip(obtenu, attendu)) / 2
                self.retropropager(attendu)
                for c in self.couches:
                    for n in c.neurones:
                        n.corriger(pas)
        return cout
