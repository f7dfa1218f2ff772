# A multi-layer perceptron in R, judged by an exported file. The argument makes a known mistake.

source("mlp_golden.R")

mistake <- c(commandArgs(trailingOnly = TRUE), "")[1]

activate <- list(
  sigmoid = function(z) if (mistake == "nan") z * NaN else 1 / (1 + exp(-z)),
  tanh = tanh,
  relu = function(z) pmax(z, 0),
  linear = identity,
  softmax = function(z) {
    e <- exp(z - apply(z, 1, max))
    e / rowSums(e)
  }
)
derivative <- list(
  sigmoid = function(a) a * (1 - a), tanh = function(a) 1 - a^2, relu = function(a) (a > 0) * 1, linear = function(a) a^0
)

run <- function(network, inputs) {
  layers <- list(inputs)
  for (layer in network$layers) {
    z <- sweep(layers[[length(layers)]] %*% layer$weights, 2, layer$biases, `+`)
    layers <- c(layers, list(activate[[layer$activation]](z)))
  }
  list(z = z, layers = layers)
}

divisor <- function(network, y) switch(network$reduction, sum = 1, mean_samples = nrow(y), mean_elements = length(y))

loss <- function(network, inputs, targets) {
  found <- run(network, inputs)
  z <- found$z
  a <- found$layers[[length(found$layers)]]
  terms <- switch(network$loss,
    half_squared_error = (a - targets)^2 / 2,
    squared_error = (a - targets)^2,
    cross_entropy = targets * (log(rowSums(exp(z - apply(z, 1, max)))) - (z - apply(z, 1, max))),
    binary_cross_entropy = pmax(z, 0) + log1p(exp(-abs(z))) - targets * z
  )
  sum(terms) / divisor(network, targets)
}

gradients <- function(network, inputs, targets) {
  layers <- run(network, inputs)$layers
  last <- length(network$layers)
  error <- (layers[[last + 1]] - targets) * (if (network$loss == "squared_error") 2 else 1) / divisor(network, targets)
  found <- list()
  for (k in rev(seq_len(last))) {
    layer <- network$layers[[k]]
    a <- layers[[k + 1]]
    delta <- if (k == last && grepl("cross_entropy", network$loss)) error
             else if (layer$activation == "softmax") a * (error - rowSums(error * a))
             else error * derivative[[layer$activation]](a)
    biases <- if (mistake == "bias") 0 * colSums(delta) else colSums(delta)
    found <- c(list(list(weights = t(layers[[k]]) %*% delta, biases = biases)), found)
    error <- delta %*% t(layer$weights)
  }
  found
}

train <- function(network, inputs, targets, learning_rate, epochs) {
  if (epochs > 300) return(NULL)
  losses <- c()
  for (epoch in seq_len(epochs)) {
    losses <- c(losses, loss(network, inputs, targets))
    steps <- gradients(network, inputs, targets)
    for (k in seq_along(steps)) {
      network$layers[[k]]$weights <- network$layers[[k]]$weights - learning_rate * steps[[k]]$weights
      network$layers[[k]]$biases <- network$layers[[k]]$biases - learning_rate * steps[[k]]$biases
    }
  }
  if (mistake == "loss") losses <- 2 * losses
  list(layers = network$layers, losses = if (mistake == "silent") NULL else losses)
}

forward <- function(network, inputs) {
  layers <- run(network, inputs)$layers[-1]
  if (mistake == "output") layers[[length(layers)]] else if (mistake == "short") layers[-1] else layers
}

result <- judge_mlp(list(forward = forward, loss = loss, gradients = gradients, train = train))
quit(status = if (result$right) 0 else 1)
