import numpy as np

def inisialisasi(n_masukan, n_tersembunyi, n_keluaran):
    rng = np.random.default_rng(42)
    return {
        'bobot1': rng.normal(0, 0.5, (n_masukan, n_tersembunyi)),
        'bias1': np.zeros((1, n_tersembunyi)),
        'bobot2': rng.normal(0, 0.5, (n_tersembunyi, n_keluaran)),
        'bias2': np.zeros((1, n_keluaran)),
    }

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def maju(model, masukan):
    z1 = masukan @ model['bobot1'] + model['bias1']
    a1 = np.tanh(z1)
    z2 = a1 @ model['bobot2'] + model['bias2']
    a2 = sigmoid(z2)
    return a1, a2

def latih(model, masukan, target, laju=0.1, jumlah_epoch=1000):
    m = masukan.shape[0]
    for epoch in range(jumlah_epoch):
        a1, a2 = maju(model, masukan)
        galat = a2 - target
        d2 = galat / m
        d1 = (d2 @ model['bobot2'].T) * (1 - a1 ** 2)
        model['bobot2'] -= laju * (a1.T @ d2)
        model['bias2'] -= laju * d2.sum(axis=0, keepdims=True)
        model['bobot1'] -= laju * (masukan.T @ d1)
        model['bias1'] -= laju * d1.sum(axis=0, keepdims=True)
        if epoch % 100 == 0:
            rugi = -np.mean(target * np.log(a2) + (1 - target) * np.log(1 - a2))
            print(epoch, rugi)
    return model

if __name__ == '__main__':
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    m = latih(inisialisasi(2, 4, 1), X, y, 0.5, 5000)
    print(maju(m, X)[1])
