import numpy as np

# hyper parameters
input_neurons = 3
hidden_neurons = 5
output_neurons = 2
eta = 0.1

rng = np.random.RandomState(7)
W_hidden = rng.uniform(size=(input_neurons, hidden_neurons))
b_hidden = rng.uniform(size=(1, hidden_neurons))
W_output = rng.uniform(size=(hidden_neurons, output_neurons))
b_output = rng.uniform(size=(1, output_neurons))

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def forward(X):
    global h, o
    h = sigmoid(X @ W_hidden + b_hidden)
    o = sigmoid(h @ W_output + b_output)
    return o

def backward(X, Y):
    global W_hidden, b_hidden, W_output, b_output
    delta_o = (Y - o) * o * (1 - o)
    delta_h = delta_o @ W_output.T * h * (1 - h)
    W_output += eta * h.T @ delta_o
    b_output += eta * delta_o.sum(0, keepdims=True)
    W_hidden += eta * X.T @ delta_h
    b_hidden += eta * delta_h.sum(0, keepdims=True)

def train(X, Y, epochs=5000):
    for i in range(epochs):
        forward(X)
        backward(X, Y)

if __name__ == "__main__":
    X = np.random.rand(20, 3)
    Y = np.random.rand(20, 2)
    train(X, Y)
