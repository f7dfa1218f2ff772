# A multi-layer perceptron in R and its harness: lines of JSON on standard input and output. Base R only.
# Judge it with: mlp-conformance run --command "Rscript harness.R"

# ================================================================== your network goes here
# What it can do, and the four functions: put your own in their place; leave out of OPERATIONS what you have not.
# Matrices have a row for each sample; weights have a row for each unit below.

OPERATIONS <- c("forward", "loss", "gradients", "train")
CLAIMS <- list(
  name = "r-mlp", version = "1.0", language = "r", dtype = "float64",
  activations = list("sigmoid", "tanh", "relu", "linear"),
  output_activations = list("sigmoid", "tanh", "relu", "linear", "softmax"),
  losses = list("half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"),
  reductions = list("sum", "mean_samples", "mean_elements")
)

# The activations of every layer.
forward <- function(network, inputs) {
  activations <- list()
  for (layer in network$layers) {
    inputs <- ACTIVATIONS[[layer$activation]](affine(layer, inputs))
    activations <- c(activations, list(inputs))
  }
  activations
}

loss <- function(network, inputs, targets) {
  last <- length(network$layers)
  activations <- forward(network, inputs)
  z <- affine(network$layers[[last]], c(list(inputs), activations)[[last]])
  LOSSES[[network$loss]](z, activations[[last]], targets) / divisor(network, targets)
}

# The derivatives of the loss, a list of weights and biases for each layer.
gradients <- function(network, inputs, targets) {
  last <- length(network$layers)
  activations <- c(list(inputs), forward(network, inputs))
  delta <- output_delta(network, activations[[last + 1]], targets) / divisor(network, targets)
  found <- vector("list", last)
  for (k in last:1) {
    below <- activations[[k]]
    found[[k]] <- list(weights = t(below) %*% delta, biases = colSums(delta))
    if (k > 1) {
      back <- BACKWARD[[network$layers[[k - 1]]$activation]]
      delta <- back(below, delta %*% t(network$layers[[k]]$weights))
    }
  }
  found
}

# The layers after the last update, and the loss before each.
train <- function(network, inputs, targets, learning_rate, epochs) {
  losses <- numeric(epochs)
  for (epoch in seq_len(epochs)) {
    losses[epoch] <- loss(network, inputs, targets)
    found <- gradients(network, inputs, targets)
    for (k in seq_along(found)) {
      network$layers[[k]]$weights <- network$layers[[k]]$weights - learning_rate * found[[k]]$weights
      network$layers[[k]]$biases <- network$layers[[k]]$biases - learning_rate * found[[k]]$biases
    }
  }
  list(layers = network$layers, losses = losses)
}

affine <- function(layer, below) sweep(below %*% layer$weights, 2, layer$biases, "+")
row_max <- function(z) apply(z, 1, max)
softplus <- function(z) pmax(z, 0) + log1p(exp(-abs(z)))

ACTIVATIONS <- list(
  sigmoid = function(z) 1 / (1 + exp(-z)),
  tanh = tanh,
  relu = function(z) pmax(z, 0), # NaN stays NaN
  linear = identity,
  softmax = function(z) exp(z - row_max(z)) / rowSums(exp(z - row_max(z)))
)

# The gradient with respect to the pre-activations, from the activations and the gradient with respect to them.
BACKWARD <- list(
  sigmoid = function(a, gradient) gradient * a * (1 - a),
  tanh = function(a, gradient) gradient * (1 - a * a),
  relu = function(a, gradient) gradient * (a > 0),
  linear = function(a, gradient) gradient,
  softmax = function(a, gradient) a * (gradient - rowSums(a * gradient))
)

LOSSES <- list(
  half_squared_error = function(z, a, y) sum((a - y)^2) / 2,
  squared_error = function(z, a, y) sum((a - y)^2),
  cross_entropy = function(z, a, y) sum(y * (row_max(z) + log(rowSums(exp(z - row_max(z)))) - z)),
  binary_cross_entropy = function(z, a, y) sum(y * softplus(-z) + (1 - y) * softplus(z))
)

# The gradient of the loss with respect to the output's pre-activations.
output_delta <- function(network, a, y) {
  back <- BACKWARD[[network$layers[[length(network$layers)]]$activation]]
  switch(network$loss,
    half_squared_error = back(a, a - y),
    squared_error = back(a, 2 * (a - y)),
    cross_entropy = a * rowSums(y) - y,
    binary_cross_entropy = a - y
  )
}

divisor <- function(network, targets)
  switch(network$reduction, sum = 1, mean_samples = nrow(targets), mean_elements = length(targets))

# ================================================================== the protocol: nothing below need be changed
TOKEN <- '"(?:[^"\\\\]|\\\\.)*"|[][{},:]|[^][{},:"\\s]+'
# A line as nested lists: arrays and objects become lists (objects with names), numbers and strings vectors of one.
read_json <- function(line) {
  tokens <- regmatches(line, gregexpr(TOKEN, line, perl = TRUE))[[1]]
  at <- 0
  read_value <- function() {
    at <<- at + 1
    token <- tokens[at]
    if (token == "[" || token == "{") {
      close <- if (token == "[") "]" else "}"
      values <- names <- list()
      while (tokens[at + 1] != close) {
        if (tokens[at + 1] == ",") at <<- at + 1
        if (close == "}") {
          names[[length(names) + 1]] <- gsub('"', "", tokens[at + 1])
          at <<- at + 2
        }
        values[[length(values) + 1]] <- read_value()
      }
      at <<- at + 1
      return(if (close == "}") setNames(values, unlist(names)) else values)
    }
    if (substr(token, 1, 1) == '"') substr(token, 2, nchar(token) - 1)
    else if (token %in% c("null", "true", "false")) token == "true" else as.numeric(token)
  }
  read_value()
}

# "NaN", "Infinity" and "-Infinity" are strings that as.numeric understands as they stand.
to_vector <- function(values) vapply(values, as.numeric, 0)
to_matrix <- function(rows) do.call(rbind, lapply(rows, to_vector))

# Matrices become arrays of rows, lists with names objects, other lists arrays; all else is a string or a number.
write_json <- function(x) {
  if (is.matrix(x)) return(write_array(apply(x, 1, function(row) write_array(write_numbers(row)))))
  if (is.character(x)) return(paste0('"', gsub('[\\\\"[:cntrl:]]', " ", x), '"'))
  if (!is.list(x)) return(write_numbers(x))
  items <- vapply(x, write_json, "")
  if (is.null(names(x))) write_array(items) else paste0("{", paste0('"', names(x), '": ', items, collapse = ", "), "}")
}
write_numbers <- function(x) {
  words <- ifelse(is.na(x), '"NaN"', ifelse(x > 0, '"Infinity"', '"-Infinity"'))
  ifelse(is.finite(x), sprintf("%.17g", x), words)
}
write_array <- function(items) paste0("[", paste(items, collapse = ", "), "]")
write_layers <- function(layers) lapply(layers, function(l) list(weights = l$weights, biases = as.list(l$biases)))

# What in a request is not claimed, or NULL.
unsupported <- function(operation, network) {
  activations <- vapply(network$layers, function(layer) layer$activation, "")
  output <- length(activations)
  required <- switch(network$loss, cross_entropy = "softmax", binary_cross_entropy = "sigmoid", activations[output])
  claimed <- c(operation %in% OPERATIONS, activations[-output] %in% CLAIMS$activations,
    activations[output] %in% CLAIMS$output_activations && activations[output] == required,
    network$loss %in% CLAIMS$losses, network$reduction %in% CLAIMS$reductions)
  if (!all(claimed)) "the operation, an activation, the loss or the reduction is not claimed"
}

# The answer to a request but for its seq.
run <- function(request) {
  network <- request$network
  why <- unsupported(request$operation, network)
  if (!is.null(why)) return(list(unsupported = why))
  network$layers <- lapply(network$layers, function(layer) {
    list(weights = to_matrix(layer$weights), biases = to_vector(layer$biases), activation = layer$activation)
  })
  inputs <- to_matrix(request$inputs)
  targets <- if (request$operation != "forward") to_matrix(request$targets)
  if (!is.null(targets) && any(dim(targets) != dim(tail(forward(network, inputs), 1)[[1]]))) stop("wrong shape of targets")
  list(result = switch(request$operation,
    forward = list(activations = forward(network, inputs)),
    loss = list(loss = loss(network, inputs, targets)),
    gradients = list(gradients = write_layers(gradients(network, inputs, targets))),
    train = {
      trained <- train(network, inputs, targets, request$learning_rate, request$epochs)
      list(layers = write_layers(trained$layers), losses = as.list(trained$losses))
    }
  ))
}

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  request <- read_json(line)
  if (request$cmd == "stop") break
  answer <- if (request$cmd == "start") {
    list(protocol = 1, claims = CLAIMS, operations = as.list(OPERATIONS))
  } else {
    c(list(seq = request$seq), tryCatch(run(request), error = function(e) list(error = conditionMessage(e))))
  }
  cat(write_json(answer), "\n", sep = "")
  flush(stdout())
}
