# Exact expected values of multi-layer perceptrons in @DTYPE@, and a judge of them that needs nothing else.
#
# Written by `mlp-conformance golden export r` (@SUITE@), specification @SPECIFICATION@.
#
#     source("mlp_golden.R")
#     result <- judge_mlp(list(
#       forward = function(network, inputs) ...,           # a list of matrices, one a layer, or the last layer's matrix alone
#       loss = function(network, inputs, targets) ...,                              # a number
#       gradients = function(network, inputs, targets) ...,                         # list(list(weights, biases), ...)
#       train = function(network, inputs, targets, learning_rate, epochs) ...       # list(layers = ..., losses = ...)
#     ))
#     quit(status = if (result$right) 0 else 1)
#
# Give the functions for what your program can do; `losses`, those before each update, may be left out. A function returns
# NULL for what it cannot take. network$layers[[k]]$weights has a row for each input, samples are rows; the derivative of
# ReLU at 0 is 0.
#
# A number is right if it differs from the exact one by no more than its bound, which is derived from the floating-point
# error model of the specification for that number: there is no tolerance to choose. @FORMAT_NOTE@
#
# Numbers are written in hexadecimal, since R does not read every decimal as the nearest number.

mlp_dtype <- "@DTYPE@"

# Of each number of an answer: value, rounded to the format; rest, the exact number minus value; bound, NA if not judged.
mlp_examples <- local({
  rows <- function(count, ...) matrix(c(...), nrow = count, byrow = TRUE)
  list(
@DATA@
  )
})

# Judges every answer, prints the first wrong number and the verdict; list(right, judged, wrong) invisibly.
judge_mlp <- function(implementation, quiet = FALSE) {
  say <- function(...) if (!quiet) cat(..., "\n", sep = "")
  judged <- list()
  wrong <- 0
  for (example in mlp_examples) {
    for (answer in example$answers) {
      operation <- implementation[[answer$operation]]
      if (is.null(operation)) next
      given <- list(example$network, example$inputs)
      if (answer$operation != "forward") given <- c(given, list(example$targets))
      if (answer$operation == "train") given <- c(given, list(example$learning_rate, answer$epochs))
      said <- do.call(operation, given)
      if (is.null(said)) next
      found <- mlp_compared(answer, said)
      if (length(found) && wrong == 0) {
        after <- if (answer$epochs) paste0(" after ", answer$epochs, if (answer$epochs > 1) " epochs" else " epoch") else ""
        say(example$id, ", ", answer$operation, after, ": ", found[[1]])
      }
      wrong <- wrong + length(found)
      before <- judged[[answer$operation]]
      if (is.null(before)) before <- c(answers = 0, right = 0)
      judged[[answer$operation]] <- before + c(1, length(found) == 0)
    }
  }
  for (name in names(judged)) {
    say(name, ": ", judged[[name]][["right"]], " of ", judged[[name]][["answers"]], " answers are right")
  }
  right <- wrong == 0 && length(judged) > 0
  say(if (right) "RIGHT in every number" else if (wrong) "WRONG" else "NOTHING was judged")
  invisible(list(right = right, judged = judged, wrong = wrong))
}

# The wrong numbers of one answer, each in words.
mlp_compared <- function(answer, said) {
  arrays <- mlp_flattened(answer$operation, said)
  expected <- answer$arrays
  if (answer$operation == "forward" && length(arrays) == 1) expected <- expected[length(expected)]
  if (answer$operation == "train") arrays <- utils::head(arrays, length(expected)) # losses of long runs are not judged
  needed <- sum(!vapply(expected, function(array) array$optional, TRUE))
  if (length(arrays) < needed || length(arrays) > length(expected)) {
    return(list(paste0("the answer has ", length(arrays), " arrays, ", needed, " were expected")))
  }
  wrong <- list()
  for (k in seq_along(arrays)) {
    array <- expected[[k]]
    got <- arrays[[k]]
    if (!is.numeric(got) || length(got) != length(array$value)) {
      wrong <- c(wrong, list(paste0(array$name, " has ", length(got), " numbers, ", length(array$value), " were expected")))
      next
    }
    error <- (got - array$value) - array$rest
    for (i in which(!is.na(array$bound) & !(abs(error) <= array$bound & !is.na(error)))) {
      numbers <- sprintf("expected %.17g, got %.17g, off by %.3g, allowed %.3g", array$value[i], got[i], error[i], array$bound[i])
      wrong <- c(wrong, list(paste0(array$name, mlp_place(i, array$shape), ": ", numbers)))
    }
  }
  wrong
}

# An answer as a list of vectors, row by row, in the order of the expected arrays.
mlp_flattened <- function(operation, said) {
  flat <- function(value) if (is.matrix(value)) as.vector(t(value)) else as.vector(value)
  if (operation == "loss") return(list(flat(said)))
  if (operation == "forward") return(lapply(if (is.list(said)) said else list(said), flat))
  layers <- if (operation == "train") said$layers else said
  parts <- do.call(c, lapply(layers, function(layer) list(flat(layer$weights), flat(layer$biases))))
  if (operation == "train" && !is.null(said$losses)) parts <- c(parts, as.list(said$losses))
  parts
}

mlp_place <- function(i, shape) {
  if (length(shape) == 0) return("")
  if (length(shape) == 1) return(paste0("[", i, "]"))
  paste0("[", (i - 1) %/% shape[2] + 1, ", ", (i - 1) %% shape[2] + 1, "]")
}
