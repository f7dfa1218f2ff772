# mlp.c translated to python, line by line
import math, random


class NET:
    pass


def create(ni, nh, no):
    n = NET()
    n.ni, n.nh, n.no = ni, nh, no
    n.wi = [[random.uniform(-.5, .5) for j in range(nh)] for i in range(ni)]
    n.wo = [[random.uniform(-.5, .5) for j in range(no)] for i in range(nh)]
    n.bh = [random.uniform(-.5, .5) for j in range(nh)]
    n.bo = [random.uniform(-.5, .5) for j in range(no)]
    n.ah = [0.0] * nh
    n.ao = [0.0] * no
    return n


def run(n, x):
    for j in range(n.nh):
        s = n.bh[j]
        for i in range(n.ni):
            s += x[i] * n.wi[i][j]
        n.ah[j] = 1 / (1 + math.exp(-s))
    for k in range(n.no):
        s = n.bo[k]
        for j in range(n.nh):
            s += n.ah[j] * n.wo[j][k]
        n.ao[k] = 1 / (1 + math.exp(-s))
    return n.ao


def train(n, x, t, eta):
    run(n, x)
    do = [0.0] * n.no
    dh = [0.0] * n.nh
    for k in range(n.no):
        do[k] = (t[k] - n.ao[k]) * n.ao[k] * (1 - n.ao[k])
    for j in range(n.nh - 1):
        e = 0.0
        for k in range(n.no):
            e += do[k] * n.wo[j][k]
        dh[j] = e * n.ah[j] * (1 - n.ah[j])
    for j in range(n.nh):
        for k in range(n.no):
            n.wo[j][k] += eta * do[k] * n.ah[j]
    for k in range(n.no):
        n.bo[k] += eta * do[k]
    for i in range(n.ni):
        for j in range(n.nh):
            n.wi[i][j] += eta * dh[j] * x[i]
    for j in range(n.nh):
        n.bh[j] += eta * dh[j]


if __name__ == '__main__':
    net = create(2, 4, 1)
    pat = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    for it in range(20000):
        for x, t in pat:
            train(net, x, t, 0.5)
    for x, t in pat:
        print(x, t, run(net, x))
