# -*- coding: utf-8 -*-
# Yapay sinir ağı ödevi - Elif
import numpy as np


class YapaySinirAgi:
    def __init__(self, girdi_sayisi, gizli_sayisi, cikti_sayisi, ogrenme_orani=0.1):
        self.ogrenme_orani = ogrenme_orani
        self.agirlik1 = np.random.randn(girdi_sayisi, gizli_sayisi)
        self.esik1 = np.zeros((1, gizli_sayisi))
        self.agirlik2 = np.random.randn(gizli_sayisi, cikti_sayisi)
        self.esik2 = np.zeros((1, cikti_sayisi))

    def sigmoid(self, x):
        return 1.0 / (1.0 + np.exp(-x))

    def ileri_yayilim(self, girdi):
        self.gizli = self.sigmoid(np.dot(girdi, self.agirlik1) + self.esik1)
        self.cikti = self.sigmoid(np.dot(self.gizli, self.agirlik2) + self.esik2)
        return self.cikti

    def geri_yayilim(self, girdi, hedef):
        hata = hedef - self.cikti
        delta2 = hata * self.cikti * (1 - self.cikti)
        delta1 = np.dot(delta2, self.agirlik2.T) * self.gizli * (1 - self.gizli)
        self.agirlik2 += self.ogrenme_orani * np.dot(self.gizli.T, delta2)
        self.esik2 += self.ogrenme_orani * np.sum(delta2, axis=0, keepdims=True)
        self.agirlik1 += self.ogrenme_orani * np.dot(girdi.T, delta1)
        self.esik1 += self.ogrenme_orani * np.sum(delta1, axis=0, keepdims=True)

    def egit(self, girdi, hedef, devir_sayisi):
        for devir in range(devir_sayisi):
            self.ileri_yayilim(girdi)
            self.geri_yayilim(girdi, hedef)
            if devir % 1000 == 0:
                print("Devir:", devir, "Hata:", np.mean(np.square(hedef - self.cikti)))


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    ysa = YapaySinirAgi(2, 4, 1)
    ysa.egit(X, y, 10000)
    print(ysa.ileri_yayilim(X))
