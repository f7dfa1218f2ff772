% A multi-layer perceptron in Octave and its harness: lines of JSON on standard input and output. Nothing but Octave.
% Judge it with: mlp-conformance run --command "octave-cli --no-init-file harness.m"
sigterm_dumps_octave_core(false); % a script, which leaves no file behind when it is ended
% ================================================================== your network goes here
% What it can do, and the four functions: put your own in their place; leave out of `operations` what you have not.
% Matrices have a row for each sample; weights have a row for each unit below.

function names = operations(), names = {"forward", "loss", "gradients", "train"}; end
function fields = claims()
  fields = struct("name", "octave-mlp", "version", "1.0", "language", "octave", "dtype", "float64");
  fields.activations = {"sigmoid", "tanh", "relu", "linear"};
  fields.output_activations = {"sigmoid", "tanh", "relu", "linear", "softmax"};
  fields.losses = {"half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"};
  fields.reductions = {"sum", "mean_samples", "mean_elements"};
end

function activations = forward(network, inputs) % of every layer, in a cell array
  activations = {};
  for k = 1:numel(network.layers)
    inputs = activate(network.layers{k}.activation, affine(network.layers{k}, inputs));
    activations{k} = inputs;
  end
end

function value = loss(network, inputs, targets)
  last = numel(network.layers);
  activations = [{inputs}, forward(network, inputs)];
  each = terms(network.loss, affine(network.layers{last}, activations{last}), activations{last + 1}, targets);
  value = sum(each(:)) / divisor(network, targets);
end

function found = gradients(network, inputs, targets) % of the loss: a cell array of structs with weights and biases
  last = numel(network.layers);
  activations = [{inputs}, forward(network, inputs)];
  delta = output_delta(network, activations{last + 1}, targets) / divisor(network, targets);
  for k = last:-1:1
    found{k} = struct("weights", activations{k}.' * delta, "biases", sum(delta, 1));
    if k > 1
      delta = backward(network.layers{k - 1}.activation, activations{k}, delta * network.layers{k}.weights.');
    end
  end
end

function [layers, losses] = train(network, inputs, targets, learning_rate, epochs) % the losses before each update
  losses = zeros(1, epochs);
  for epoch = 1:epochs
    losses(epoch) = loss(network, inputs, targets);
    found = gradients(network, inputs, targets);
    for k = 1:numel(found)
      network.layers{k}.weights -= learning_rate * found{k}.weights;
      network.layers{k}.biases -= learning_rate * found{k}.biases;
    end
  end
  layers = network.layers;
end

function z = affine(layer, below), z = below * layer.weights + layer.biases; end
function value = softplus(z), value = max(z, 0) + log1p(exp(-abs(z))); end
function e = exponentials(z), e = exp(z - max(z, [], 2)); end % the largest of each row subtracted

function a = activate(name, z)
  a = struct("sigmoid", @() 1 ./ (1 + exp(-z)),
             "tanh", @() tanh(z),
             "relu", @() merge(isnan(z), z, max(z, 0)),
             "linear", @() z,
             "softmax", @() exponentials(z) ./ sum(exponentials(z), 2)).(name)();
end

% The gradient with respect to the pre-activations, from the activations and the gradient with respect to them.
function delta = backward(name, a, gradient)
  delta = struct("sigmoid", @() gradient .* a .* (1 - a),
                 "tanh", @() gradient .* (1 - a .* a),
                 "relu", @() gradient .* (a > 0),
                 "linear", @() gradient,
                 "softmax", @() a .* (gradient - sum(a .* gradient, 2))).(name)();
end

function value = terms(name, z, a, y) % of the loss, before its reduction
  log_sum = @() max(z, [], 2) + log(sum(exponentials(z), 2));
  value = struct("half_squared_error", @() (a - y) .^ 2 / 2,
                 "squared_error", @() (a - y) .^ 2,
                 "cross_entropy", @() y .* (log_sum() - z),
                 "binary_cross_entropy", @() y .* softplus(-z) + (1 - y) .* softplus(z)).(name)();
end

% The gradient of the loss, before its reduction, with respect to the output's pre-activations.
function delta = output_delta(network, a, y)
  activation = network.layers{end}.activation;
  delta = struct("half_squared_error", @() backward(activation, a, a - y),
                 "squared_error", @() backward(activation, a, 2 * (a - y)),
                 "cross_entropy", @() a .* sum(y, 2) - y,
                 "binary_cross_entropy", @() a - y).(network.loss)();
end

function d = divisor(network, targets)
d = struct("sum", 1, "mean_samples", rows(targets), "mean_elements", numel(targets)).(network.reduction);
end

% ================================================================== the protocol: nothing below need be changed

% Arrays become cell arrays (rows of numbers: row vectors), objects structs; `tokens` are consumed from `at` on.
function [value, at] = read_value(tokens, at)
  token = tokens{at++};
  switch token(1)
    case "["
      value = {};
      if numel(token) > 1, value = sscanf(regexprep(token(2:end-1), '"|inity', ""), "%f,").'; return; end % a row of numbers
      while ! strcmp(tokens{at}, "]")
        [item, at] = read_value(tokens, at + strcmp(tokens{at}, ","));
        value{end + 1} = item;
      end
      at++;
    case "{"
      value = struct();
      while ! strcmp(tokens{at}, "}")
        at += strcmp(tokens{at}, ",");
        [item, next] = read_value(tokens, at + 2);
        value.(tokens{at}(2:end-1)) = item;
        at = next;
      end
      at++;
    case '"', value = token(2:end-1);
    otherwise, value = str2double(token);
  end
end

function request = read_json(line)
  row = '\[(?:\s*(?:[-+.\deE]+|"NaN"|"-?Infinity")\s*,?)*\]';
  tokens = regexp(line, [row '|"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+'], "match");
  request = read_value(tokens, 1);
end

function text = vector(numbers)
  text = strrep(regexprep(sprintf("%.17g, ", numbers), '(-?Inf|NaN)', '"$1"'), "Inf", "Infinity");
  text = ["[" text(1:end-2) "]"];
end

function text = array(items, write)
  text = ["[" strjoin(cellfun(write, items, "UniformOutput", false), ", ") "]"];
end

function text = matrix(numbers), text = array(num2cell(numbers, 2), @vector); end
function text = layers(found)
  text = array(found, @(layer) sprintf('{"weights": %s, "biases": %s}', matrix(layer.weights), vector(layer.biases)));
end
function text = string(text), text = ['"' regexprep(text, '["\\[:cntrl:]]', " ") '"']; end

function text = start()
  text = "";
  for [value, name] = claims()
    if iscell(value), value = array(value, @string); else value = string(value); end
    text = [text ", " string(name) ": " value];
  end
  text = sprintf('{"protocol": 1, "operations": %s, "claims": {%s}}', array(operations(), @string), text(3:end));
end

% The field that answers a request, with its value.
function text = run(request)
  network = request.network;
  for k = 1:numel(network.layers)
    network.layers{k}.weights = vertcat(network.layers{k}.weights{:});
    claimed(k) = ismember(network.layers{k}.activation, claims().activations);
  end
  output = network.layers{end}.activation;
  required = struct("cross_entropy", "softmax", "binary_cross_entropy", "sigmoid");
  claimed(end) = ismember(output, claims().output_activations);
  if isfield(required, network.loss), claimed(end) = strcmp(output, required.(network.loss)); end
  if ! all([claimed, ismember(request.operation, operations()), ismember(network.loss, claims().losses), ...
            ismember(network.reduction, claims().reductions)])
    text = '"unsupported": "the operation, an activation, the loss or the reduction is not claimed"'; return;
  end
  x = vertcat(request.inputs{:});
  if ! strcmp(request.operation, "forward")
    y = vertcat(request.targets{:});
    if any(size(y) != [rows(x), numel(network.layers{end}.biases)]), error("targets of a wrong shape"); end
  end
  switch request.operation
    case "forward", text = sprintf('{"activations": %s}', array(forward(network, x), @matrix));
    case "loss", text = sprintf('{"loss": %s}', vector(loss(network, x, y))(2:end-1));
    case "gradients", text = sprintf('{"gradients": %s}', layers(gradients(network, x, y)));
    case "train"
      [found, losses] = train(network, x, y, request.learning_rate, request.epochs);
      text = sprintf('{"layers": %s, "losses": %s}', layers(found), vector(losses));
  end
  text = ['"result": ' text];
end

while true
  try, line = input("", "s"); catch, break; end % fgetl would wait for more than a line
  request = read_json(line);
  if strcmp(request.cmd, "stop"), break; end
  if strcmp(request.cmd, "start"), text = start();
  else
    try, text = run(request); catch problem, text = ['"error": ' string(problem.message)]; end
    text = sprintf('{"seq": %d, %s}', request.seq, text);
  end
  fputs(stdout, [text "\n"]);
  fflush(stdout);
end
