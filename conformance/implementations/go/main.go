// The harness of the network in network.go: lines of JSON on standard input and output. The standard library only.
//
//	go build -o harness .
//	mlp-conformance run --command ./harness
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
)

// Number is a float64 that JSON can hold: NaN and the infinities, which it does not have, are strings there.
type Number float64

func (x Number) MarshalJSON() ([]byte, error) {
	switch f := float64(x); {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 0):
		return []byte(map[bool]string{true: `"Infinity"`, false: `"-Infinity"`}[f > 0]), nil
	default:
		return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
	}
}

func (x *Number) UnmarshalJSON(text []byte) error {
	word := string(bytes.Trim(text, `"`))
	if (len(word) < len(text)) != (word == "NaN" || word == "Infinity" || word == "-Infinity") {
		return fmt.Errorf("%s is no number", text)
	}
	found, err := strconv.ParseFloat(word, 64)
	*x = Number(found)
	return err
}

// Claims say what may be asked; nothing else is.
type Claims struct {
	Name              string   `json:"name"`
	Version           string   `json:"version"`
	Language          string   `json:"language"`
	Dtype             string   `json:"dtype"`
	Activations       []string `json:"activations"`
	OutputActivations []string `json:"output_activations"`
	Losses            []string `json:"losses"`
	Reductions        []string `json:"reductions"`
}

// Request is any of the three; unknown fields are ignored, as encoding/json does.
type Request struct {
	Cmd, Operation  string
	Seq             int64
	Network         Network
	Inputs, Targets Matrix
	LearningRate    Number `json:"learning_rate"`
	Epochs          float64
}

type object map[string]interface{}

func among(name string, names []string) bool {
	for _, other := range names {
		if name == other {
			return true
		}
	}
	return false
}

// unsupported says what in a request is not claimed, or nothing.
func unsupported(operation string, network Network) string {
	output := network.Layers[len(network.Layers)-1].Activation
	required := map[string]string{"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
	for _, layer := range network.Layers[:len(network.Layers)-1] {
		if !among(layer.Activation, claims.Activations) {
			return "hidden activation " + layer.Activation
		}
	}
	switch {
	case !among(operation, operations):
		return "operation " + operation
	case !among(output, claims.OutputActivations):
		return "output activation " + output
	case !among(network.Loss, claims.Losses):
		return "loss " + network.Loss
	case !among(network.Reduction, claims.Reductions):
		return "reduction " + network.Reduction
	case required[network.Loss] != "" && required[network.Loss] != output:
		return network.Loss + " without " + required[network.Loss]
	}
	return ""
}

// shaped says why a matrix does not have m rows of n numbers, or nothing.
func shaped(matrix Matrix, m, n int) error {
	right := len(matrix) == m && m > 0 && n > 0
	for _, row := range matrix {
		right = right && len(row) == n
	}
	if !right {
		return fmt.Errorf("expected %d rows of %d numbers", m, n)
	}
	return nil
}

func wrongShapes(r Request) error {
	if len(r.Inputs) == 0 || len(r.Network.Layers) == 0 {
		return fmt.Errorf("no samples or no layers")
	}
	n := len(r.Inputs[0])
	problems := []error{shaped(r.Inputs, len(r.Inputs), n)}
	for _, layer := range r.Network.Layers {
		problems = append(problems, shaped(layer.Weights, n, len(layer.Biases)))
		n = len(layer.Biases)
	}
	if r.Operation == "loss" || r.Operation == "gradients" || r.Operation == "train" {
		problems = append(problems, shaped(r.Targets, len(r.Inputs), n))
	}
	for _, problem := range problems {
		if problem != nil {
			return problem
		}
	}
	return nil
}

func run(r Request) object {
	if err := wrongShapes(r); err != nil {
		return object{"seq": r.Seq, "error": err.Error()}
	}
	if why := unsupported(r.Operation, r.Network); why != "" {
		return object{"seq": r.Seq, "unsupported": why}
	}
	result := object{}
	switch r.Operation {
	case "forward":
		result["activations"] = r.Network.Forward(r.Inputs)
	case "loss":
		result["loss"] = r.Network.LossOf(r.Inputs, r.Targets)
	case "gradients":
		result["gradients"] = r.Network.Gradients(r.Inputs, r.Targets)
	case "train":
		result["losses"] = r.Network.Train(r.Inputs, r.Targets, r.LearningRate, int(r.Epochs))
		result["layers"] = r.Network.Layers
	}
	return object{"seq": r.Seq, "result": result}
}

func main() {
	input, output := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout) // each answer is a line, written at once
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var request Request
		problem := json.Unmarshal(line, &request)
		switch {
		case request.Cmd == "stop":
			return
		case request.Cmd == "start":
			output.Encode(object{"protocol": 1, "claims": claims, "operations": operations})
		case problem != nil:
			output.Encode(object{"seq": request.Seq, "error": problem.Error()})
		default:
			output.Encode(run(request))
		}
	}
}
