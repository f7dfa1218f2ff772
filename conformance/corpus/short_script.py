import numpy as np

# sigmoid and its derivative
def nonlin(x, deriv=False):
    if deriv:
        return x*(1-x)
    return 1/(1+np.exp(-x))

X = np.array([[0,0,1], [0,1,1], [1,0,1], [1,1,1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
alpha = 0.5
synapse_0 = 2*np.random.random((3,4)) - 1
synapse_1 = 2*np.random.random((4,1)) - 1

for i in range(2000):
    layer_0 = X
    z1 = np.dot(layer_0, synapse_0)
    layer_1 = nonlin(z1)
    z2 = np.dot(layer_1, synapse_1)
    layer_2 = nonlin(z2)

    layer_2_error = layer_2 - y
    if i % 500 == 0:
        print("Error after", i, "iterations:", np.mean(np.abs(layer_2_error)))

    layer_2_delta = layer_2_error * nonlin(z2, deriv=True)
    layer_1_delta = layer_2_delta.dot(synapse_1.T) * nonlin(z1, deriv=True)

    synapse_1 -= alpha * layer_1.T.dot(layer_2_delta)
    synapse_0 -= alpha * layer_0.T.dot(layer_1_delta)
