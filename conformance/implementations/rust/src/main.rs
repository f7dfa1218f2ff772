//! The harness of the network in network.rs: lines of JSON on standard input and output. No dependencies.
//!   cargo build --release
//!   mlp-conformance run --command target/release/harness

mod json;
mod network;

use json::{Json, Write};
use network::{Layer, Matrix, Network, Real};
use network::{ACTIVATIONS, LOSSES, NAME, OPERATIONS, OUTPUT_ACTIVATIONS, REDUCTIONS};
use std::io::{self, BufRead, Write as _};

// Shapes are checked here, once.

fn vector(json: &Json, n: usize) -> Result<Vec<Real>, String> {
    let numbers = json.items().iter().map(Json::number).collect::<Result<Vec<_>, _>>()?;
    if numbers.len() == n && n > 0 {
        Ok(numbers)
    } else {
        Err(format!("{} numbers, expected {n}", numbers.len()))
    }
}

fn matrix(json: &Json, m: usize, n: usize) -> Result<Matrix, String> {
    let rows = json.items().iter().map(|row| vector(row, n)).collect::<Result<Matrix, _>>()?;
    if rows.len() == m && m > 0 {
        Ok(rows)
    } else {
        Err(format!("{} rows, expected {m}", rows.len()))
    }
}

fn read_network(json: &Json, mut n: usize) -> Result<Network, String> {
    let mut layers = Vec::new();
    for layer in json.field("layers").items() {
        let n_in = n;
        n = layer.field("biases").items().len();
        layers.push(Layer {
            weights: matrix(layer.field("weights"), n_in, n)?,
            biases: vector(layer.field("biases"), n)?,
            activation: layer.field("activation").text().into(),
        });
    }
    Ok(Network { layers, loss: json.field("loss").text().into(), reduction: json.field("reduction").text().into() })
}

fn start() -> String {
    let dtype = if cfg!(feature = "float32") { "float32" } else { "float64" };
    let version = env!("CARGO_PKG_VERSION");
    let lists = [
        ("activations", ACTIVATIONS),
        ("output_activations", OUTPUT_ACTIVATIONS),
        ("losses", LOSSES),
        ("reductions", REDUCTIONS),
    ];
    let claims: String = lists.iter().map(|(field, names)| format!("\"{field}\": {}, ", names.json())).collect();
    format!(
        "{{\"protocol\": 1, \"operations\": {}, \"claims\": {{{claims}\"dtype\": \"{dtype}\", \"name\": \"{NAME}\", \
         \"version\": \"{version}\", \"language\": \"rust\"}}}}",
        OPERATIONS.json()
    )
}

/// What in a request is not claimed.
fn unsupported(operation: &str, network: &Network) -> Option<String> {
    let (last, hidden) = network.layers.split_last()?;
    let output = last.activation.as_str();
    let required = match network.loss.as_str() {
        "cross_entropy" => "softmax",
        "binary_cross_entropy" => "sigmoid",
        _ => output,
    };
    let mut asked = vec![
        (operation, OPERATIONS),
        (output, OUTPUT_ACTIVATIONS),
        (network.loss.as_str(), LOSSES),
        (network.reduction.as_str(), REDUCTIONS),
    ];
    asked.extend(hidden.iter().map(|layer| (layer.activation.as_str(), ACTIVATIONS)));
    if output != required {
        return Some(format!("{} without {required}", network.loss));
    }
    asked.iter().find(|(name, claimed)| !claimed.contains(name)).map(|(name, _)| format!("{name} is not claimed here"))
}

/// The field that answers a request, with its value.
fn run(request: &Json) -> Result<String, String> {
    let operation = request.field("operation").text();
    let rows = request.field("inputs");
    let inputs = matrix(rows, rows.items().len(), rows.items().first().map_or(0, |row| row.items().len()))?;
    let mut network = read_network(request.field("network"), inputs[0].len())?;
    if let Some(why) = unsupported(operation, &network) {
        return Ok(format!("\"unsupported\": {}", why.as_str().json()));
    }
    let n = network.layers.last().ok_or("no layers")?.biases.len();
    let targets = || matrix(request.field("targets"), inputs.len(), n);
    let result = match operation {
        "forward" => format!("\"activations\": {}", network::forward(&network, &inputs).json()),
        "loss" => format!("\"loss\": {}", network::loss(&network, &inputs, &targets()?).json()),
        "gradients" => format!("\"gradients\": {}", network::gradients(&network, &inputs, &targets()?).json()),
        _ => {
            let (rate, epochs) = (request.field("learning_rate").number()?, request.field("epochs").number()?);
            let losses = network::train(&mut network, &inputs, &targets()?, rate, epochs as usize);
            format!("\"layers\": {}, \"losses\": {}", network.layers.json(), losses.json())
        }
    };
    Ok(format!("\"result\": {{{result}}}"))
}

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request = Json::parse(&line?).unwrap_or(Json::Other);
        match request.field("cmd").text() {
            "stop" => break,
            "start" => writeln!(output, "{}", start())?,
            _ => {
                let seq = if let Json::Number(seq) = request.field("seq") { *seq } else { 0.0 };
                let answer = run(&request).unwrap_or_else(|why| format!("\"error\": {}", why.as_str().json()));
                writeln!(output, "{{\"seq\": {seq}, {answer}}}")?;
            }
        }
        output.flush()?;
    }
    Ok(())
}
