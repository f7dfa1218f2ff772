//! The network that is judged.

// ================================================================== your network goes here
// What it can do, and the four functions: put your own in their place; leave out of OPERATIONS what you have not.
// Inputs and targets have a row for each sample.

#[cfg(not(feature = "float32"))]
pub type Real = f64;
#[cfg(feature = "float32")]
pub type Real = f32;

pub type Matrix = Vec<Vec<Real>>;

#[derive(Clone)]
pub struct Layer {
    pub weights: Matrix, // n_in rows of n_out
    pub biases: Vec<Real>,
    pub activation: String,
}

pub struct Network {
    pub layers: Vec<Layer>,
    pub loss: String,
    pub reduction: String,
}

pub const NAME: &str = "rust-mlp";
pub const OPERATIONS: &[&str] = &["forward", "loss", "gradients", "train"];
pub const ACTIVATIONS: &[&str] = &["sigmoid", "tanh", "relu", "linear"];
pub const OUTPUT_ACTIVATIONS: &[&str] = &["sigmoid", "tanh", "relu", "linear", "softmax"];
pub const LOSSES: &[&str] = &["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"];
pub const REDUCTIONS: &[&str] = &["sum", "mean_samples", "mean_elements"];

/// The activations of every layer.
pub fn forward(network: &Network, inputs: &Matrix) -> Vec<Matrix> {
    let mut activations: Vec<Matrix> = Vec::new();
    for layer in &network.layers {
        let below = activations.last().unwrap_or(inputs);
        activations.push(below.iter().map(|row| activate(&layer.activation, affine(layer, row))).collect());
    }
    activations
}

pub fn loss(network: &Network, inputs: &Matrix, targets: &Matrix) -> Real {
    let activations = forward(network, inputs);
    let last = network.layers.len() - 1;
    let below = if last > 0 { &activations[last - 1] } else { inputs };
    let terms = targets.iter().enumerate().map(|(s, y)| {
        let z = affine(&network.layers[last], &below[s]);
        sample_loss(&network.loss, &z, &activations[last][s], y)
    });
    terms.sum::<Real>() / divisor(network, targets)
}

/// The derivatives of the loss, in the shape of the layers.
pub fn gradients(network: &Network, inputs: &Matrix, targets: &Matrix) -> Vec<Layer> {
    let activations = forward(network, inputs);
    let scale = divisor(network, targets);
    let output = activations.last().expect("a network has layers");
    let mut deltas: Matrix = output.iter().zip(targets).map(|(a, y)| output_delta(network, a, y)).collect();
    deltas.iter_mut().flatten().for_each(|delta| *delta /= scale);
    let mut found = network.layers.clone();
    for (k, layer) in network.layers.iter().enumerate().rev() {
        let below = if k > 0 { &activations[k - 1] } else { inputs };
        let over_samples = |term: &dyn Fn(usize) -> Real| (0..deltas.len()).map(term).sum::<Real>();
        for j in 0..layer.biases.len() {
            found[k].biases[j] = over_samples(&|s| deltas[s][j]);
            for i in 0..layer.weights.len() {
                found[k].weights[i][j] = over_samples(&|s| below[s][i] * deltas[s][j]);
            }
        }
        if k > 0 {
            let back = |(a, delta): (&Vec<Real>, &Vec<Real>)| {
                let errors = layer.weights.iter().map(|row| dot(row, delta)).collect();
                backward(&network.layers[k - 1].activation, a, errors)
            };
            deltas = below.iter().zip(&deltas).map(back).collect();
        }
    }
    found
}

/// The loss before each update; the network becomes what it is after the last.
pub fn train(
    network: &mut Network,
    inputs: &Matrix,
    targets: &Matrix,
    learning_rate: Real,
    epochs: usize,
) -> Vec<Real> {
    let mut losses = Vec::with_capacity(epochs);
    for _ in 0..epochs {
        losses.push(loss(network, inputs, targets));
        let found = gradients(network, inputs, targets);
        for (layer, gradient) in network.layers.iter_mut().zip(&found) {
            let weights = layer.weights.iter_mut().flatten().zip(gradient.weights.iter().flatten());
            let biases = layer.biases.iter_mut().zip(&gradient.biases);
            weights.chain(biases).for_each(|(parameter, g)| *parameter -= learning_rate * g);
        }
    }
    losses
}

fn dot(left: &[Real], right: &[Real]) -> Real {
    left.iter().zip(right).map(|(x, y)| x * y).sum()
}

fn affine(layer: &Layer, below: &[Real]) -> Vec<Real> {
    let unit = |j: usize| below.iter().zip(&layer.weights).map(|(x, row)| x * row[j]).sum::<Real>() + layer.biases[j];
    (0..layer.biases.len()).map(unit).collect()
}

fn softplus(z: Real) -> Real {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// The exponentials of numbers, the largest of them subtracted, and that number.
fn exponentials(z: &[Real]) -> (Vec<Real>, Real) {
    let largest = z.iter().copied().fold(Real::NEG_INFINITY, Real::max);
    (z.iter().map(|x| (x - largest).exp()).collect(), largest)
}

/// The activations of one sample in one layer, from its pre-activations.
fn activate(name: &str, z: Vec<Real>) -> Vec<Real> {
    let each = |f: fn(Real) -> Real| z.iter().copied().map(f).collect();
    match name {
        "sigmoid" => each(|x| 1.0 / (1.0 + (-x).exp())),
        "tanh" => each(Real::tanh),
        "relu" => each(|x| if x <= 0.0 { 0.0 } else { x }), // NaN stays NaN
        "softmax" => {
            let (e, _) = exponentials(&z);
            e.iter().map(|x| x / e.iter().sum::<Real>()).collect()
        }
        _ => z,
    }
}

/// The gradient of one sample's pre-activations, from its activations and their gradient.
fn backward(name: &str, a: &[Real], gradient: Vec<Real>) -> Vec<Real> {
    let each = |f: &dyn Fn(Real, Real) -> Real| a.iter().zip(&gradient).map(|(&a, &g)| f(a, g)).collect();
    match name {
        "sigmoid" => each(&|a, g| g * a * (1.0 - a)),
        "tanh" => each(&|a, g| g * (1.0 - a * a)),
        "relu" => each(&|a, g| if a > 0.0 { g } else { 0.0 }),
        "softmax" => each(&|a_j, g| a_j * (g - dot(a, &gradient))),
        _ => gradient,
    }
}

/// The loss of one sample, from the output's pre-activations, its activations and the target.
fn sample_loss(name: &str, z: &[Real], a: &[Real], y: &[Real]) -> Real {
    let over = |v: &[Real], f: &dyn Fn(Real, Real) -> Real| v.iter().zip(y).map(|(&v, &y)| f(v, y)).sum::<Real>();
    match name {
        "cross_entropy" => {
            let (e, largest) = exponentials(z);
            let log_sum = largest + e.iter().sum::<Real>().ln();
            over(z, &|z, y| y * (log_sum - z))
        }
        "binary_cross_entropy" => over(z, &|z, y| y * softplus(-z) + (1.0 - y) * softplus(z)),
        "half_squared_error" => over(a, &|a, y| (a - y) * (a - y)) / 2.0,
        _ => over(a, &|a, y| (a - y) * (a - y)),
    }
}

/// The gradient of one sample's loss with respect to the output's pre-activations.
fn output_delta(network: &Network, a: &[Real], y: &[Real]) -> Vec<Real> {
    let activation = &network.layers[network.layers.len() - 1].activation;
    let minus = |factor: Real, total: Real| a.iter().zip(y).map(|(a, y)| factor * (a * total - y)).collect();
    match network.loss.as_str() {
        "cross_entropy" => minus(1.0, y.iter().sum()),
        "binary_cross_entropy" => minus(1.0, 1.0),
        "squared_error" => backward(activation, a, minus(2.0, 1.0)),
        _ => backward(activation, a, minus(1.0, 1.0)),
    }
}

fn divisor(network: &Network, targets: &Matrix) -> Real {
    match network.reduction.as_str() {
        "mean_samples" => targets.len() as Real,
        "mean_elements" => (targets.len() * targets[0].len()) as Real,
        _ => 1.0,
    }
}
