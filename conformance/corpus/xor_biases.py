import numpy as np

def sigmoid(x):
    return 1/(1 + np.exp(-x))

inputs = np.array([[0,0],[0,1],[1,0],[1,1]])
expected = np.array([[0],[1],[1],[0]])
lr = 0.1
hidden_weights = np.random.uniform(size=(2,2))
hidden_bias = np.random.uniform(size=(1,2))
output_weights = np.random.uniform(size=(2,1))
output_bias = np.random.uniform(size=(1,1))

for _ in range(4000):
    hidden = sigmoid(np.dot(inputs, hidden_weights) + hidden_bias)
    predicted = sigmoid(np.dot(hidden, output_weights) + output_bias)

    d_predicted = (expected - predicted) * predicted * (1 - predicted)
    d_hidden = d_predicted.dot(output_weights.T) * hidden * (1 - hidden)

    output_weights += hidden.T.dot(d_predicted) * lr
    output_bias += np.sum(d_predicted) * lr
    hidden_weights += inputs.T.dot(d_hidden) * lr
    hidden_bias += np.sum(d_hidden) * lr

print("Final hidden weights:", *hidden_weights)
print("Output from neural network:", *predicted)
