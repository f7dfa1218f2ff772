-- A multi-layer perceptron that answers the process protocol, written from spec/protocol.md alone, without a JSON library.

-- Numbers --------------------------------------------------------------------------------------------------------------------

local WORDS = { NaN = 0 / 0, Infinity = math.huge, ["-Infinity"] = -math.huge }

-- The value at a position of a text, and the position after it: the grammar of "Without a JSON library".
local function read_value(text, at)
  at = text:find("%S", at)
  local first = text:sub(at, at)
  if first == "{" or first == "[" then
    local value, count = {}, 0
    local close = first == "{" and "}" or "]"
    at = text:find("%S", at + 1)
    while text:sub(at, at) ~= close do
      local name, item
      if first == "{" then
        name, at = read_value(text, at)
        at = text:find(":", at, true) + 1
      else
        count = count + 1
        name = count
      end
      item, at = read_value(text, at)
      value[name] = item
      at = text:find("%S", at)
      if text:sub(at, at) == "," then at = text:find("%S", at + 1) end
    end
    return value, at + 1
  elseif first == '"' then
    local stop = at + 1
    while text:sub(stop, stop) ~= '"' do
      stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
    end
    local word = text:sub(at + 1, stop - 1)
    return WORDS[word] or word, stop + 1
  end
  local word = text:match("^[%w+.-]+", at)
  return tonumber(word) or word, at + #word
end

local function write(value)
  if type(value) == "string" then return '"' .. value .. '"' end
  if type(value) == "number" then
    if value ~= value then return '"NaN"' end
    if value == math.huge then return '"Infinity"' end
    if value == -math.huge then return '"-Infinity"' end
    return string.format("%.17g", value)
  end
  local items = {}
  if #value > 0 or next(value) == nil then
    for k, item in ipairs(value) do items[k] = write(item) end
    return "[" .. table.concat(items, ",") .. "]"
  end
  for name, item in pairs(value) do items[#items + 1] = '"' .. name .. '":' .. write(item) end
  return "{" .. table.concat(items, ",") .. "}"
end

-- The network ----------------------------------------------------------------------------------------------------------------

local function map(f, ...)
  local result, lists = {}, { ... }
  for j = 1, #lists[1] do
    local arguments = {}
    for k, list in ipairs(lists) do arguments[k] = list[j] end
    result[j] = f(table.unpack(arguments))
  end
  return result
end

local function sum(list)
  local total = 0.0
  for _, x in ipairs(list) do total = total + x end
  return total
end

local function elementwise(f) return function(z) return map(f, z) end end

local function tanh(x)
  local e = math.exp(-2 * math.abs(x))
  local t = (1 - e) / (1 + e)
  return x < 0 and -t or t
end

local ACTIVATIONS = {
  sigmoid = elementwise(function(x) return 1 / (1 + math.exp(-x)) end),
  tanh = elementwise(tanh),
  relu = elementwise(function(x) return math.max(x, 0.0) end),
  linear = elementwise(function(x) return x end),
  softmax = function(z)
    local max = math.max(table.unpack(z))
    local e = map(function(x) return math.exp(x - max) end, z)
    local total = sum(e)
    return map(function(x) return x / total end, e)
  end,
}

local BACK = {
  sigmoid = function(g, a) return map(function(x, o) return x * o * (1 - o) end, g, a) end,
  tanh = function(g, a) return map(function(x, o) return x * (1 - o * o) end, g, a) end,
  relu = function(g, a, z) return map(function(x, v) return v > 0 and x or 0.0 end, g, z) end,
  linear = function(g) return g end,
  softmax = function(g, a)
    local dot = sum(map(function(x, o) return x * o end, g, a))
    return map(function(x, o) return o * (x - dot) end, g, a)
  end,
}

local function minus_log_sigmoid(x) return math.max(-x, 0.0) + math.log(1 + math.exp(-math.abs(x))) end

local LOSSES = {
  half_squared_error = function(a, y) return sum(map(function(o, t) return (o - t) ^ 2 end, a, y)) / 2 end,
  squared_error = function(a, y) return sum(map(function(o, t) return (o - t) ^ 2 end, a, y)) end,
  cross_entropy = function(_, y, z)
    local max = math.max(table.unpack(z))
    local log = math.log(sum(map(function(x) return math.exp(x - max) end, z)))
    return sum(map(function(x, t) return t * (log - (x - max)) end, z, y))
  end,
  binary_cross_entropy = function(_, y, z)
    return sum(map(function(x, t) return t * minus_log_sigmoid(x) + (1 - t) * minus_log_sigmoid(-x) end, z, y))
  end,
}

local DELTAS = {
  half_squared_error = function(activation, a, y, z)
    return BACK[activation](map(function(o, t) return o - t end, a, y), a, z)
  end,
  squared_error = function(activation, a, y, z)
    return BACK[activation](map(function(o, t) return 2 * (o - t) end, a, y), a, z)
  end,
  cross_entropy = function(_, a, y)
    local total = sum(y)
    return map(function(o, t) return o * total - t end, a, y)
  end,
  binary_cross_entropy = function(_, a, y) return map(function(o, t) return o - t end, a, y) end,
}

local REDUCTIONS = {
  sum = function() return 1 end,
  mean_samples = function(m) return m end,
  mean_elements = function(m, n) return m * n end,
}

-- z[l] and a[l] of one sample.
local function forward(network, x)
  local zs, as = {}, {}
  for l, layer in ipairs(network.layers) do
    local z = {}
    for j, b in ipairs(layer.biases) do
      local total = b
      for i, value in ipairs(x) do total = total + value * layer.weights[i][j] end
      z[j] = total
    end
    zs[l], as[l] = z, ACTIVATIONS[layer.activation](z)
    x = as[l]
  end
  return zs, as
end

local function loss(request)
  local network, last, total = request.network, #request.network.layers, 0.0
  for m, x in ipairs(request.inputs) do
    local zs, as = forward(network, x)
    total = total + LOSSES[network.loss](as[last], request.targets[m], zs[last])
  end
  return total / REDUCTIONS[network.reduction](#request.inputs, #request.targets[1])
end

local function gradients(request)
  local layers = request.network.layers
  local divisor = REDUCTIONS[request.network.reduction](#request.inputs, #request.targets[1])
  local result = {}
  for l, layer in ipairs(layers) do
    result[l] = { weights = {}, biases = map(function() return 0.0 end, layer.biases) }
    for i in ipairs(layer.weights) do result[l].weights[i] = map(function() return 0.0 end, layer.biases) end
  end
  for m, x in ipairs(request.inputs) do
    local zs, as = forward(request.network, x)
    local delta = DELTAS[request.network.loss](layers[#layers].activation, as[#layers], request.targets[m], zs[#layers])
    for l = #layers, 1, -1 do
      for j, d in ipairs(delta) do
        result[l].biases[j] = result[l].biases[j] + d / divisor
        for i, value in ipairs(as[l - 1] or x) do
          result[l].weights[i][j] = result[l].weights[i][j] + d * value / divisor
        end
      end
      if l > 1 then
        local g = map(function(row) return sum(map(function(w, d) return w * d end, row, delta)) end, layers[l].weights)
        delta = BACK[layers[l - 1].activation](g, as[l - 1], zs[l - 1])
      end
    end
  end
  return result
end

local OPERATIONS = {
  forward = function(request)
    local activations = {}
    for l in ipairs(request.network.layers) do activations[l] = {} end
    for m, x in ipairs(request.inputs) do
      local _, as = forward(request.network, x)
      for l, a in ipairs(as) do activations[l][m] = a end
    end
    return { activations = activations }
  end,
  loss = function(request) return { loss = loss(request) } end,
  gradients = function(request) return { gradients = gradients(request) } end,
  train = function(request)
    local losses, layers, rate = {}, request.network.layers, request.learning_rate
    local step = function(w, d) return w - rate * d end
    for epoch = 1, request.epochs do
      losses[epoch] = loss(request)
      for l, by in ipairs(gradients(request)) do
        layers[l].weights = map(function(row, of) return map(step, row, of) end, layers[l].weights, by.weights)
        layers[l].biases = map(step, layers[l].biases, by.biases)
      end
    end
    return { layers = map(function(layer) return { weights = layer.weights, biases = layer.biases } end, layers), losses = losses }
  end,
}

-- The conversation -----------------------------------------------------------------------------------------------------------

local CLAIMS = '{"protocol": 1, "operations": ["forward", "loss", "gradients", "train"], "claims": {"name": "mlp.lua", "language": "lua",'
  .. '"activations": ["sigmoid", "tanh", "relu", "linear"],'
  .. '"output_activations": ["sigmoid", "tanh", "relu", "linear", "softmax"],'
  .. '"losses": ["half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy"],'
  .. '"reductions": ["sum", "mean_samples", "mean_elements"]}}'

local function unknown(request)
  if not OPERATIONS[request.operation] then return "operation" end
  if not LOSSES[request.network.loss] then return "loss" end
  if not REDUCTIONS[request.network.reduction] then return "reduction" end
  for l, layer in ipairs(request.network.layers) do
    if not ACTIVATIONS[layer.activation] then return "activation" end
    if layer.activation == "softmax" and l < #request.network.layers then return "softmax in a hidden layer" end
  end
end

for line in io.lines() do
  local request = read_value(line, 1)
  if request.cmd == "stop" then break end
  local answer = CLAIMS
  if request.cmd == "run" then
    local what = unknown(request)
    if what then
      answer = write({ seq = request.seq, unsupported = what })
    else
      local done, result = pcall(OPERATIONS[request.operation], request)
      answer = write({ seq = request.seq, [done and "result" or "error"] = done and result or "a failure" })
    end
  end
  io.write(answer, "\n")
  io.flush()
end
