# AMORE: newff networks with sigmoid or linear units, sim, and train by ADAPTgd (online) or BATCHgd.
# Debian: apt-get install r-cran-amore r-cran-jsonlite
# mlp-conformance run --command "Rscript harness.R ADAPTgd"
# mlp-conformance run --command "Rscript harness.R BATCHgd"

folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(folder, "..", "r", "conversation.R"))
suppressMessages(library(AMORE))

METHOD <- c(commandArgs(trailingOnly = TRUE), "ADAPTgd")[1]
CLAIMS <- sprintf('{"name": "AMORE %s", "version": "%s", "language": "r", "activations": ["sigmoid", "linear"],
  "losses": ["half_squared_error"], "reductions": ["%s"], "min_hidden_layers": 1, %s
  "same_activation": "hidden",
  "notes": "steps of %s with the criterion LMS; the mean error that it reports is not judged"}',
  METHOD, packageVersion("AMORE"), if (METHOD == "BATCHgd") "mean_samples" else "sum",
  if (METHOD == "BATCHgd") "" else '"max_batch": 1,', METHOD)
CLAIMS <- gsub("\n", " ", CLAIMS)
NAMES <- c(sigmoid = "sigmoid", linear = "purelin")

made <- function(request, rate = 1) {
  layers <- request$network$layers
  hidden <- unique(vapply(layers[-length(layers)], function(layer) layer$activation, ""))
  sizes <- c(nrow(layers[[1]]$weights), vapply(layers, function(layer) length(layer$biases), 0))
  net <- newff(n.neurons = sizes, learning.rate.global = rate, momentum.global = 0, error.criterium = "LMS",
    hidden.layer = NAMES[[hidden]], output.layer = NAMES[[layers[[length(layers)]]$activation]], method = METHOD)
  for (k in seq_along(layers)) for (j in seq_along(layers[[k]]$biases)) {
    neuron <- net$layers[[k + 1]][j]
    net$neurons[[neuron]]$weights <- as.double(layers[[k]]$weights[, j])
    net$neurons[[neuron]]$bias <- as.double(layers[[k]]$biases[j])
  }
  net
}

converse(CLAIMS, list(
  forward = function(request) sprintf('{"output": %s}', write_matrix(sim(made(request), request$inputs))),
  train = function(request) {
    net <- made(request, request$learning_rate)
    net <- train(net, request$inputs, request$targets, error.criterium = "LMS", report = FALSE,
      n.shows = request$epochs, show.step = 1)$net
    parts <- lapply(seq_along(request$network$layers), function(k) {
      neurons <- net$neurons[net$layers[[k + 1]]]
      n_in <- nrow(request$network$layers[[k]]$weights)
      list(weights = matrix(unlist(lapply(neurons, function(neuron) neuron$weights)), n_in),
        biases = vapply(neurons, function(neuron) neuron$bias, 0))
    })
    sprintf('{"layers": %s}', write_layers(parts))
  }
))
