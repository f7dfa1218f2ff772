// Exact expected values of multi-layer perceptrons in @DTYPE@, and a judge of them that needs nothing else.
//
// Written by `mlp-conformance golden export javascript` (@SUITE@), specification @SPECIFICATION@.
//
//     import { judge, report } from "./mlp_golden.mjs";
//
//     const result = judge({
//       forward(network, inputs) { ... },                                // matrices, of every layer or of the last one alone
//       loss(network, inputs, targets) { ... },                          // a number
//       gradients(network, inputs, targets) { ... },                     // [{weights, biases}, ...], of the loss
//       train(network, inputs, targets, learningRate, epochs) { ... },   // {layers: [{weights, biases}, ...], losses}
//     });
//     console.log(report(result));
//
// Give the functions for what your program can do; `losses`, those before each update, may be left out. A function returns
// undefined for what it cannot take. network.layers[k].weights has a row for each input; the derivative of ReLU at 0 is 0.
//
// A number is right if it differs from the exact one by no more than its bound, which is derived from the floating-point
// error model of the specification for that number: there is no tolerance to choose. @FORMAT_NOTE@

export const dtype = "@DTYPE@";

// Of each number of an answer: value, rounded to the format; rest, the exact number minus value; bound, null if not judged.
export const examples = @DATA@;

/** Judges every answer: {right, judged, wrong, first}; `first` is the first wrong number, or undefined. */
export function judge(implementation) {
  const judged = {};
  let wrong = 0;
  let first;
  for (const example of examples) {
    for (const answer of example.answers) {
      const operation = implementation[answer.operation];
      if (!operation) continue;
      const { network, inputs, targets, learningRate } = structuredClone(example);
      const given = { forward: [], train: [targets, learningRate, answer.epochs] }[answer.operation] ?? [targets];
      const said = operation.call(implementation, network, inputs, ...given);
      if (said === undefined) continue;
      const found = compared(answer, said);
      const count = (judged[answer.operation] ??= { answers: 0, right: 0 });
      count.answers += 1;
      count.right += found.length === 0 ? 1 : 0;
      wrong += found.length;
      if (found.length) first ??= { example: example.id, operation: answer.operation, epochs: answer.epochs, ...found[0] };
    }
  }
  return { right: wrong === 0 && Object.keys(judged).length > 0, judged, wrong, first };
}

/** The result in words. */
export function report({ right, judged, wrong, first }) {
  const lines = Object.entries(judged).map(([name, count]) => `${name}: ${count.right} of ${count.answers} answers are right`);
  if (first) {
    const after = first.epochs ? ` after ${first.epochs} epoch${first.epochs > 1 ? "s" : ""}` : "";
    const off = first.bound === undefined ? "" : `, off by ${first.error}, allowed ${first.bound}`;
    const numbers = `expected ${first.expected}, got ${first.got}${off}`;
    lines.unshift(`${first.example}, ${first.operation}${after}: ${first.quantity}: ${numbers}`);
  }
  lines.push(right ? "RIGHT in every number" : wrong ? "WRONG" : "NOTHING was judged");
  return lines.join("\n");
}

/** The wrong numbers of one answer, or what is wrong with its form. */
function compared({ operation, arrays }, said) {
  const got = flattened(operation, said);
  const outputAlone = operation === "forward" && got.length === 1;
  const known = outputAlone ? arrays.slice(-1) : arrays;
  const needed = known.filter((array) => !array.optional).length;
  if (got.length < needed) return [{ quantity: "the answer", expected: `${needed} arrays`, got: got.length }];
  return known.slice(0, got.length).flatMap((array, k) => {
    if (got[k].length !== array.value.length) {
      return [{ quantity: array.name, expected: `${array.value.length} numbers`, got: got[k].length }];
    }
    return array.value.flatMap((expected, i) => {
      const [number, bound] = [got[k][i], array.bound[i]];
      const error = number - expected - array.rest[i];
      const isRight = bound === null || (typeof number === "number" && Math.abs(error) <= bound); // a NaN is not
      return isRight ? [] : [{ quantity: array.name + place(i, array.shape), expected, got: number, error, bound }];
    });
  });
}

/** An answer as a list of flat lists, in the order of the expected arrays. */
function flattened(operation, said) {
  if (operation === "loss") return [numbers(said)];
  if (operation === "forward") return (isMatrix(said) ? [said] : Array.from(said)).map(numbers);
  const layers = operation === "train" ? said.layers : said;
  const parts = layers.flatMap(({ weights, biases }) => [numbers(weights), numbers(biases)]);
  return operation === "train" && said.losses ? [...parts, ...Array.from(said.losses, numbers)] : parts;
}

const isList = (value) => typeof value === "object" && value !== null && Symbol.iterator in value;
const isMatrix = (value) => !isList(value[0]) || !isList(value[0][0]);
const numbers = (value) => (isList(value) ? Array.from(value).flatMap(numbers) : [value]);

function place(index, shape) {
  if (shape.length === 0) return "";
  if (shape.length === 1) return `[${index}]`;
  return `[${Math.floor(index / shape[1])}, ${index % shape[1]}]`;
}
