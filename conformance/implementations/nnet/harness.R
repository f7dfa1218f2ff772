# nnet: one hidden layer of sigmoids; outputs and the value of its criterion, for it has no gradient to call and no steps.
# Debian: apt-get install r-cran-nnet r-cran-jsonlite
# mlp-conformance run --command "Rscript harness.R"

folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(folder, "..", "r", "conversation.R"))

CLAIMS <- sprintf('{"name": "nnet", "version": "%s", "language": "r", "activations": ["sigmoid"],
  "output_activations": ["sigmoid", "linear"], "losses": ["squared_error"], "reductions": ["sum"],
  "min_hidden_layers": 1, "max_hidden_layers": 1,
  "notes": "the criterion is the sum of squares without 1/2; no weight decay; fitting is by BFGS alone"}',
  packageVersion("nnet"))
CLAIMS <- gsub("\n", " ", CLAIMS)

fitted_net <- function(request) {
  layers <- request$network$layers
  # for each unit of the hidden layer and of the output layer: its bias, then its weights
  weights <- unlist(lapply(layers, function(layer) rbind(layer$biases, layer$weights)))
  targets <- if (is.null(request$targets)) matrix(0, nrow(request$inputs), length(layers[[2]]$biases)) else request$targets
  nnet::nnet(request$inputs, targets, size = length(layers[[1]]$biases), Wts = weights, maxit = 0,
    linout = layers[[2]]$activation == "linear", trace = FALSE, MaxNWts = 1e6)
}

converse(CLAIMS, list(
  forward = function(request) sprintf('{"output": %s}', write_matrix(predict(fitted_net(request), request$inputs))),
  loss = function(request) sprintf('{"loss": %s}', write_numbers(fitted_net(request)$value))
))
