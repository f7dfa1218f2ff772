#!/usr/bin/env python3
# Back-propagation network, ported from my old bpn.c (Turbo C, 1994)
# usage: python bpn_globals.py
import math
import random

NUM_IN = 2
NUM_HID = 3
NUM_OUT = 1
ETA = 0.5

w_ih = [[0.0] * NUM_HID for i in range(NUM_IN)]
w_ho = [[0.0] * NUM_OUT for j in range(NUM_HID)]
theta_h = [0.0] * NUM_HID
theta_o = [0.0] * NUM_OUT
hid = [0.0] * NUM_HID
out = [0.0] * NUM_OUT
inp = [0.0] * NUM_IN
delta_h = [0.0] * NUM_HID
delta_o = [0.0] * NUM_OUT


def frand():
    return random.random() - 0.5


def squash(x):
    return 1.0 / (1.0 + math.exp(-x))


def init_net():
    for j in range(NUM_HID):
        theta_h[j] = frand()
        for i in range(NUM_IN):
            w_ih[i][j] = frand()
    for k in range(NUM_OUT):
        theta_o[k] = frand()
        for j in range(NUM_HID):
            w_ho[j][k] = frand()


def feed(pattern):
    for i in range(NUM_IN):
        inp[i] = pattern[i]
    for j in range(NUM_HID):
        s = theta_h[j]
        for i in range(NUM_IN):
            s += inp[i] * w_ih[i][j]
        hid[j] = squash(s)
    for k in range(NUM_OUT):
        s = theta_o[k]
        for j in range(NUM_HID):
            s += hid[j] * w_ho[j][k]
        out[k] = squash(s)
    return out


def learn(target):
    err = 0.0
    for k in range(NUM_OUT):
        e = target[k] - out[k]
        err += 0.5 * e * e
        delta_o[k] = e * out[k] * (1.0 - out[k])
    for j in range(NUM_HID):
        s = 0.0
        for k in range(NUM_OUT):
            s += delta_o[k] * w_ho[j][k]
        delta_h[j] = s * hid[j] * (1.0 - hid[j])
    for k in range(NUM_OUT):
        theta_o[k] += ETA * delta_o[k]
        for j in range(NUM_HID):
            w_ho[j][k] += ETA * delta_o[k] * hid[j]
    for j in range(NUM_HID):
        theta_h[j] += ETA * delta_h[j]
        for i in range(NUM_IN):
            w_ih[i][j] += ETA * delta_h[j] * inp[i]
    return err


def main():
    patterns = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    init_net()
    for n in range(10000):
        e = 0.0
        for p, t in patterns:
            feed(p)
            e += learn(t)
        if n % 1000 == 0:
            print("%6d %f" % (n, e))
    for p, t in patterns:
        print(p, t, feed(p))


if __name__ == "__main__":
    main()
