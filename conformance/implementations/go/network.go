// The network that is judged.
package main

import "math"

// ================================================================== your network goes here
// What it can do, and the four functions: put your own in their place; leave out of operations what you have not.
// Inputs and targets have a row for each sample; Number is a float64 that JSON can hold, whatever its value.

type Matrix [][]Number

type Layer struct {
	Weights    Matrix   `json:"weights"` // n_in rows of n_out
	Biases     []Number `json:"biases"`
	Activation string   `json:"activation,omitempty"`
}

type Network struct {
	Layers          []Layer
	Loss, Reduction string
}

var operations = []string{"forward", "loss", "gradients", "train"}

var claims = Claims{
	Name: "go-mlp", Version: "1.0", Language: "go", Dtype: "float64",
	Activations:       []string{"sigmoid", "tanh", "relu", "linear"},
	OutputActivations: []string{"sigmoid", "tanh", "relu", "linear", "softmax"},
	Losses:            []string{"half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"},
	Reductions:        []string{"sum", "mean_samples", "mean_elements"},
}

// Forward returns the activations of every layer.
func (n Network) Forward(inputs Matrix) []Matrix {
	var activations []Matrix
	below := inputs
	for _, layer := range n.Layers {
		var rows Matrix
		for _, row := range below {
			rows = append(rows, activate(layer.Activation, layer.affine(row)))
		}
		activations, below = append(activations, rows), rows
	}
	return activations
}

func (n Network) LossOf(inputs, targets Matrix) Number {
	last, below, total := len(n.Layers)-1, inputs, Number(0)
	activations := n.Forward(inputs)
	if last > 0 {
		below = activations[last-1]
	}
	for s, y := range targets {
		total += sampleLoss(n.Loss, n.Layers[last].affine(below[s]), activations[last][s], y)
	}
	return total / n.divisor(targets)
}

// Gradients returns the derivatives of the loss, in the shape of the layers.
func (n Network) Gradients(inputs, targets Matrix) []Layer {
	activations, last := n.Forward(inputs), len(n.Layers)-1
	found, deltas := make([]Layer, last+1), make(Matrix, len(targets))
	for s, y := range targets {
		delta := n.outputDelta(activations[last][s], y)
		deltas[s] = each(len(y), func(j int) Number { return delta[j] / n.divisor(targets) })
	}
	for k := last; k >= 0; k-- {
		layer, below := n.Layers[k], inputs
		if k > 0 {
			below = activations[k-1]
		}
		column := func(rows Matrix, j int) []Number { return each(len(rows), func(s int) Number { return rows[s][j] }) }
		found[k].Biases = each(len(layer.Biases), func(j int) Number { return sum(column(deltas, j)) })
		for i := range layer.Weights {
			weight := func(j int) Number { return dot(column(below, i), column(deltas, j)) }
			found[k].Weights = append(found[k].Weights, each(len(layer.Biases), weight))
		}
		for s := 0; k > 0 && s < len(deltas); s++ {
			errors := each(len(layer.Weights), func(i int) Number { return dot(layer.Weights[i], deltas[s]) })
			deltas[s] = backward(n.Layers[k-1].Activation, below[s], errors)
		}
	}
	return found
}

// Train returns the loss before each update; the network becomes what it is after the last.
func (n Network) Train(inputs, targets Matrix, learningRate Number, epochs int) []Number {
	losses := []Number{}
	for epoch := 0; epoch < epochs; epoch++ {
		losses = append(losses, n.LossOf(inputs, targets))
		for k, gradient := range n.Gradients(inputs, targets) {
			for j, g := range gradient.Biases {
				n.Layers[k].Biases[j] -= learningRate * g
				for i := range gradient.Weights {
					n.Layers[k].Weights[i][j] -= learningRate * gradient.Weights[i][j]
				}
			}
		}
	}
	return losses
}

func each(n int, f func(j int) Number) []Number {
	found := make([]Number, n)
	for j := range found {
		found[j] = f(j)
	}
	return found
}

func sum(numbers []Number) (total Number) {
	for _, x := range numbers {
		total += x
	}
	return total
}

func dot(left, right []Number) Number {
	return sum(each(len(left), func(i int) Number { return left[i] * right[i] }))
}

func exp(x Number) Number { return Number(math.Exp(float64(x))) }
func softplus(z Number) Number {
	return Number(math.Max(float64(z), 0) + math.Log1p(math.Exp(-math.Abs(float64(z)))))
}

func (l Layer) affine(below []Number) []Number {
	return each(len(l.Biases), func(j int) Number {
		return sum(each(len(below), func(i int) Number { return below[i] * l.Weights[i][j] })) + l.Biases[j]
	})
}

// exponentials returns those of z, the largest of them subtracted, and the logarithm of the sum of the true ones.
func exponentials(z []Number) (e []Number, logSum Number) {
	largest := math.Inf(-1)
	for _, x := range z {
		largest = math.Max(largest, float64(x))
	}
	e = each(len(z), func(j int) Number { return exp(z[j] - Number(largest)) })
	return e, Number(largest + math.Log(float64(sum(e))))
}

// activate returns the activations of one sample in one layer, from its pre-activations.
func activate(name string, z []Number) []Number {
	e, _ := exponentials(z)
	total := sum(e)
	return each(len(z), map[string]func(j int) Number{
		"sigmoid": func(j int) Number { return 1 / (1 + exp(-z[j])) },
		"tanh":    func(j int) Number { return Number(math.Tanh(float64(z[j]))) },
		"relu":    func(j int) Number { return Number(math.Max(float64(z[j]), 0)) }, // NaN stays NaN
		"linear":  func(j int) Number { return z[j] },
		"softmax": func(j int) Number { return e[j] / total },
	}[name])
}

// backward returns the gradient of one sample's pre-activations, from its activations and their gradient.
func backward(name string, a, gradient []Number) []Number {
	return each(len(a), func(j int) Number {
		switch {
		case name == "sigmoid":
			return gradient[j] * a[j] * (1 - a[j])
		case name == "tanh":
			return gradient[j] * (1 - a[j]*a[j])
		case name == "relu" && a[j] == 0:
			return 0
		case name == "softmax":
			return a[j] * (gradient[j] - dot(a, gradient))
		}
		return gradient[j]
	})
}

// sampleLoss returns the loss of one sample, from the output's pre-activations, its activations and the target.
func sampleLoss(name string, z, a, y []Number) Number {
	_, logSum := exponentials(z)
	return sum(each(len(y), map[string]func(j int) Number{
		"half_squared_error":   func(j int) Number { return (a[j] - y[j]) * (a[j] - y[j]) / 2 },
		"squared_error":        func(j int) Number { return (a[j] - y[j]) * (a[j] - y[j]) },
		"cross_entropy":        func(j int) Number { return y[j] * (logSum - z[j]) },
		"binary_cross_entropy": func(j int) Number { return y[j]*softplus(-z[j]) + (1-y[j])*softplus(z[j]) },
	}[name]))
}

// outputDelta returns the gradient of one sample's loss with respect to the output's pre-activations.
func (n Network) outputDelta(a, y []Number) []Number {
	total := map[bool]Number{true: sum(y), false: 1}[n.Loss == "cross_entropy"]
	delta := each(len(a), func(j int) Number { return a[j]*total - y[j] })
	if n.Loss == "cross_entropy" || n.Loss == "binary_cross_entropy" {
		return delta
	}
	factor := map[bool]Number{true: 2, false: 1}[n.Loss == "squared_error"]
	delta = backward(n.Layers[len(n.Layers)-1].Activation, a, delta)
	return each(len(a), func(j int) Number { return factor * delta[j] })
}

func (n Network) divisor(targets Matrix) Number {
	m, outputs := Number(len(targets)), Number(len(targets[0]))
	return map[string]Number{"sum": 1, "mean_samples": m, "mean_elements": m * outputs}[n.Reduction]
}
