import numpy as np
from scipy import optimize


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_gradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def cost_function(nn_params, input_size, hidden_size, num_labels, X, y, lam=0.0):
    split = hidden_size * (input_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_size, input_size + 1)
    Theta2 = nn_params[split:].reshape(num_labels, hidden_size + 1)
    m = len(X)
    a1 = np.column_stack([np.ones(m), X])
    a2 = np.column_stack([np.ones(m), sigmoid(a1 @ Theta1.T)])
    h = sigmoid(a2 @ Theta2.T)
    Y = np.eye(num_labels)[y.ravel()]
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    d3 = h - Y
    d2 = (d3 @ Theta2)[:, 1:] * sigmoid_gradient(a2[:, 1:])
    grad1, grad2 = d2.T @ a1 / m, d3.T @ a2 / m
    grad1[:, 1:] += lam / m * Theta1[:, 1:]
    grad2[:, 1:] += lam / m * Theta2[:, 1:]
    return J, np.concatenate([grad1.ravel(), grad2.ravel()])


def predict(Theta1, Theta2, X):
    h1 = sigmoid(np.column_stack([np.ones(len(X)), X]) @ Theta1.T)
    return np.argmax(sigmoid(np.column_stack([np.ones(len(X)), h1]) @ Theta2.T), axis=1)


def train(X, y, input_size=400, hidden_size=25, num_labels=10, lam=1.0):
    start = np.random.rand(hidden_size * (input_size + 1) + num_labels * (hidden_size + 1)) * 0.24 - 0.12
    args = (input_size, hidden_size, num_labels, X, y, lam)
    return optimize.minimize(cost_function, start, args=args, jac=True, method="CG", options={"maxiter": 50}).x
