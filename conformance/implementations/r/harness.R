# A multi-layer perceptron in R and its harness: lines of JSON on standard input and output.
# Base R only; written from spec/protocol.md alone.
# Run it with: mlp-conformance run --command "Rscript harness.R"

CLAIMS <- '{"name": "r-mlp", "version": "1.0", "language": "r", "dtype": "float64",
  "activations": ["sigmoid", "tanh", "relu", "linear"],
  "output_activations": ["sigmoid", "tanh", "relu", "linear", "softmax"],
  "losses": ["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"],
  "reductions": ["sum", "mean_samples", "mean_elements"]}'

# ------------------------------------------------------------ the mathematics: replace it by your own
# Matrices have a row for each sample; weights have a row for each unit below.

row_max <- function(z) apply(z, 1, max)
softplus <- function(z) pmax(z, 0) + log1p(exp(-abs(z)))
times <- function(y, value) replace(y * value, which(y == 0), 0) # 0 log 0 = 0

ACTIVATIONS <- list(
  sigmoid = function(z) 1 / (1 + exp(-z)),
  tanh = tanh,
  relu = function(z) pmax(z, 0), # NaN stays NaN
  linear = identity,
  softmax = function(z) {
    e <- exp(z - row_max(z))
    e / rowSums(e)
  }
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
  cross_entropy = function(z, a, y) {
    shifted <- z - row_max(z)
    sum(times(y, log(rowSums(exp(shifted))) - shifted))
  },
  binary_cross_entropy = function(z, a, y) sum(times(y, softplus(-z)) + times(1 - y, softplus(z)))
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

forward <- function(network, inputs) {
  z <- a <- list()
  below <- inputs
  for (k in seq_along(network$layers)) {
    layer <- network$layers[[k]]
    z[[k]] <- sweep(below %*% layer$weights, 2, layer$biases, "+")
    below <- a[[k]] <- ACTIVATIONS[[layer$activation]](z[[k]])
  }
  list(z = z, a = a)
}

divisor <- function(network, targets) {
  switch(network$reduction, sum = 1, mean_samples = nrow(targets), mean_elements = length(targets))
}

loss_of <- function(network, pass, targets) {
  last <- length(network$layers)
  LOSSES[[network$loss]](pass$z[[last]], pass$a[[last]], targets) / divisor(network, targets)
}

gradients_of <- function(network, pass, inputs, targets) {
  last <- length(network$layers)
  delta <- output_delta(network, pass$a[[last]], targets) / divisor(network, targets)
  gradients <- vector("list", last)
  for (k in last:1) {
    below <- if (k > 1) pass$a[[k - 1]] else inputs
    gradients[[k]] <- list(weights = t(below) %*% delta, biases = colSums(delta))
    if (k > 1) {
      back <- BACKWARD[[network$layers[[k - 1]]$activation]]
      delta <- back(below, delta %*% t(network$layers[[k]]$weights))
    }
  }
  gradients
}

train <- function(network, inputs, targets, rate, epochs) {
  losses <- numeric(epochs)
  for (epoch in seq_len(epochs)) {
    pass <- forward(network, inputs)
    losses[epoch] <- loss_of(network, pass, targets)
    gradients <- gradients_of(network, pass, inputs, targets)
    for (k in seq_along(network$layers)) {
      for (part in c("weights", "biases")) {
        network$layers[[k]][[part]] <- network$layers[[k]][[part]] - rate * gradients[[k]][[part]]
      }
    }
  }
  list(network = network, losses = losses)
}

# ------------------------------------------------------------ JSON, enough for the protocol

TOKEN <- '"(?:[^"\\\\]|\\\\.)*"|[][{},:]|[^][{},:"\\s]+'

# A line as nested lists: arrays and objects become lists (objects with names), numbers and strings vectors of one.
read_json <- function(line) {
  tokens <- regmatches(line, gregexpr(TOKEN, line, perl = TRUE))[[1]]
  at <- 0
  unquoted <- function(token) substr(token, 2, nchar(token) - 1)
  read_value <- function() {
    at <<- at + 1
    token <- tokens[at]
    if (token == "[" || token == "{") {
      close <- if (token == "[") "]" else "}"
      values <- names <- list()
      while (tokens[at + 1] != close) {
        if (tokens[at + 1] == ",") at <<- at + 1
        if (close == "}") {
          names[[length(names) + 1]] <- unquoted(tokens[at + 1])
          at <<- at + 2
        }
        values[[length(values) + 1]] <- read_value()
      }
      at <<- at + 1
      return(if (close == "}") setNames(values, unlist(names)) else values)
    }
    if (substr(token, 1, 1) == '"') return(unquoted(token))
    if (token %in% c("null", "true", "false")) return(token == "true")
    as.numeric(token)
  }
  read_value()
}

# "NaN", "Infinity" and "-Infinity" are strings that as.numeric understands as they stand.
to_vector <- function(values) vapply(values, as.numeric, 0)
to_matrix <- function(rows) do.call(rbind, lapply(rows, to_vector))

write_numbers <- function(x) {
  text <- sprintf("%.17g", x)
  text[is.na(x)] <- '"NaN"'
  text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, '"Infinity"', '"-Infinity"')
  text
}
write_array <- function(items) paste0("[", paste(items, collapse = ", "), "]")
write_vector <- function(x) write_array(write_numbers(x))
write_matrix <- function(x) write_array(apply(x, 1, write_vector))
write_string <- function(text) paste0('"', gsub("[\\\\\"[:cntrl:]]", " ", text), '"')
write_layers <- function(layers) {
  write_array(vapply(layers, function(layer) {
    sprintf('{"weights": %s, "biases": %s}', write_matrix(layer$weights), write_vector(layer$biases))
  }, ""))
}

# ------------------------------------------------------------ the harness

unsupported <- function(operation, network) {
  activations <- vapply(network$layers, function(layer) layer$activation, "")
  output <- activations[length(activations)]
  if (!operation %in% c("forward", "loss", "gradients", "train")) return("operation")
  if (!all(activations %in% names(ACTIVATIONS)) || "softmax" %in% head(activations, -1)) return("activation")
  if (!network$loss %in% names(LOSSES)) return("loss")
  if (!network$reduction %in% c("sum", "mean_samples", "mean_elements")) return("reduction")
  required <- switch(network$loss, cross_entropy = "softmax", binary_cross_entropy = "sigmoid", output)
  if (output != required) return(paste("that loss without", required))
  NULL
}

run <- function(request) {
  network <- request$network
  why <- unsupported(request$operation, network)
  if (!is.null(why)) return(paste('"unsupported":', write_string(why)))
  network$layers <- lapply(network$layers, function(layer) {
    list(weights = to_matrix(layer$weights), biases = to_vector(layer$biases), activation = layer$activation)
  })
  inputs <- to_matrix(request$inputs)
  targets <- if (!is.null(request$targets)) to_matrix(request$targets)
  pass <- forward(network, inputs)
  sizes <- c(nrow(inputs), length(network$layers[[length(network$layers)]]$biases))
  if (!is.null(targets) && any(dim(targets) != sizes)) stop("targets are not of the shape of the outputs")
  result <- switch(request$operation,
    forward = sprintf('{"activations": %s}', write_array(vapply(pass$a, write_matrix, ""))),
    loss = sprintf('{"loss": %s}', write_numbers(loss_of(network, pass, targets))),
    gradients = sprintf('{"gradients": %s}', write_layers(gradients_of(network, pass, inputs, targets))),
    train = {
      trained <- train(network, inputs, targets, request$learning_rate, request$epochs)
      layers <- write_layers(trained$network$layers)
      sprintf('{"layers": %s, "losses": %s}', layers, write_vector(trained$losses))
    }
  )
  paste('"result":', result)
}

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  request <- read_json(line)
  if (request$cmd == "stop") break
  if (request$cmd == "start") {
    operations <- '["forward", "loss", "gradients", "train"]'
    claims <- gsub("\n *", " ", CLAIMS)
    cat(sprintf('{"protocol": 1, "claims": %s, "operations": %s}\n', claims, operations))
  } else {
    answer <- tryCatch(run(request), error = function(e) paste('"error":', write_string(conditionMessage(e))))
    cat(sprintf('{"seq": %.0f, %s}\n', request$seq, answer))
  }
  flush(stdout())
}
