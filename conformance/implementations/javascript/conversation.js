// The conversation of spec/protocol.md, for harnesses around published packages: lines of JSON in, lines of JSON out.
"use strict";

/** Thrown by an operation for a network that the package cannot express. */
class Unsupported extends Error {}

// JSON has no NaN and no infinities: they travel as strings, which Number() turns back.
const write = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const read = (_, value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);
// The decimal of a float32 is another double, and is rounded once: "Numbers" in spec/protocol.md.
const readSingle = (key, value) => (typeof value === "number" && key !== "seq" ? Math.fround(value) : read(key, value));

/** The answer to a line, as a line; `operations[request.operation](request)` gives the result, and may be a promise. */
async function answered(claims, operations, line) {
  const request = JSON.parse(line, claims.dtype === "float32" ? readSingle : read);
  const { cmd, seq, operation } = request;
  if (cmd === "stop") return undefined;
  const start = { protocol: 1, claims: { language: "javascript", ...claims }, operations: Object.keys(operations) };
  if (cmd === "start") return JSON.stringify(start, write);
  try {
    if (!(operation in operations)) throw new Unsupported(`operation ${operation}`);
    return JSON.stringify({ seq, result: await operations[operation](request) }, write);
  } catch (error) {
    return JSON.stringify(error instanceof Unsupported ? { seq, unsupported: error.message } : { seq, error: String(error.stack) });
  }
}

/** Answers every request until it is told to stop. */
async function converse(claims, operations) {
  for (const name of ["log", "info", "warn"]) console[name] = console.error; // standard output belongs to the protocol
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    const answer = await answered(claims, operations, line);
    if (answer === undefined) break;
    process.stdout.write(answer + "\n");
  }
  process.exit(0);
}

/** The version of an installed package, from its own package.json. */
function versionOf(name) {
  return JSON.parse(require("node:fs").readFileSync(`${folderOf(name)}/package.json`, "utf8")).version;
}

/** Where an installed package lies: beside the harness, in a folder above it, or in NODE_PATH. */
function folderOf(name) {
  const found = require.resolve.paths(name).map((folder) => `${folder}/${name}`).find(require("node:fs").existsSync);
  if (!found) throw new Error(`${name} is not installed: npm install ${name} in the harness's folder, or set NODE_PATH`);
  return found;
}

/** Numbers of units, from the inputs on. */
const sizesOf = (network) => [network.layers[0].weights.length, ...network.layers.map((layer) => layer.biases.length)];

/** A matrix as rows of plain arrays, with rows and columns exchanged. */
const transposed = (matrix) => Array.from(matrix[0], (_, j) => Array.from(matrix, (row) => row[j]));

/** The class of a one-hot row; refuses any other row. */
function classOf(row) {
  if (row.some((y) => y !== 0 && y !== 1) || row.filter((y) => y === 1).length !== 1) {
    throw new Unsupported("targets are numbers of classes");
  }
  return row.indexOf(1);
}

module.exports = { Unsupported, answered, classOf, converse, folderOf, sizesOf, transposed, versionOf };
