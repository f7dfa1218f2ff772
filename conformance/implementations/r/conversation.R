# The conversation of spec/protocol.md, for harnesses around R packages: lines of JSON in (read by jsonlite), lines out.

unsupported <- function(why) stop(structure(class = c("unsupported", "error", "condition"), list(message = why, call = NULL)))

to_matrix <- function(rows) {
  if (is.list(rows)) rows <- do.call(rbind, lapply(rows, function(row) as.numeric(unlist(row)))) # words among numbers
  matrix(as.numeric(rows), nrow(rows))
}

write_numbers <- function(x) {
  text <- sprintf("%.17g", x)
  text[is.na(x)] <- '"NaN"'
  text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, '"Infinity"', '"-Infinity"')
  text
}
write_array <- function(items) paste0("[", paste(items, collapse = ", "), "]")
write_vector <- function(x) write_array(write_numbers(as.vector(x)))
write_matrix <- function(x) write_array(apply(x, 1, write_vector))
write_string <- function(text) paste0('"', gsub("[\\\\\"[:cntrl:]]", " ", text), '"')
write_layers <- function(layers) {
  write_array(vapply(layers, function(layer) {
    sprintf('{"weights": %s, "biases": %s}', write_matrix(layer$weights), write_vector(layer$biases))
  }, ""))
}

# operations: functions of a request with matrices, by name; each gives its result as JSON text.
converse <- function(claims, operations) {
  input <- file("stdin", "r")
  say <- function(...) {
    cat(..., "\n", sep = "")
    flush(stdout())
  }
  while (length(line <- readLines(input, 1)) > 0) {
    request <- jsonlite::fromJSON(line, simplifyDataFrame = FALSE)
    if (request$cmd == "stop") break
    if (request$cmd == "start") {
      names <- write_array(vapply(names(operations), write_string, ""))
      say('{"protocol": 1, "claims": ', claims, ', "operations": ', names, "}")
      next
    }
    answer <- tryCatch({
      if (is.null(operations[[request$operation]])) unsupported("operation")
      request$inputs <- to_matrix(request$inputs)
      if (!is.null(request$targets)) request$targets <- to_matrix(request$targets)
      request$network$layers <- lapply(request$network$layers, function(layer) {
        list(weights = to_matrix(layer$weights), biases = as.numeric(unlist(layer$biases)), activation = layer$activation)
      })
      invisible(capture.output(result <- operations[[request$operation]](request))) # what a package prints is no message
      paste0('"result": ', result)
    }, unsupported = function(condition) paste0('"unsupported": ', write_string(conditionMessage(condition))),
    error = function(condition) paste0('"error": ', write_string(conditionMessage(condition))))
    say('{"seq": ', sprintf("%.0f", request$seq), ", ", answer, "}")
  }
}
