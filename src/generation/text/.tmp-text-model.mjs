import * as chai from "chai";
import { ASYMMETRIC_MATCHERS_OBJECT, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from "@vitest/expect";
import { z } from "zod";
import * as ort from "onnxruntime-node";
// ../../../tmp/d/vitest-stub.mjs
chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
const expect = (value, message) => chai.expect(value, message);
Object.assign(expect, chai.expect);
Object.defineProperty(globalThis, GLOBAL_EXPECT, {
	value: expect,
	writable: true,
	configurable: true
});
setState({
	assertionCalls: 0,
	isExpectingAssertions: false
}, expect);
Object.assign(expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT] ?? {});
const queue = [];
let prefix = "";
const before = [];
const after = [];
const fmt = (n, a) => {
	let i = 0;
	let s = n;
	const arr = Array.isArray(a) ? a : [a];
	s = s.replace(/%[sdijo]/g, () => JSON.stringify(arr[i++]));
	if (a && typeof a === "object") s = s.replace(/\$(\w+)/g, (_, k) => JSON.stringify(a[k]));
	return s;
};
const test = (name, fn) => queue.push([prefix + name, fn]);
test.each = (rows) => (name, fn) => rows.forEach((r) => test(fmt(name, r), () => Array.isArray(r) ? fn(...r) : fn(r)));
test.skipIf = (c) => c ? () => {} : test;
const describe = (name, fn) => {
	const old = prefix;
	prefix += name + " > ";
	fn();
	prefix = old;
};
describe.each = (rows) => (name, fn) => rows.forEach((r) => describe(fmt(name, r), () => Array.isArray(r) ? fn(...r) : fn(r)));
setTimeout(async () => {
	let failed = 0;
	for (const f of before) await f();
	for (const [name, fn] of queue) {
		if (process.env.ONLY && !name.includes(process.env.ONLY)) continue;
		try {
			await fn();
			console.log("ok", name);
		} catch (e) {
			failed++;
			console.log("FAIL", name, "\n", (e.stack ?? String(e)).slice(0, 1500), e.actual !== void 0 ? "\nactual " + JSON.stringify(e.actual)?.slice(0, 600) + "\nexpected " + JSON.stringify(e.expected)?.slice(0, 600) : "");
		}
	}
	for (const f of after) await f();
	console.log(failed, "failed of", queue.length);
	process.exit(failed ? 1 : 0);
}, 50);
// src/errors.ts
/**
* The few kinds of errors that Tesserae throws on purpose. A message names the subject, what was
* expected, what was found and what to do, in one line; anything else that is thrown is a bug.
*/
/** An error that its reader can mend. The command line prints its message and exits with 1. */
var TesseraeError = class extends Error {
	name = "TesseraeError";
};
/** Shapes or dtypes that do not fit an operation. */
var ShapeError = class extends TesseraeError {
	name = "ShapeError";
};
/** A recipe that does not follow the schema, or a flag that contradicts it. */
var RecipeError = class extends TesseraeError {
	name = "RecipeError";
};
/** A data set, picture or record that is missing, damaged or of the wrong form. */
var DataError = class extends TesseraeError {
	name = "DataError";
};
/** A file or folder that cannot be read, written or trusted: weights, checkpoints, model folders. */
var StorageError = class extends TesseraeError {
	name = "StorageError";
};
/** A device, session or run that failed: a missing adapter, a loss that is not finite. */
var RuntimeError = class extends TesseraeError {
	name = "RuntimeError";
};
// src/engine/tensor/dtype.ts
const constructors = {
	float32: Float32Array,
	float64: Float64Array,
	int64: BigInt64Array,
	int32: Int32Array,
	uint32: Uint32Array,
	int8: Int8Array,
	uint8: Uint8Array,
	bool: Uint8Array
};
Object.keys(constructors);
/** Zeros of a dtype. */
const createArray = (dtype, length) => new constructors[dtype](length);
const isFloat = (dtype) => dtype === "float32" || dtype === "float64";
// src/engine/tensor/shape.ts
/** Static shapes: sizes, strides, axes and the broadcasting rule of NumPy and ONNX. */
/** The number of elements. */
const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);
const isSameShape = (a, b) => a.length === b.length && a.every((size, axis) => size === b[axis]);
/** An axis counted from the front. Negative ones count from the end. Throws ShapeError. */
const resolveAxis = (axis, rank) => {
	const resolved = axis < 0 ? axis + rank : axis;
	if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) throw new ShapeError(`axis ${axis} is out of range for ${rank} axes`);
	return resolved;
};
/** Axes counted from the front, in ascending order; all of them when none are named. */
const resolveAxes = (axes, rank) => {
	if (axes === void 0) return Array.from({ length: rank }, (_, axis) => axis);
	const resolved = axes.map((axis) => resolveAxis(axis, rank)).sort((a, b) => a - b);
	if (new Set(resolved).size !== resolved.length) throw new ShapeError(`an axis is named twice: [${axes.join(", ")}]`);
	return resolved;
};
/** The common shape of operands whose axes, aligned at the end, are equal or 1. */
const broadcastShapes = (...shapes) => {
	const rank = Math.max(0, ...shapes.map((shape) => shape.length));
	const result = new Array(rank).fill(1);
	for (const shape of shapes) shape.forEach((size, index) => {
		const axis = rank - shape.length + index;
		if (size === 1) return;
		if (result[axis] !== 1 && result[axis] !== size) throw new ShapeError(`the shapes do not broadcast: ${shapes.map(printShape).join(" and ")}; aligned at the end, sizes must be equal or 1`);
		result[axis] = size;
	});
	return result;
};
const printShape = (shape) => `[${shape.join(", ")}]`;
// src/engine/tensor/tensor.ts
/** Dense tensors on typed arrays, in row-major order. They hold data; graphs hold computations. */
/** Wraps a typed array. Throws ShapeError when its length is not the shape's size. */
const createTensor = (dtype, shape, data) => {
	if (data.length !== sizeOf(shape)) throw new ShapeError(`tensor: the shape ${printShape(shape)} has ${sizeOf(shape)} elements, the data ${data.length}`);
	return {
		dtype,
		shape,
		data
	};
};
/** A tensor of zeros. */
const zeroTensor = ({ dtype, shape }) => createTensor(dtype, shape, createArray(dtype, sizeOf(shape)));
/** A tensor from plain numbers, converted to the dtype; without a shape, a vector. */
const tensorOf = (dtype, values, shape = [values.length]) => {
	const data = createArray(dtype, values.length);
	if (data instanceof BigInt64Array) for (let index = 0; index < values.length; index++) data[index] = BigInt(values[index]);
	else data.set(values);
	return createTensor(dtype, shape, data);
};
/** A tensor's elements as plain numbers; integers beyond 2^53 lose precision. */
const numbersOf = ({ data }) => Array.from(data, Number);
const printType = ({ dtype, shape }) => `${dtype}${printShape(shape)}`;
// src/engine/graph/value.ts
const isValue = (candidate) => typeof candidate === "object" && candidate !== null && "node" in candidate && "index" in candidate;
/** Creates a node whose outputs have the given types. Operations call it; nothing else needs to. */
const createNode = (node, outputTypes) => {
	const outputs = [];
	const created = {
		...node,
		outputs
	};
	outputTypes.forEach((type, index) => {
		outputs.push({
			node: created,
			index,
			type,
			shape: type.shape,
			dtype: type.dtype
		});
	});
	return created;
};
/** Every node that the values depend on, each after the nodes it reads. */
const nodesInOrder = (values) => {
	const order = [];
	const state = /* @__PURE__ */ new Map();
	const stack = Array.from(values, ({ node }) => node).reverse();
	while (stack.length > 0) {
		const node = stack[stack.length - 1];
		const seen = state.get(node);
		if (seen === void 0) {
			state.set(node, "open");
			for (let index = node.inputs.length - 1; index >= 0; index--) {
				const producer = node.inputs[index].node;
				if (!state.has(producer)) stack.push(producer);
			}
		} else {
			stack.pop();
			if (seen === "open") {
				state.set(node, "done");
				order.push(node);
			}
		}
	}
	return order;
};
// src/engine/graph/graph.ts
/**
* A graph: named inputs, named outputs and the nodes between them. `trace` makes one from a
* function of values; `printGraph` writes it as text, one node a line.
*/
const leaf = (name, typeOf) => ({
	name,
	type: (_inputs, attributes) => typeOf(attributes),
	gradient: "none",
	onnx: () => []
});
/** A value that is fed at every run. */
const inputOperation = leaf("input", ({ type }) => type);
/** A value that is part of the graph. */
const constantOperation = leaf("constant", ({ tensor }) => ({
	dtype: tensor.dtype,
	shape: tensor.shape
}));
/** A named value that is fed at every run. */
const input = (name, type) => createNode({
	operation: inputOperation,
	inputs: [],
	attributes: {
		name,
		type
	},
	scope: ""
}, [type]).outputs[0];
/** A tensor that is part of the graph. */
const constant = (tensor) => createNode({
	operation: constantOperation,
	inputs: [],
	attributes: { tensor },
	scope: ""
}, [{
	dtype: tensor.dtype,
	shape: tensor.shape
}]).outputs[0];
/** The tensor of a value that `constant` made, or undefined. */
const constantOf = ({ node }) => node.operation === constantOperation ? node.attributes.tensor : void 0;
/** The name of a value that `input` made, or undefined. */
const inputNameOf = ({ node }) => node.operation === inputOperation ? node.attributes.name : void 0;
/**
* The graph that computes the outputs. Throws ShapeError when two inputs, or an input and an output,
* share a name.
*/
const createGraph = (outputs) => {
	const nodes = nodesInOrder(Object.values(outputs));
	const inputs = {};
	for (const { outputs: [value] } of nodes) {
		const name = value === void 0 ? void 0 : inputNameOf(value);
		if (name === void 0) continue;
		if (Object.hasOwn(inputs, name)) throw new ShapeError(`graph: two inputs are named ${name}; give each its own name`);
		if (Object.hasOwn(outputs, name)) throw new ShapeError(`graph: an input and an output are named ${name}; rename one of them`);
		inputs[name] = value;
	}
	return {
		inputs,
		outputs,
		nodes
	};
};
// src/engine/tensor/random.ts
/**
* Randomness as a function of a seed and a place, never of call order: the n-th number of a stream
* is a hash of (seed, place, n). Hash: the 32-bit finalizer of MurmurHash3 (Appleby, public domain)
* applied in a chain, one link for each word.
*/
/** Mixes a word into a hash; both are 32-bit integers. */
const mix = (hash, word) => {
	let x = hash ^ Math.imul(word, 2654435761) | 0;
	x = Math.imul(x ^ x >>> 16, 2246822507);
	x = Math.imul(x ^ x >>> 13, 3266489909);
	return (x ^ x >>> 16) + 1831565813;
};
/** A hash of a seed and a place, 0 to 2^32 - 1. */
const hashOf = (seed, ...place) => {
	let hash = mix(mix(608135816, seed), Math.floor(seed / 2 ** 32));
	for (const part of place) if (typeof part === "number") hash = mix(mix(hash, part), Math.floor(part / 2 ** 32));
	else {
		for (let index = 0; index < part.length; index++) hash = mix(hash, part.charCodeAt(index));
		hash = mix(hash, ~part.length);
	}
	return hash >>> 0;
};
/** The stream of random numbers that belongs to a seed and a place. */
const createRandom = (seed, ...place) => {
	const key = hashOf(seed, ...place);
	const secondKey = hashOf(seed, "second key", ...place);
	let count = 0;
	const uniform = () => (mix(mix(key, count++), secondKey) >>> 0) / 2 ** 32;
	return {
		uniform,
		integer: (below) => Math.floor(uniform() * below),
		normal: () => {
			return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
		}
	};
};
// src/network/initializers.ts
/** First values of parameters. */
const zeros = (shape) => new Float32Array(sizeOf(shape));
const ones = (shape) => new Float32Array(sizeOf(shape)).fill(1);
/** Normally distributed with mean 0. */
const normal = (deviation) => (shape, { seed, name }) => {
	const random = createRandom(seed, "initialize", name);
	return Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * deviation);
};
/**
* Normally distributed with deviation gain / √(input size), which keeps the size of activations
* (LeCun et al. 1998). The first axis of [inputs, outputs] is the input's; the others of a
* convolution's [outputs, inputs, height, width].
*/
const fanIn = (gain = 1) => (shape, origin) => {
	const inputs = shape.length === 4 ? sizeOf(shape.slice(1)) : shape[0];
	return normal(gain / Math.sqrt(inputs))(shape, origin);
};
// src/network/parameters.ts
/**
* Parameters as a tree of named tensors: what a layer needs is described once and can then be
* listed, initialised, counted, or bound to the values of a graph.
*/
const parameter = (shape, initialize = zeros) => ({
	kind: "parameter",
	shape,
	initialize
});
const isParameter = (tree) => "kind" in tree && tree.kind === "parameter";
/** The tree with each parameter replaced by what `replace` makes of its name and itself. */
const mapParameters = (tree, replace, prefix = "") => {
	const visit = (node, path) => {
		if (isParameter(node)) return replace(path, node);
		const join = (name) => path === "" ? `${name}` : `${path}.${name}`;
		return Array.isArray(node) ? node.map((child, index) => visit(child, join(index))) : Object.fromEntries(Object.entries(node).map(([name, child]) => [name, visit(child, join(name))]));
	};
	return visit(tree, prefix);
};
/** The parameters by name, such as `layers.3.attention.output`, in the order of the tree. */
const listParameters = (tree, prefix = "") => {
	const list = /* @__PURE__ */ new Map();
	mapParameters(tree, (name, leaf) => list.set(name, leaf), prefix);
	return list;
};
const parameterInputs = (tree, prefix = "") => {
	const inputs = /* @__PURE__ */ new Map();
	return {
		values: mapParameters(tree, (name, { shape }) => {
			const value = input(name, {
				dtype: "float32",
				shape
			});
			inputs.set(name, value);
			return value;
		}, prefix),
		inputs
	};
};
// test/support/compute.ts
/** Runs what a test computes through the real runtime. */
/** The values of a graph's outputs. */
const compute = async (runtime, outputs, feeds = {}) => {
	const outputName = (name) => `output ${name}`;
	const renamed = Object.entries(outputs).map(([name, value]) => [outputName(name), value]);
	const program = await runtime.createProgram(createGraph(Object.fromEntries(renamed)));
	try {
		const results = await program.run(feeds);
		return Object.fromEntries(Object.keys(outputs).map((name) => [name, results[outputName(name)]]));
	} finally {
		await program.close();
	}
};
/**
* Random values for every parameter, also those that start at zero or one: a network as it might
* be after training, in which every part has a say.
*/
const randomParameters = (tree, { seed = 1, deviation = .3 } = {}) => Object.fromEntries(Array.from(listParameters(tree), ([name, { shape }]) => {
	const random = createRandom(seed, "parameter", name);
	const mean = /scale/i.test(name) ? 1 : 0;
	const values = Array.from({ length: sizeOf(shape) }, () => mean + deviation * random.normal());
	return [name, tensorOf("float32", values, shape)];
}));
// test/support/rows.ts
/** A matrix as its rows; the last axis of a tensor with more of them. */
const rowsOf = (tensor) => {
	const width = tensor.shape.at(-1);
	const numbers = numbersOf(tensor);
	return Array.from({ length: numbers.length / width }, (_, row) => numbers.slice(row * width, (row + 1) * width));
};
// src/engine/graph/scope.ts
/** Where in a model a node is made: a stack of names, kept while functions are traced. */
const names = [];
/** The names of the open scopes joined with dots. */
const currentScope = () => names.join(".");
/** Runs a function whose nodes, and whose errors, are marked with `name`. */
const withScope = (name, compute) => {
	names.push(name);
	try {
		return compute();
	} finally {
		names.pop();
	}
};
/** The error with the operation and the place where it was applied in its message. */
const locateError = (error, operation) => {
	if (!(error instanceof ShapeError)) return error;
	const place = currentScope();
	return new ShapeError(`${operation}: ${error.message}${place === "" ? "" : `\n  while applying ${place}`}`);
};
// src/engine/operations/define.ts
/** Turns the record of an operation into the function that applies it. */
const toValues = (operands) => {
	const dtype = operands.filter(isValue).find((value) => value.dtype !== "bool")?.dtype ?? "float32";
	return operands.map((operand) => isValue(operand) ? operand : constant(tensorOf(dtype, [operand], [])));
};
const apply = (operation, operands) => {
	const last = operands[operands.length - 1];
	const hasAttributes = typeof last === "object" && last !== null && !isValue(last);
	const attributes = hasAttributes ? last : {};
	const inputs = toValues(hasAttributes ? operands.slice(0, -1) : operands);
	try {
		const types = operation.type(inputs.map(({ type }) => type), attributes);
		const outputTypes = Array.isArray(types) ? types : [types];
		return createNode({
			operation,
			inputs,
			attributes,
			scope: currentScope()
		}, outputTypes).outputs;
	} catch (error) {
		throw locateError(error, operation.name);
	}
};
/** Defines an operation with one output. */
const defineOperation = (operation) => Object.assign((...operands) => apply(operation, operands)[0], { operation });
/** Defines an operation with several outputs. */
const defineOperationWithOutputs = (operation) => Object.assign((...operands) => apply(operation, operands), { operation });
// src/engine/operations/types.ts
/** Type rules and checks that several operations share. */
/** Throws ShapeError unless all inputs have one dtype. */
const requireSameDType = (inputs) => {
	const [first, ...others] = inputs;
	const different = others.find(({ dtype }) => dtype !== first.dtype);
	if (different !== void 0) throw new ShapeError(`the operands' dtypes differ: ${printType(first)} and ${printType(different)}; cast one of them`);
	return first.dtype;
};
/** Throws ShapeError unless the tensor holds floating-point numbers. */
const requireFloat = (type) => {
	if (!isFloat(type.dtype)) throw new ShapeError(`expected float32 or float64, got ${printType(type)}; cast it first`);
};
/** Throws ShapeError unless the tensor holds int32 or int64. */
const requireInteger = (type) => {
	if (type.dtype !== "int32" && type.dtype !== "int64") throw new ShapeError(`expected int32 or int64 indices, got ${printType(type)}; cast them first`);
};
/** The same, for floating-point numbers only. */
const sameFloatType = ([x]) => {
	requireFloat(x);
	return x;
};
/** The inputs, of one dtype, broadcast to the output. */
const broadcastType = (inputs) => ({
	dtype: requireSameDType(inputs),
	shape: broadcastShapes(...inputs.map(({ shape }) => shape))
});
/** The inputs, of one dtype, broadcast to a tensor of truth values. */
const comparisonType = (inputs) => ({
	dtype: "bool",
	shape: broadcastType(inputs).shape
});
// src/engine/operations/primitive/add.ts
/** a + b, element by element, with broadcasting. */
const add = defineOperation({
	name: "add",
	type: broadcastType,
	gradient: ({ upstream }) => [upstream, upstream],
	onnx: "Add"
});
// src/engine/graph/operation.ts
/** Marks an attribute as floating point. */
const float = (value) => ({ float: value });
// src/engine/operations/primitive/matmul.ts
const exchange = (shape) => [
	...shape.slice(0, -2),
	shape.at(-1),
	shape.at(-2)
];
const emitTransposed = (emit, name, shape) => emit.node("Transpose", [name], { perm: exchange(shape.map((_, axis) => axis)) });
/**
* scale · a × b over the last two axes, [..., M, K] × [..., K, N] → [..., M, N]; the outer axes
* broadcast. The transposed forms cost nothing: the kernel reads the operand as it lies.
*/
const matmul = defineOperation({
	name: "matmul",
	type: ([a, b], { transposeA = false, transposeB = false }) => {
		const dtype = requireSameDType([a, b]);
		if (a.shape.length < 2 || b.shape.length < 2) throw new ShapeError(`expected at least two axes, got ${printShape(a.shape)} × ${printShape(b.shape)}; reshape a vector to one row`);
		const left = transposeA ? exchange(a.shape) : a.shape;
		const right = transposeB ? exchange(b.shape) : b.shape;
		if (left.at(-1) !== right.at(-2)) {
			const mend = left.at(-1) === right.at(-1) ? `. The second operand should start with ${left.at(-1)}; transpose it?` : "";
			throw new ShapeError(`the inner sizes differ: ${printShape(left)} × ${printShape(right)}${mend}`);
		}
		return {
			dtype,
			shape: [
				...broadcastShapes(left.slice(0, -2), right.slice(0, -2)),
				left.at(-2),
				right.at(-1)
			]
		};
	},
	gradient: ({ inputs: [a, b], upstream, attributes: { transposeA = false, transposeB = false, scale = 1 } }, { matmul, reshape }) => {
		const first = transposeA ? matmul(b, upstream, {
			transposeA: transposeB,
			transposeB: true,
			scale
		}) : matmul(upstream, b, {
			transposeB: !transposeB,
			scale
		});
		if (b.shape.length === 2 && a.shape.length > 2 && !transposeA) {
			const rows = (x) => reshape(x, { shape: [-1, x.shape.at(-1)] });
			const [left, right] = [rows(a), rows(upstream)];
			return [first, transposeB ? matmul(right, left, {
				transposeA: true,
				scale
			}) : matmul(left, right, {
				transposeA: true,
				scale
			})];
		}
		return [first, transposeB ? matmul(upstream, a, {
			transposeA: true,
			transposeB: transposeA,
			scale
		}) : matmul(a, upstream, {
			transposeA: !transposeA,
			scale
		})];
	},
	scaled: (attributes, factor) => ({
		...attributes,
		scale: (attributes.scale ?? 1) * factor
	}),
	onnx: ({ inputs: [a, b], inputTypes: [aType, bType], attributes: { transposeA = false, transposeB = false, scale = 1 } }, emit) => {
		if (!transposeA && !transposeB && scale === 1) return emit.node("MatMul", [a, b]);
		if (aType.dtype === "float32") return emit.node("FusedMatMul", [a, b], {
			transA: transposeA ? 1 : 0,
			transB: transposeB ? 1 : 0,
			alpha: float(scale)
		}, { domain: "com.microsoft" });
		const left = transposeA ? emitTransposed(emit, a, aType.shape) : a;
		const right = transposeB ? emitTransposed(emit, b, bType.shape) : b;
		const product = emit.node("MatMul", [left, right]);
		if (scale === 1) return product;
		return emit.node("Mul", [product, emit.constant(tensorOf(aType.dtype, [scale], []))]);
	}
});
// src/engine/operations/primitive/reshape.ts
/** The same elements in another shape; one size may be -1 and follows from the others. */
const reshape = defineOperation({
	name: "reshape",
	type: ([x], { shape }) => {
		const size = sizeOf(x.shape);
		const known = sizeOf(shape.filter((part) => part !== -1));
		const resolved = shape.map((part) => part === -1 ? size / known : part);
		if (!(shape.filter((part) => part === -1).length <= 1 && resolved.every((part) => Number.isInteger(part) && part >= 0) && sizeOf(resolved) === size)) throw new ShapeError(`${printShape(x.shape)} has ${size} elements and cannot become ${printShape(shape)}`);
		return {
			dtype: x.dtype,
			shape: resolved
		};
	},
	gradient: ({ inputs: [x], upstream }, { reshape }) => [reshape(upstream, { shape: x.shape })],
	onnx: ({ inputs: [x], outputTypes: [type] }, emit) => emit.node("Reshape", [x, emit.integers(type.shape)], { allowzero: 1 })
});
// src/engine/operations/primitive/softmax-product.ts
/**
* softmax(S) V, the second half of attention: scores [..., queries, keys] and values [..., keys,
* depth] → [..., queries, depth]. The outer axes are equal.
*
* Softmax alone would sum its weights times their gradients over all keys. Here that sum is the one
* of the product times its gradient, over the depth (Dao et al. 2022, section 3.1): half the passes
* over the largest tensors of a Transformer.
*/
const softmaxProduct = defineOperation({
	name: "softmaxProduct",
	type: ([scores, values]) => {
		requireFloat(scores);
		const dtype = requireSameDType([scores, values]);
		const [s, v] = [scores.shape, values.shape];
		if (!(s.length >= 2 && isSameShape(s.slice(0, -2), v.slice(0, -2)) && s.at(-1) === v.at(-2))) throw new ShapeError(`expected scores [..., queries, keys] and values [..., keys, depth] with equal outer axes, got ${printShape(s)} and ${printShape(v)}`);
		return {
			dtype,
			shape: [...s.slice(0, -1), v.at(-1)]
		};
	},
	gradient: ({ inputs: [scores, values], output, upstream }, { matmul, mul, softmax, sub, sum }) => {
		const weights = softmax(scores);
		const total = sum(mul(upstream, output), {
			axes: [-1],
			keepAxes: true
		});
		return [mul(weights, sub(matmul(upstream, values, { transposeB: true }), total)), matmul(weights, upstream, { transposeA: true })];
	},
	onnx: ({ inputs: [scores, values] }, emit) => emit.node("MatMul", [emit.node("Softmax", [scores], { axis: -1 }), values])
});
// src/engine/operations/primitive/where.ts
/** a where the condition is true, b elsewhere, with broadcasting. */
const where = defineOperation({
	name: "where",
	type: ([condition, a, b]) => {
		if (condition.dtype !== "bool") throw new ShapeError(`expected a bool condition, got ${printType(condition)}`);
		return {
			dtype: requireSameDType([a, b]),
			shape: broadcastShapes(condition.shape, a.shape, b.shape)
		};
	},
	gradient: ({ inputs: [condition], upstream }, { where }) => [
		void 0,
		where(condition, upstream, 0),
		where(condition, 0, upstream)
	],
	onnx: "Where"
});
// src/engine/operations/composed/attention.ts
/** Attention (Vaswani et al. 2017) of queries to keys and values, and the masks that limit it. */
/**
* A constant [queries, keys]: 0 where the key's place is at most the query's, -∞ elsewhere. The
* queries start at the place `offset`; they are the last ones when it is left out.
*/
const causalMask = ({ queries, keys, offset = keys - queries, dtype = "float32" }) => {
	if (offset < 0) throw locateError(new ShapeError(`${queries} queries cannot be the last of ${keys} keys; name their offset`), "causalMask");
	const values = Array.from({ length: queries * keys }, (_, index) => index % keys <= Math.floor(index / keys) + offset ? 0 : -Infinity);
	return constant(tensorOf(dtype, values, [queries, keys]));
};
const checkShapes = (queries, keys, values) => {
	const [q, k, v] = [
		queries.shape,
		keys.shape,
		values.shape
	];
	if ([
		q,
		k,
		v
	].every((shape) => shape.length === 4 && shape[0] === q[0]) && q[1] % k[1] === 0 && q[3] === k[3] && k[1] === v[1] && k[2] === v[2]) return;
	throw locateError(new ShapeError(`expected queries [batch, heads, time, width] and keys and values of one length whose heads divide those of the queries, got ${printShape(q)}, ${printShape(k)} and ${printShape(v)}`), "attention");
};
/**
* softmax(scale · Q Kᵀ + mask) V: queries [batch, heads, time, width], keys [batch, groups, length,
* width] and values [batch, groups, length, depth] → [batch, heads, time, depth]. The heads are
* shared out evenly: heads / groups neighbours attend to the same keys and values.
*/
const attention$1 = (queries, keys, values, { mask, isCausal = false, offset, scale } = {}) => {
	checkShapes(queries, keys, values);
	const [batch, heads, time, width] = queries.shape;
	const [, groups, length, depth] = values.shape;
	const rows = heads / groups * time;
	const grouped = reshape(queries, { shape: [
		batch,
		groups,
		rows,
		width
	] });
	let scores = reshape(matmul(grouped, keys, {
		transposeB: true,
		scale: scale ?? 1 / Math.sqrt(width)
	}), { shape: [
		batch,
		heads,
		time,
		length
	] });
	if (isCausal) {
		const place = offset === void 0 ? {} : { offset };
		const causal = causalMask({
			queries: time,
			keys: length,
			dtype: queries.dtype,
			...place
		});
		scores = add(scores, causal);
	}
	if (mask !== void 0) scores = mask.dtype === "bool" ? where(mask, scores, -Infinity) : add(scores, mask);
	const product = softmaxProduct(reshape(scores, { shape: [
		batch,
		groups,
		rows,
		length
	] }), values);
	return reshape(product, { shape: [
		batch,
		heads,
		time,
		depth
	] });
};
// src/engine/operations/primitive/mul.ts
/** a · b, element by element, with broadcasting. */
const mul = defineOperation({
	name: "mul",
	type: broadcastType,
	gradient: ({ inputs: [a, b], upstream }, { mul }) => [mul(upstream, b), mul(upstream, a)],
	onnx: "Mul"
});
// src/engine/operations/primitive/sub.ts
/** a - b, element by element, with broadcasting. */
const sub = defineOperation({
	name: "sub",
	type: broadcastType,
	gradient: ({ upstream }, { neg }) => [upstream, neg(upstream)],
	onnx: "Sub"
});
// src/engine/operations/composed/square.ts
/** x², element by element. */
const square = (x) => mul(x, x);
// src/engine/operations/primitive/maximum.ts
/** The larger of a and b, element by element, with broadcasting; a gets the gradient of a tie. */
const maximum = defineOperation({
	name: "maximum",
	type: broadcastType,
	gradient: ({ inputs: [a, b], upstream }, { greaterOrEqual, where }) => {
		const isFirst = greaterOrEqual(a, b);
		return [where(isFirst, upstream, 0), where(isFirst, 0, upstream)];
	},
	onnx: "Max"
});
// src/engine/operations/primitive/concat.ts
/** The values one after another along an axis; their other sizes are equal. */
const concat = defineOperation({
	name: "concat",
	type: (inputs, attributes) => {
		const dtype = requireSameDType(inputs);
		const first = inputs[0].shape;
		const axis = resolveAxis(attributes.axis, first.length);
		for (const { shape } of inputs) if (shape.length !== first.length || shape.some((size, other) => other !== axis && size !== first[other])) throw new ShapeError(`the sizes differ outside of axis ${axis}: ${printShape(first)} and ${printShape(shape)}`);
		const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
		return {
			dtype,
			shape: first.map((size, other) => other === axis ? total : size)
		};
	},
	gradient: ({ inputs, upstream, attributes: { axis } }, { slice }) => {
		let end = 0;
		return inputs.map(({ shape }) => {
			const start = end;
			end += shape[resolveAxis(axis, shape.length)];
			return slice(upstream, {
				axis,
				start,
				end
			});
		});
	},
	onnx: ({ inputs, attributes: { axis } }, emit) => emit.node("Concat", inputs, { axis })
});
// src/engine/operations/primitive/slice.ts
const resolve = ({ axis, start = 0, end, step = 1 }, shape) => {
	const resolvedAxis = resolveAxis(axis, shape.length);
	const size = shape[resolvedAxis];
	const position = (index) => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
	const first = position(start);
	const stop = position(end ?? size);
	const count = Math.ceil((stop - first) / step);
	if (!(step >= 1) || count < 1) throw new ShapeError(`nothing is left of axis ${axis} of ${printShape(shape)} from ${start} to ${end ?? "its end"} by steps of ${step}`);
	return {
		axis: resolvedAxis,
		start: first,
		end: stop,
		step,
		count,
		size
	};
};
/** A range of one axis. */
const slice = defineOperation({
	name: "slice",
	type: ([x], attributes) => {
		const { axis, count } = resolve(attributes, x.shape);
		return {
			dtype: x.dtype,
			shape: x.shape.map((size, other) => other === axis ? count : size)
		};
	},
	gradient: ({ inputs: [x], upstream, attributes }, { expand, fill, pad, reshape, scatter }) => {
		const { axis, start, step, count, size } = resolve(attributes, x.shape);
		if (step === 1) {
			const zeros = x.shape.map(() => 0);
			return [pad(upstream, {
				before: zeros.with(axis, start),
				after: zeros.with(axis, size - start - count)
			})];
		}
		const positions = Array.from({ length: count }, (_, index) => start + index * step);
		const indices = reshape(constant(tensorOf("int64", positions)), { shape: x.shape.map((_, other) => other === axis ? count : 1) });
		return [scatter(fill(x.type, 0), expand(indices, { shape: upstream.shape }), upstream, { axis })];
	},
	onnx: ({ inputs: [x], inputTypes: [type], attributes }, emit) => {
		const { axis, start, end, step, count, size } = resolve(attributes, type.shape);
		if (count === size) return emit.node("Identity", [x]);
		const one = (value) => emit.integers([value]);
		return emit.node("Slice", [
			x,
			one(start),
			one(end),
			one(axis),
			one(step)
		]);
	}
});
// src/engine/operations/primitive/transpose.ts
/** Output axis i is input axis `axes[i]`. */
const transpose = defineOperation({
	name: "transpose",
	type: ([x], { axes }) => {
		if (resolveAxes(axes, x.shape.length).length !== x.shape.length || axes.some((a) => a < 0)) throw new ShapeError(`the axes ${printShape(axes)} are no permutation of the ${x.shape.length} axes of ` + printShape(x.shape));
		return {
			dtype: x.dtype,
			shape: axes.map((axis) => x.shape[axis])
		};
	},
	gradient: ({ upstream, attributes: { axes } }, { transpose }) => [transpose(upstream, { axes: axes.map((_, axis) => axes.indexOf(axis)) })],
	onnx: ({ inputs, attributes: { axes } }, emit) => emit.node("Transpose", inputs, { perm: axes })
});
// src/engine/operations/primitive/sigmoid.ts
/** The logistic function 1 / (1 + e⁻ˣ), element by element. */
const sigmoid = defineOperation({
	name: "sigmoid",
	type: sameFloatType,
	gradient: ({ output, upstream }, { mul, sub }) => [mul(upstream, mul(output, sub(1, output)))],
	onnx: "Sigmoid"
});
// src/engine/operations/composed/gelu-tanh.ts
/**
* The approximation of GELU by a hyperbolic tangent (Hendrycks & Gimpel 2016), element by element:
* x (1 + tanh z) / 2 = x σ(2 z) with z = √(2/π) (x + 0.044715 x³).
*/
const geluTanh = (x) => {
	const slope = 2 * Math.sqrt(2 / Math.PI);
	return mul(x, sigmoid(mul(x, add(mul(square(x), .044715 * slope), slope))));
};
// src/engine/operations/statistics.ts
/** 1 / √(mean of the squares over the last axis + epsilon). */
const emitInverseDeviation = (emit, square, dtype, epsilon) => {
	const meanSquare = emit.node("ReduceMean", [square, emit.integers([-1])], { keepdims: 1 });
	const safe = emit.node("Add", [meanSquare, emit.constant(tensorOf(dtype, [epsilon], []))]);
	return emit.node("Reciprocal", [emit.node("Sqrt", [safe])]);
};
// src/engine/operations/primitive/layer-normalization.ts
/**
* Layer normalisation over the last axis (Ba et al. 2016): [..., width], scale [width] and bias
* [width] → the result, and for its gradient the mean and the inverse deviation, both [..., 1].
* The last two carry no gradient of their own; `layerNorm` hands out the first alone.
*/
const layerNormalization = defineOperationWithOutputs({
	name: "layerNormalization",
	type: ([x, scale, bias]) => {
		requireFloat(x);
		const width = x.shape.slice(-1);
		if (!isSameShape(scale.shape, width) || !isSameShape(bias.shape, width)) throw new ShapeError(`expected scale and bias of shape ${printShape(width)}, got ${printShape(scale.shape)} and ${printShape(bias.shape)}`);
		const statistics = {
			dtype: x.dtype,
			shape: [...x.shape.slice(0, -1), 1]
		};
		return [
			x,
			statistics,
			statistics
		];
	},
	gradient: ({ inputs: [x, scale], outputs, upstream, upstreams }, { mean, mul, sub }) => {
		if (upstreams.slice(1).some((statistics) => statistics !== void 0)) throw new ShapeError("no gradient flows through the mean and the deviation, nor a second one through the gradient; use standardize for that");
		const [, center, inverseDeviation] = outputs;
		const normalized = mul(sub(x, center), inverseDeviation);
		const scaled = mul(upstream, scale);
		const last = {
			axes: [-1],
			keepAxes: true
		};
		return [
			mul(sub(sub(scaled, mean(scaled, last)), mul(normalized, mean(mul(scaled, normalized), last))), inverseDeviation),
			mul(upstream, normalized),
			upstream
		];
	},
	onnx: ({ inputs: [x, scale, bias], inputTypes: [type], attributes: { epsilon = 1e-5 } }, emit) => {
		if (type.dtype === "float32") {
			const attributes = {
				axis: -1,
				epsilon: float(epsilon)
			};
			return emit.nodes("LayerNormalization", [
				x,
				scale,
				bias
			], attributes, { outputs: 3 });
		}
		const center = emit.node("ReduceMean", [x, emit.integers([-1])], { keepdims: 1 });
		const centered = emit.node("Sub", [x, center]);
		const square = emit.node("Mul", [centered, centered]);
		const inverse = emitInverseDeviation(emit, square, type.dtype, epsilon);
		const scaled = emit.node("Mul", [emit.node("Mul", [centered, inverse]), scale]);
		return [
			emit.node("Add", [scaled, bias]),
			center,
			inverse
		];
	}
});
// src/engine/operations/composed/layer-norm.ts
/** Layer normalisation over the last axis (Ba et al. 2016): [..., width] → [..., width]. */
const layerNorm = (x, scale, bias, attributes = {}) => layerNormalization(x, scale, bias, attributes)[0];
// src/engine/operations/primitive/gather.ts
/**
* Up to how many rows a table's gradient is a product with one-hot rows. Beyond, scattering is
* faster: 13 ms for 3,072 rows of 256 into 16,384, where the product takes 333.
*/
const oneHotLimit = 512;
/**
* The elements of x at the indices along an axis (0 when left out): an embedding. The indices'
* axes take the place of that axis. Indices outside of the axis fail when the graph runs.
*/
const gather = defineOperation({
	name: "gather",
	type: ([x, indices], { axis = 0 }) => {
		requireInteger(indices);
		const resolved = resolveAxis(axis, x.shape.length);
		return {
			dtype: x.dtype,
			shape: [
				...x.shape.slice(0, resolved),
				...indices.shape,
				...x.shape.slice(resolved + 1)
			]
		};
	},
	gradient: ({ inputs: [x, indices], upstream, attributes: { axis = 0 } }, { cast, equal, expand, fill, matmul, reshape, scatter }) => {
		const resolved = resolveAxis(axis, x.shape.length);
		const count = sizeOf(indices.shape);
		const rows = x.shape[resolved];
		if (resolved === 0 && x.shape.length === 2 && rows <= oneHotLimit) {
			const ids = constant(tensorOf(indices.dtype, Array.from({ length: rows }, (_, id) => id)));
			return [matmul(cast(equal(reshape(indices, { shape: [count, 1] }), ids), { to: x.dtype }), reshape(upstream, { shape: [count, x.shape[1]] }), { transposeA: true })];
		}
		const shape = x.shape.with(resolved, count);
		const flat = reshape(upstream, { shape });
		const aligned = reshape(indices, { shape: x.shape.map((_, other) => other === resolved ? count : 1) });
		return [scatter(fill(x.type, 0), expand(aligned, { shape }), flat, {
			axis: resolved,
			reduction: "add"
		})];
	},
	onnx: ({ inputs, attributes: { axis = 0 } }, emit) => emit.node("Gather", inputs, { axis })
});
// src/engine/operations/onnx-data-types.ts
const onnxDataTypes = {
	float32: 1,
	uint8: 2,
	int8: 3,
	int32: 6,
	int64: 7,
	bool: 9,
	float64: 11,
	uint32: 12
};
// src/engine/operations/primitive/cast.ts
/** x in another dtype; from floating point to integers, fractions are cut off. */
const cast = defineOperation({
	name: "cast",
	type: ([x], { to }) => ({
		dtype: to,
		shape: x.shape
	}),
	gradient: ({ inputs: [x], output, upstream }, { cast }) => [isFloat(x.dtype) && isFloat(output.dtype) ? cast(upstream, { to: x.dtype }) : void 0],
	onnx: ({ inputs, attributes: { to } }, emit) => emit.node("Cast", inputs, { to: onnxDataTypes[to] })
});
// src/engine/operations/primitive/equal.ts
/** Where a = b, element by element, with broadcasting: a tensor of truth values. */
const equal = defineOperation({
	name: "equal",
	type: comparisonType,
	gradient: "none",
	onnx: "Equal"
});
// src/engine/operations/quadrature.ts
/** Beyond, erf is ±1 to the last bit. */
const bound = 6;
const points = 32;
/** Nodes and weights of Gauss-Legendre quadrature over [0, 1]: roots of Pₙ by Newton's method. */
const gaussLegendre = (count) => Array.from({ length: count }, (_, index) => {
	let root = Math.cos(Math.PI * (index + .75) / (count + .5));
	let slope = 0;
	for (let round = 0; round < 8; round++) {
		let [previous, value] = [1, root];
		for (let degree = 2; degree <= count; degree++) {
			const next = ((2 * degree - 1) * root * value - (degree - 1) * previous) / degree;
			previous = value;
			value = next;
		}
		slope = count * (root * value - previous) / (root * root - 1);
		root -= value / slope;
	}
	return {
		node: (1 + root) / 2,
		weight: 1 / ((1 - root * root) * slope * slope)
	};
});
/** erf of a float64 value, element by element. */
const emitErf64 = (emit, x) => {
	const constant = (values, shape) => emit.constant(tensorOf("float64", values, shape));
	const rule = gaussLegendre(points);
	const clipped = emit.node("Clip", [
		x,
		constant([-6], []),
		constant([bound], [])
	]);
	const column = emit.node("Unsqueeze", [clipped, emit.integers([-1])]);
	const squares = emit.node("Mul", [column, column]);
	const exponents = emit.node("Mul", [squares, constant(rule.map(({ node }) => -node * node), [points])]);
	const weights = constant(rule.map(({ weight }) => weight * 2 / Math.sqrt(Math.PI)), [points]);
	const weighted = emit.node("Mul", [emit.node("Exp", [exponents]), weights]);
	const integral = emit.node("ReduceSum", [weighted, emit.integers([-1])], { keepdims: 0 });
	return emit.node("Mul", [clipped, integral]);
};
// src/engine/operations/primitive/gelu.ts
/** x Φ(x), element by element, with the normal distribution's Φ (Hendrycks & Gimpel 2016). */
const gelu = defineOperation({
	name: "gelu",
	type: sameFloatType,
	gradient: ({ inputs: [x], upstream }, { add, erf, exp, mul }) => {
		return [mul(upstream, add(add(mul(erf(mul(x, Math.SQRT1_2)), .5), .5), mul(x, mul(exp(mul(mul(x, x), -.5)), 1 / Math.sqrt(2 * Math.PI)))))];
	},
	onnx: ({ inputs: [x], inputTypes: [type] }, emit) => {
		if (type.dtype === "float32") return emit.node("Gelu", [x]);
		const scalar = (value) => emit.constant(tensorOf("float64", [value], []));
		const error = emitErf64(emit, emit.node("Mul", [x, scalar(Math.SQRT1_2)]));
		const cumulative = emit.node("Mul", [emit.node("Add", [error, scalar(1)]), scalar(.5)]);
		return emit.node("Mul", [x, cumulative]);
	}
});
// src/engine/operations/primitive/relu.ts
/** max(x, 0), element by element; its gradient at 0 is 0. */
const relu = defineOperation({
	name: "relu",
	type: sameFloatType,
	gradient: ({ output, upstream }, { mul, sign }) => [mul(upstream, sign(output))],
	onnx: "Relu"
});
// src/engine/operations/primitive/rms-norm.ts
const defaultEpsilon = 1e-6;
/**
* The last axis scaled to unit root mean square (Zhang & Sennrich 2019): [..., width] and scale
* [width] → [..., width].
*/
const rmsNorm = defineOperation({
	name: "rmsNorm",
	type: ([x, scale]) => {
		requireFloat(x);
		requireSameDType([x, scale]);
		if (!isSameShape(scale.shape, x.shape.slice(-1))) throw new ShapeError(`expected a scale of shape ${printShape(x.shape.slice(-1))}, got ${printShape(scale.shape)}`);
		return x;
	},
	gradient: ({ inputs: [x, scale], upstream, attributes: { epsilon = defaultEpsilon } }, { add, matmul, mul, reshape, rsqrt, square, sub, sumOfSquares }) => {
		const width = scale.shape[0];
		const rows = { shape: [-1, width] };
		const [flat, flatUpstream] = [reshape(x, rows), reshape(upstream, rows)];
		const inverse = rsqrt(add(mul(sumOfSquares(flat, {
			axes: [-1],
			keepAxes: true
		}), 1 / width), epsilon));
		const product = mul(flatUpstream, flat);
		const share = mul(matmul(product, reshape(scale, { shape: [width, 1] }), { scale: 1 / width }), mul(square(inverse), inverse));
		const toX = sub(mul(mul(flatUpstream, scale), inverse), mul(flat, share));
		const toScale = matmul(inverse, product, { transposeA: true });
		return [reshape(toX, { shape: x.shape }), reshape(toScale, { shape: [width] })];
	},
	onnx: ({ inputs: [x, scale], inputTypes: [type], attributes: { epsilon = defaultEpsilon } }, emit) => {
		if (type.dtype === "float32") {
			const attributes = {
				axis: -1,
				epsilon: float(epsilon),
				stash_type: 1
			};
			return emit.node("SimplifiedLayerNormalization", [x, scale], attributes);
		}
		const square = emit.node("Mul", [x, x]);
		const inverse = emitInverseDeviation(emit, square, type.dtype, epsilon);
		return emit.node("Mul", [emit.node("Mul", [x, inverse]), scale]);
	}
});
// src/engine/operations/primitive/rotary.ts
/**
* Rotary positions (Su et al. 2021): turns each pair (xᵢ, xᵢ₊D/2) of x [batch, heads, time, D] by an
* angle of its place, given as cosines and sines [time, D/2]. The angles get no gradient.
*/
const rotary = defineOperation({
	name: "rotary",
	type: ([x, cosines, sines]) => {
		requireFloat(x);
		requireSameDType([
			x,
			cosines,
			sines
		]);
		const [, , time, width] = x.shape;
		if (x.shape.length !== 4 || width % 2 !== 0) throw new ShapeError(`expected [batch, heads, time, even width], got ${printShape(x.shape)}`);
		for (const { shape } of [cosines, sines]) if (!isSameShape(shape, [time, width / 2])) throw new ShapeError(`expected angles of shape ${printShape([time, width / 2])}, got ${printShape(shape)}`);
		return x;
	},
	gradient: ({ inputs: [, cosines, sines], upstream }, { neg, rotary }) => [
		rotary(upstream, cosines, neg(sines)),
		void 0,
		void 0
	],
	onnx: ({ inputs: [x, cosines, sines], inputTypes: [type] }, emit) => {
		if (type.dtype === "float32") {
			const inputs = [
				x,
				emit.integers([0]),
				cosines,
				sines
			];
			return emit.node("RotaryEmbedding", inputs, {}, { domain: "com.microsoft" });
		}
		const half = type.shape[3] / 2;
		const [first, second] = emit.nodes("Split", [x, emit.integers([half, half])], { axis: -1 }, { outputs: 2 });
		const mul = (a, b) => emit.node("Mul", [a, b]);
		const turned = [emit.node("Sub", [mul(first, cosines), mul(second, sines)]), emit.node("Add", [mul(second, cosines), mul(first, sines)])];
		return emit.node("Concat", turned, { axis: -1 });
	}
});
// src/engine/operations/primitive/silu.ts
/** x σ(x), element by element, also known as swish (Elfwing et al. 2017). */
const silu = defineOperation({
	name: "silu",
	type: sameFloatType,
	gradient: ({ inputs: [x], output, upstream }, { add, mul, sigmoid, sub }) => {
		const gate = sigmoid(x);
		return [mul(upstream, add(gate, mul(output, sub(1, gate))))];
	},
	onnx: ({ inputs: [x], inputTypes: [type] }, emit) => {
		if (type.dtype === "float32") return emit.node("Mul", [x, emit.node("Sigmoid", [x])]);
		const one = emit.constant(tensorOf("float64", [1], []));
		const decayed = emit.node("Exp", [emit.node("Neg", [x])]);
		return emit.node("Div", [x, emit.node("Add", [decayed, one])]);
	}
});
// src/engine/operations/primitive/softmax.ts
/** eˣ / Σ eˣ along the axis (the last when left out): positive numbers with the sum 1. */
const softmax = defineOperation({
	name: "softmax",
	type: sameFloatType,
	gradient: ({ output, upstream, attributes: { axis = -1 } }, { mul, sub, sum }) => {
		const weighted = mul(output, upstream);
		return [sub(weighted, mul(output, sum(weighted, {
			axes: [axis],
			keepAxes: true
		})))];
	},
	onnx: ({ inputs, attributes: { axis = -1 } }, emit) => emit.node("Softmax", inputs, { axis })
});
// src/engine/operations/primitive/split.ts
/** x cut along an axis into parts of the given sizes. */
const split = defineOperationWithOutputs({
	name: "split",
	type: ([x], { axis, sizes }) => {
		const { dtype, shape } = x;
		const resolved = resolveAxis(axis, shape.length);
		if (sizes.reduce((sum, size) => sum + size, 0) !== shape[resolved]) throw new ShapeError(`the sizes ${printShape(sizes)} do not add up to axis ${axis} of ${printShape(shape)}`);
		return sizes.map((size) => ({
			dtype,
			shape: shape.map((old, other) => other === resolved ? size : old)
		}));
	},
	gradient: ({ outputs, upstreams, attributes: { axis } }, { concat, fill }) => [concat(...outputs.map(({ type }, index) => upstreams[index] ?? fill(type, 0)), { axis })],
	onnx: ({ inputs: [x], attributes: { axis, sizes } }, emit) => emit.nodes("Split", [x, emit.integers(sizes)], { axis }, { outputs: sizes.length })
});
// src/engine/operations/primitive/squared-relu.ts
/** max(x, 0)², element by element (So et al. 2021). */
const squaredRelu = defineOperation({
	name: "squaredRelu",
	type: sameFloatType,
	gradient: ({ inputs: [x], upstream }, { mul, relu }) => [mul(mul(upstream, 2), relu(x))],
	onnx: ({ inputs }, emit) => {
		const positive = emit.node("Relu", inputs);
		return emit.node("Mul", [positive, positive]);
	}
});
// src/network/layers/layer.ts
/** What a layer is: a tree of parameters and a pure function of their values. */
/** Defines a layer; the nodes that it makes are marked with its name. */
const defineLayer = (name, { parameters, apply }) => ({
	parameters,
	apply: (values, ...inputs) => withScope(name, () => apply(values, ...inputs))
});
// src/network/layers/mlp.ts
/** What each element becomes; `swiglu` is apart, since it multiplies two halves. */
const pointwise = {
	"squared-relu": squaredRelu,
	relu,
	gelu,
	"gelu-tanh": geluTanh
};
const activations = [
	"squared-relu",
	"swiglu",
	"gelu",
	"gelu-tanh",
	"relu"
];
/** The multiple of 32 nearest to 8/3 · width, since kernels like whole vectors. */
const gatedHidden = (width) => 32 * Math.max(1, Math.round(8 * width / 3 / 32));
/** x + bias, where there is one. */
const addBias = (x, bias) => bias === void 0 ? x : add(x, bias);
/**
* Squared ReLU (So et al. 2021), SwiGLU (Shazeer 2020), GELU (Hendrycks & Gimpel 2016) or ReLU:
* [rows, width] → [rows, width].
*/
const mlp = ({ width, activation = "squared-relu", hidden = activation === "swiglu" ? gatedHidden(width) : 4 * width, hasBias = false }) => {
	const inner = activation === "swiglu" ? 2 * hidden : hidden;
	const biases = hasBias ? {
		inputBias: parameter([inner]),
		outputBias: parameter([width])
	} : {};
	return defineLayer("mlp", {
		parameters: {
			input: parameter([width, inner], fanIn()),
			output: parameter([hidden, width], zeros),
			...biases
		},
		apply: ({ input, output, inputBias, outputBias }, x) => {
			const projected = addBias(matmul(x, input), inputBias);
			if (activation !== "swiglu") return addBias(matmul(pointwise[activation](projected), output), outputBias);
			const [gate, content] = split(projected, {
				axis: 1,
				sizes: [hidden, hidden]
			});
			return addBias(matmul(mul(silu(gate), content), output), outputBias);
		}
	});
};
// src/network/layers/attention.ts
/** What a mask adds to a score that is not to count: far below all, and finite in float32 sums. */
const unseen = -1e9;
/** Self-attention: [batch · time, width] → the same. */
const attention = ({ width, heads, keyValueHeads = heads, headWidth = width / heads, hasQueryKeyNorm = true, hasBias = false }) => {
	const groups = heads + 2 * keyValueHeads;
	const scale = () => parameter([headWidth], ones);
	const scales = hasQueryKeyNorm ? {
		queryScale: scale(),
		keyScale: scale()
	} : {};
	const biases = hasBias ? {
		inputBias: parameter([groups * headWidth]),
		outputBias: parameter([width])
	} : {};
	return defineLayer("attention", {
		parameters: {
			input: parameter([width, groups * headWidth], fanIn()),
			...scales,
			output: parameter([heads * headWidth, width], zeros),
			...biases
		},
		apply: ({ input, queryScale, keyScale, output, inputBias, outputBias }, x, { batch, angles, mask, isCausal = false, observe, withCache }) => {
			const time = x.shape[0] / batch;
			const product = addBias(matmul(x, input), inputBias);
			const projected = reshape(product, { shape: [
				batch,
				time,
				groups,
				headWidth
			] });
			const byHead = transpose(projected, { axes: [
				0,
				2,
				1,
				3
			] });
			const [rawQueries, rawKeys, values] = split(byHead, {
				axis: 1,
				sizes: [
					heads,
					keyValueHeads,
					keyValueHeads
				]
			});
			const place = (heads, scale) => {
				const normalized = scale === void 0 ? heads : rmsNorm(heads, scale);
				return angles === void 0 ? normalized : rotary(normalized, angles.cosines, angles.sines);
			};
			const queries = place(rawQueries, queryScale);
			const keys = place(rawKeys, keyScale);
			observe?.({
				keys,
				values
			});
			const attended = withCache === void 0 ? attention$1(queries, keys, values, {
				isCausal,
				...mask === void 0 ? {} : { mask }
			}) : withCache(queries, {
				keys,
				values
			});
			const rows = reshape(transpose(attended, { axes: [
				0,
				2,
				1,
				3
			] }), { shape: [batch * time, heads * headWidth] });
			return addBias(matmul(rows, output), outputBias);
		}
	});
};
// src/network/layers/cross-attention.ts
const crossAttention = ({ width, heads, keyValueHeads = heads, headWidth = width / heads, hasQueryKeyNorm = true, hasBias = false }) => {
	const scale = () => parameter([headWidth], ones);
	const scales = hasQueryKeyNorm ? {
		queryScale: scale(),
		keyScale: scale()
	} : {};
	const biases = hasBias ? {
		queryBias: parameter([heads * headWidth]),
		memoryBias: parameter([2 * keyValueHeads * headWidth]),
		outputBias: parameter([width])
	} : {};
	const parameters = {
		query: parameter([width, heads * headWidth], fanIn()),
		memory: parameter([width, 2 * keyValueHeads * headWidth], fanIn()),
		...scales,
		output: parameter([heads * headWidth, width], zeros),
		...biases
	};
	/** [batch · time, heads · head width] → [batch, heads, time, head width]. */
	const byHead = (rows, batch, count) => transpose(reshape(rows, { shape: [
		batch,
		rows.shape[0] / batch,
		count,
		headWidth
	] }), { axes: [
		0,
		2,
		1,
		3
	] });
	const normalize = (x, factor) => factor === void 0 ? x : rmsNorm(x, factor);
	/** The keys and values of the encoder's states, [batch · length, width]. */
	const readMemory = (values, states, batch) => {
		const rows = addBias(matmul(states, values.memory), values.memoryBias);
		const [keys, contents] = split(byHead(rows, batch, 2 * keyValueHeads), {
			axis: 1,
			sizes: [keyValueHeads, keyValueHeads]
		});
		return {
			keys: normalize(keys, values.keyScale),
			values: contents
		};
	};
	return {
		readMemory,
		/** [batch · time, width] → the same. */
		...defineLayer("crossAttention", {
			parameters,
			apply: (values, x, { batch, memory }) => {
				const { source, mask } = memory;
				const { keys, values: contents } = "states" in source ? readMemory(values, source.states, batch) : source;
				const rows = addBias(matmul(x, values.query), values.queryBias);
				const queries = normalize(byHead(rows, batch, heads), values.queryScale);
				const attended = attention$1(queries, keys, contents, mask === void 0 ? {} : { mask });
				const joined = reshape(transpose(attended, { axes: [
					0,
					2,
					1,
					3
				] }), { shape: [x.shape[0], heads * headWidth] });
				return addBias(matmul(joined, values.output), values.outputBias);
			}
		})
	};
};
// src/network/layers/norm.ts
/** Scales x to unit root mean square, or unit deviation around 0: [..., width] → same. */
const norm = ({ width, norm: kind = "rms", epsilon }) => {
	const isCentred = kind === "layer";
	const attributes = epsilon === void 0 ? {} : { epsilon };
	const parameters = {
		scale: parameter([width], ones),
		...isCentred ? { bias: parameter([width]) } : {}
	};
	return defineLayer("norm", {
		parameters,
		apply: ({ scale, bias }, x) => bias === void 0 ? rmsNorm(x, scale, attributes) : layerNorm(x, scale, bias, attributes)
	});
};
// src/network/layers/block.ts
/** [batch · time, width] → the same. */
const block = ({ isPostNorm = false, hasMemory = false, ...options }) => {
	const attentionNorm = norm(options);
	const attentionLayer = attention(options);
	const memory = hasMemory ? [{
		norm: norm(options),
		layer: crossAttention(options)
	}] : [];
	const mlpNorm = norm(options);
	const mlpLayer = mlp(options);
	return defineLayer("block", {
		parameters: {
			attentionNorm: attentionNorm.parameters,
			attention: attentionLayer.parameters,
			memory: memory.map(({ norm, layer }) => ({
				norm: norm.parameters,
				attention: layer.parameters
			})),
			mlpNorm: mlpNorm.parameters,
			mlp: mlpLayer.parameters
		},
		apply: (values, x, context) => {
			const { batch, drop = (kept) => kept } = context;
			/** x + layer(norm(x)), or norm(x + layer(x)). */
			const around = (x, normalize, layer) => isPostNorm ? normalize(add(x, drop(layer(x)))) : add(x, drop(layer(normalize(x))));
			const attended = around(x, (x) => attentionNorm.apply(values.attentionNorm, x), (x) => attentionLayer.apply(values.attention, x, context));
			return around(memory.reduce((x, { norm, layer }, index) => {
				const own = values.memory[index];
				if (context.memory === void 0) throw new RecipeError("block: it attends to a memory, and none was given");
				const seen = {
					batch,
					memory: context.memory
				};
				return around(x, (x) => norm.apply(own.norm, x), (x) => layer.apply(own.attention, x, seen));
			}, attended), (x) => mlpNorm.apply(values.mlpNorm, x), (x) => mlpLayer.apply(values.mlp, x));
		}
	});
};
// src/network/layers/cached-attention.ts
/**
* Queries [batch, heads, 1, width] of one new token each, its own keys and values [batch, groups, 1,
* width], those of the cache [batch, groups, capacity, width], and a mask [batch, 1, 1, capacity]
* that is added to the scores of the cache → [batch, heads, 1, width].
*/
const cachedAttention = (queries, fresh, cache, mask) => {
	const [batch, heads, , width] = queries.shape;
	const [, groups, capacity] = cache.keys.shape;
	const grouped = reshape(queries, { shape: [
		batch,
		groups,
		heads / groups,
		width
	] });
	const product = {
		transposeB: true,
		scale: 1 / Math.sqrt(width)
	};
	const earlier = add(matmul(grouped, cache.keys, product), mask);
	const own = matmul(grouped, fresh.keys, product);
	const [toCache, toSelf] = split(softmax(concat(earlier, own, { axis: 3 })), {
		axis: 3,
		sizes: [capacity, 1]
	});
	const attended = add(matmul(toCache, cache.values), matmul(toSelf, fresh.values));
	return reshape(attended, { shape: [
		batch,
		heads,
		1,
		width
	] });
};
// src/network/layers/rotary-angles.ts
/**
* Rotary positions over several axes (Su et al. 2021; by axes as in M-RoPE, Wang et al. 2024). The
* pairs of a head are dealt out to the axes in turn, so each axis gets slow and fast angles alike.
*/
/** Cosines and sines, row by row: each [positions, head width / 2]. */
const rotaryTables = (positions, { headWidth, base = 1e4 }) => {
	const pairs = headWidth / 2;
	const angles = positions.flatMap((position) => Array.from({ length: pairs }, (_, pair) => {
		const axes = position.length;
		const axisPairs = Math.ceil((pairs - pair % axes) / axes);
		return position[pair % axes] / base ** (Math.floor(pair / axes) / axisPairs);
	}));
	return {
		cosines: angles.map(Math.cos),
		sines: angles.map(Math.sin)
	};
};
/** The angles of fixed positions as constants of the graph. */
const rotaryAngles = (positions, options) => {
	const { cosines, sines } = rotaryTables(positions, options);
	const shape = [positions.length, options.headWidth / 2];
	return {
		cosines: constant(tensorOf("float32", cosines, shape)),
		sines: constant(tensorOf("float32", sines, shape))
	};
};
// src/network/models/transformer.ts
/** ids [batch · time] → hidden states of the same rows, [batch · time, width], normalised. */
const transformer = ({ vocabularySize, depth, hasTiedHead = false, places: placeCount = 0, segments: segmentCount = 0, hasEmbeddingNorm = false, hasOutputNorm, ...options }) => {
	const { width, isPostNorm = false } = options;
	const layers = Array.from({ length: depth }, () => block(options));
	const scaling = norm(options);
	const norms = {
		...hasEmbeddingNorm ? { embeddingNorm: scaling.parameters } : {},
		...hasOutputNorm ?? !isPostNorm ? { norm: scaling.parameters } : {}
	};
	const table = (rows) => parameter([rows, width], normal(.02));
	return defineLayer("transformer", {
		parameters: {
			embedding: table(vocabularySize),
			places: placeCount === 0 ? [] : [table(placeCount)],
			segments: segmentCount === 0 ? [] : [table(segmentCount)],
			layers: layers.map(({ parameters }) => parameters),
			...norms,
			head: hasTiedHead ? [] : [table(vocabularySize)]
		},
		apply: (values, { ids, places, segments }, contextOf) => {
			const [placeTable] = values.places;
			const [segmentTable] = values.segments;
			const words = gather(values.embedding, ids);
			const placed = placeTable === void 0 || places === void 0 ? words : add(words, gather(placeTable, places));
			const embedded = segmentTable === void 0 ? placed : add(placed, segments === void 0 ? slice(segmentTable, {
				axis: 0,
				start: 0,
				end: 1
			}) : gather(segmentTable, segments));
			const normalized = values.embeddingNorm === void 0 ? embedded : scaling.apply(values.embeddingNorm, embedded);
			const contexts = layers.map((_, index) => contextOf(index));
			const last = layers.reduce((x, layer, index) => layer.apply(values.layers[index], x, contexts[index]), contexts[0]?.drop?.(normalized) ?? normalized);
			return values.norm === void 0 ? last : scaling.apply(values.norm, last);
		}
	});
};
/**
* Scores of the next ids within a range: hidden states [rows, width] → [rows, size of the range].
* A place where only picture codes can stand need not be scored against words.
*/
const scoreIds = ({ embedding, head: [head = embedding] }, hidden, { start, end }) => {
	const rows = start === 0 && end === head.shape[0] ? head : slice(head, {
		axis: 0,
		start,
		end
	});
	return matmul(hidden, rows, { transposeB: true });
};
// src/network/models/language-model.ts
/**
* A Transformer that reads and writes text. It looks at what came before (to continue), at
* everything (to fill gaps), or at everything up to the end of a prefix and then at what came
* before. Several documents may stand in one row; they do not see each other.
*/
/** The options of the network below; learned positions are its places. */
const languageNetwork = ({ context, positions = "rotary", positionOffset = 0, rotaryBase: _rotaryBase, ...options }) => ({
	...options,
	...positions === "learned" ? { places: positionOffset + context } : {}
});
/** The angles' options of a model with rotary positions. */
const languageAngles = ({ width, heads, headWidth = width / heads, rotaryBase = 1e4 }) => ({
	headWidth,
	base: rotaryBase
});
/** 0 where a condition of 0 and 1 holds, and so far below all scores that it does not count elsewhere. */
const maskOf = (isSeen) => mul(sub(1, isSeen), unseen);
/** 1 where tokens of a row belong to the same document: [batch · time] → [batch, 1, time, time]. */
const sameDocument = (documents, batch) => {
	const ofQueries = reshape(documents, { shape: [
		batch,
		1,
		-1,
		1
	] });
	const ofKeys = reshape(documents, { shape: [
		batch,
		1,
		1,
		-1
	] });
	return cast(equal(ofQueries, ofKeys), { to: "float32" });
};
/** 1 at and below the diagonal: [1, 1, time, time]. */
const upToItself = (time) => constant(tensorOf("float32", Array.from({ length: time * time }, (_, place) => place % time <= Math.floor(place / time) ? 1 : 0), [
	1,
	1,
	time,
	time
]));
/** What the tokens of rows see, as an attention's context. */
const contextOf = ({ documents, prefixes }, sight, { batch, time }) => {
	const isOwn = documents === void 0 ? void 0 : sameDocument(documents, batch);
	if (sight === "prefix" && prefixes !== void 0) {
		const isPrefix = cast(reshape(prefixes, { shape: [
			batch,
			1,
			1,
			time
		] }), { to: "float32" });
		const isSeen = maximum(upToItself(time), isPrefix);
		return {
			batch,
			mask: maskOf(isOwn === void 0 ? isSeen : mul(isSeen, isOwn))
		};
	}
	return {
		batch,
		isCausal: sight !== "bidirectional",
		...isOwn === void 0 ? {} : { mask: maskOf(isOwn) }
	};
};
const languageModel = (options) => {
	const { positions = "rotary", positionOffset = 0, vocabularySize } = options;
	const network = transformer(languageNetwork(options));
	return {
		options,
		parameters: network.parameters,
		/** Ids [batch · time] → hidden states of the same rows, [batch · time, width]. */
		read(parameters, input, { batch, sight = "causal", drop }) {
			const time = input.ids.shape[0] / batch;
			const places = Array.from({ length: batch * time }, (_, token) => token % time);
			const context = {
				...contextOf(input, sight, {
					batch,
					time
				}),
				...drop === void 0 ? {} : { drop },
				...positions === "rotary" ? { angles: rotaryAngles(places.slice(0, time).map((place) => [place]), languageAngles(options)) } : {}
			};
			const rows = places.map((place) => positionOffset + place);
			return network.apply(parameters, {
				ids: input.ids,
				...positions === "learned" ? { places: constant(tensorOf("int32", rows)) } : {},
				...input.segments === void 0 ? {} : { segments: input.segments }
			}, () => context);
		},
		/** Hidden states [rows, width] → scores of all ids, [rows, vocabulary]. */
		score: (parameters, states) => scoreIds(parameters, states, {
			start: 0,
			end: vocabularySize
		})
	};
};
// src/generation/text/config.ts
/** The configuration of a language model, as its model folder writes it. */
const count = z.int().positive();
const id = z.int().min(0);
/** The network, with everything in which families of Transformers differ. */
const languageNetworkSchema = z.strictObject({
	vocabularySize: count,
	context: count.describe("tokens that are read at most"),
	width: count.describe("size of the hidden states"),
	depth: count.describe("number of blocks"),
	heads: count.describe("attention heads"),
	keyValueHeads: count.exactOptional().describe("heads of keys and values; heads if left out"),
	headWidth: count.exactOptional().describe("size of a head; width / heads if left out"),
	hidden: count.exactOptional().describe("inner size of the position-wise layers"),
	activation: z.enum(activations).default("squared-relu"),
	norm: z.enum(["rms", "layer"]).default("rms"),
	epsilon: z.number().positive().exactOptional().describe("added to mean squares in norms"),
	isPostNorm: z.boolean().default(false).describe("whether norms come after residuals"),
	hasBias: z.boolean().default(false).describe("whether products have biases"),
	hasQueryKeyNorm: z.boolean().default(true),
	positions: z.enum([
		"rotary",
		"learned",
		"none"
	]).default("rotary"),
	rotaryBase: z.number().positive().exactOptional(),
	positionOffset: z.int().min(0).exactOptional(),
	segments: count.exactOptional().describe("rows of the table of segments"),
	hasEmbeddingNorm: z.boolean().default(false),
	hasTiedHead: z.boolean().default(false).describe("whether the head is the embedding itself")
});
const languageSchema = z.strictObject({
	task: z.literal("language-model"),
	network: languageNetworkSchema,
	tokens: z.strictObject({
		pad: id,
		bos: id.exactOptional(),
		eos: z.union([id, z.array(id)]).exactOptional(),
		mask: id.exactOptional()
	}).describe("the ids of special tokens"),
	skills: z.array(z.enum(["continue", "fill"])).min(1).default(["continue"]).describe("what the model was trained for: to continue texts, to fill gaps in them"),
	prefixes: z.enum(["causal", "bidirectional"]).default("causal").describe("whether the tokens of a prompt see each other from both sides"),
	chatTemplate: z.string().exactOptional().describe("how a conversation becomes text, in Jinja"),
	defaults: z.strictObject({
		temperature: z.number().min(0).default(1),
		topK: z.int().min(0).default(0),
		topP: z.number().min(0).max(1).default(1)
	}).prefault({}).describe("how text is written unless the caller says otherwise")
});
/** The network that a configuration describes. */
const languageModelOf = ({ network }) => languageModel(network);
/** The ids that end a text. */
const endsOf = ({ tokens: { eos } }) => eos === void 0 ? [] : [eos].flat();
// src/tokenizers/text/tokenizer.ts
/**
* A text tokenizer as its users see it, and what all kinds share: special tokens, decoding, lookup.
* How a stretch of ordinary text becomes ids is the business of each kind.
*/
/** Ids by token. Throws StorageError where a token occurs twice or a special one is missing. */
const indexVocabulary = (definition) => {
	const ids = /* @__PURE__ */ new Map();
	for (const [id, token] of definition.vocabulary.entries()) {
		if (ids.has(token)) throw new StorageError(`vocabulary: token ${JSON.stringify(token)} has two ids, ${ids.get(token)} and ${id}. Every token needs one id of its own.`);
		ids.set(token, id);
	}
	const { specialTokens, unknownToken, surroundings = {} } = definition;
	for (const token of specialTokens) if (!ids.has(token) || token === "") throw new StorageError(`special token ${JSON.stringify(token)}: it is not in the vocabulary. Give it an id.`);
	const named = [
		unknownToken ?? [],
		surroundings.before ?? [],
		surroundings.after ?? []
	].flat();
	for (const token of named) if (!specialTokens.includes(token)) throw new StorageError(`token ${JSON.stringify(token)}: expected one of the special tokens (${specialTokens.join(" ")}). Add it to them.`);
	return ids;
};
/** A tokenizer from its definition, that definition's index, and the codec of its kind. */
const assembleTokenizer = (definition, idsByToken, codec) => {
	const { vocabulary, specialTokens, surroundings = {} } = definition;
	const idOf = (token) => {
		const id = idsByToken.get(token);
		if (id !== void 0) return id;
		throw new DataError(`token ${JSON.stringify(token)} is not in the vocabulary of ${vocabulary.length} tokens. Its special tokens are: ${specialTokens.join(" ") || "(none)"}`);
	};
	const specialIds = new Set(specialTokens.map(idOf));
	const before = (surroundings.before ?? []).map(idOf);
	const after = (surroundings.after ?? []).map(idOf);
	const anySpecial = specialTokens.length > 0 ? matchAny(specialTokens) : void 0;
	const bytes = packBytes(vocabulary, (token, id) => specialIds.has(id) ? textEncoder.encode(token) : codec.bytesOf(token));
	const checkId = (id) => {
		if (!(id >= 0 && id < vocabulary.length && Number.isInteger(id))) throw new DataError(`id ${id} is outside the text vocabulary of ${vocabulary.length} tokens. Ids of other media are to be cut out before text is decoded.`);
	};
	const encodeAllowingSpecial = (text, ids) => {
		if (anySpecial === void 0) return codec.encode(text, ids);
		let from = 0;
		for (const { 0: token, index } of text.matchAll(anySpecial)) {
			codec.encode(text.slice(from, index), ids);
			ids.push(idOf(token));
			from = index + token.length;
		}
		codec.encode(text.slice(from), ids);
	};
	return {
		definition,
		vocabularySize: vocabulary.length,
		specialTokens,
		encode: (text, { addSpecial = false, allowSpecial = false } = {}) => {
			const ids = addSpecial ? [...before] : [];
			if (allowSpecial) encodeAllowingSpecial(text, ids);
			else codec.encode(text, ids);
			if (addSpecial) ids.push(...after);
			return ids;
		},
		decode: (ids, { skipSpecial = true } = {}) => {
			const kept = [];
			let length = 0;
			for (const id of ids) {
				checkId(id);
				if (skipSpecial && specialIds.has(id)) continue;
				kept.push(id);
				length += bytes.lengthOf(id);
			}
			const joined = new Uint8Array(length);
			let end = 0;
			for (const id of kept) end = bytes.copyTo(joined, end, id);
			return textDecoder.decode(joined);
		},
		idOf,
		tokenOf: (id) => {
			checkId(id);
			return vocabulary[id];
		},
		bytesOf: (id) => {
			checkId(id);
			return bytes.of(id);
		},
		isSpecial: (id) => specialIds.has(id)
	};
};
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Matches the longest of `tokens` at a place. */
const matchAny = (tokens) => {
	const longestFirst = [...tokens].sort((a, b) => b.length - a.length);
	return new RegExp(longestFirst.map((t) => t.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
};
/** The bytes of all tokens in one array, which costs a fraction of an array for each. */
const packBytes = (vocabulary, bytesOf) => {
	const parts = vocabulary.map(bytesOf);
	const starts = new Int32Array(parts.length + 1);
	for (const [id, part] of parts.entries()) starts[id + 1] = starts[id] + part.length;
	const all = new Uint8Array(starts[parts.length]);
	for (const [id, part] of parts.entries()) all.set(part, starts[id]);
	return {
		of: (id) => all.subarray(starts[id], starts[id + 1]),
		lengthOf: (id) => starts[id + 1] - starts[id],
		/** Writes a token's bytes at `at` and returns where they end. */
		copyTo: (target, at, id) => {
			let end = at;
			for (let from = starts[id]; from < starts[id + 1]; from++) target[end++] = all[from];
			return end;
		}
	};
};
// src/tokenizers/text/character.ts
/**
* The character tokenizer: one token for each Unicode code point, for small experiments on one
* language. What its vocabulary lacks becomes the unknown token or an error.
*/
/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
const createCharacterTokenizer = (definition) => {
	const idsByToken = indexVocabulary(definition);
	const { unknownToken, vocabulary } = definition;
	const unknownId = unknownToken === void 0 ? void 0 : idsByToken.get(unknownToken);
	const textEncoder = new TextEncoder();
	return assembleTokenizer(definition, idsByToken, {
		encode: (text, ids) => {
			for (const character of wellFormed(text)) {
				const id = idsByToken.get(character) ?? unknownId;
				if (id === void 0) {
					const codePoint = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
					throw new DataError(`character ${JSON.stringify(character)} (U+${codePoint}) is not among the ${vocabulary.length} tokens. Train on text that has it, or name an unknown token.`);
				}
				ids.push(id);
			}
		},
		bytesOf: (token) => textEncoder.encode(token)
	});
};
/** A text in which U+FFFD replaces lone surrogates, which no UTF-8 can hold. */
const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "�");
// src/tokenizers/text/text-stream.ts
/** Turns ids into text one by one; the parts join to what `decode` makes of all ids. */
const createTextStream = (tokenizer, { skipSpecial = true } = {}) => {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	return {
		push: (id) => {
			const bytes = tokenizer.bytesOf(id);
			if (skipSpecial && tokenizer.isSpecial(id)) return "";
			return decoder.decode(bytes, { stream: true });
		},
		close: () => decoder.decode()
	};
};
// src/generation/text/no-repeat-ngram.ts
/** Keeps a text from saying the same n tokens in a row twice (Paulus et al. 2017, section 2.5). */
/** The ids that would complete a stretch of n ids that is already there. */
const completionsOfRepeats = (ids, n) => {
	const completions = /* @__PURE__ */ new Set();
	const start = ids.length - (n - 1);
	for (let place = 0; place + n <= ids.length; place++) {
		let same = 0;
		while (same < n - 1 && ids[place + same] === ids[start + same]) same++;
		if (same === n - 1) completions.add(ids[place + n - 1]);
	}
	return completions;
};
/** Rules those ids out, in place; where nothing would be left to say, a repeat is allowed. */
const forbidRepeats = (scores, ids, n) => {
	const forbidden = completionsOfRepeats(ids, n);
	if (!scores.some((score, id) => score > Number.NEGATIVE_INFINITY && !forbidden.has(id))) return;
	for (const id of forbidden) scores[id] = Number.NEGATIVE_INFINITY;
};
// src/generation/text/repetition-penalty.ts
/**
* Makes what was said less likely to be said again (Keskar et al. 2019, CTRL, section 4.1), the way
* transformers.js counts it: every id of the prompt and of the text written so far, once.
*/
/** Divides positive scores of earlier ids by the penalty and multiplies negative ones, in place. */
const penalizeRepetition = (scores, earlier, penalty) => {
	for (const id of new Set(earlier)) {
		const score = scores[id];
		scores[id] = score < 0 ? score * penalty : score / penalty;
	}
};
// src/generation/text/adjust-scores.ts
/** What changes the scores of the next token in the light of the tokens before it. */
/** Scores of the token after `ids`, adjusted; the given ones stay as they are. */
const adjustScores = (scores, ids, { repetitionPenalty = 1, noRepeatNgram = 0 }) => {
	if (repetitionPenalty === 1 && noRepeatNgram === 0) return scores;
	const adjusted = scores.slice();
	if (repetitionPenalty !== 1) penalizeRepetition(adjusted, ids, repetitionPenalty);
	if (noRepeatNgram > 0) forbidRepeats(adjusted, ids, noRepeatNgram);
	return adjusted;
};
// src/generation/text/beam-search.ts
/**
* Beam search: follows the most probable beginnings side by side and takes the text whose tokens
* are the most probable on average. It draws nothing at random; equal sums go to the earlier beam,
* then to the smaller id. As in transformers, the search ends when as many texts as there are beams
* are complete and no beam is better than the worst of them at its present length.
*
* Each step reads `beams` tokens at once, and moves the caches where beams change places.
*/
/** log Σ e^score */
const logSumExp = (scores) => {
	let largest = Number.NEGATIVE_INFINITY;
	for (const score of scores) largest = Math.max(largest, score);
	let total = 0;
	for (const score of scores) total += Math.exp(score - largest);
	return largest + Math.log(total);
};
/** Keeps the best candidates, best first, of those that are offered in the order of their ranks. */
const createRanking = (count) => {
	const best = [];
	return {
		best,
		offer(candidate) {
			if (best.length === count && candidate.sum <= best[count - 1].sum) return;
			let place = best.length;
			while (place > 0 && best[place - 1].sum < candidate.sum) place--;
			best.splice(place, 0, candidate);
			if (best.length > count) best.pop();
		}
	};
};
const createBeamSearch = ({ prompt, maxTokens, ends, beams, lengthPenalty = 1, isComplete = () => false, ...adjust }) => {
	let live = [{
		ids: [],
		sum: 0
	}];
	let finished = [];
	let length = 0;
	const finishOne = (ids, sum, finish) => {
		const score = sum / length ** lengthPenalty;
		const place = finished.findIndex((other) => other.score < score);
		finished.splice(place < 0 ? finished.length : place, 0, {
			ids,
			score,
			finish
		});
		finished = finished.slice(0, beams);
	};
	/** The best continuations of the live beams, enough to go on with even if many of them end. */
	const rank = (scores) => {
		const { best, offer } = createRanking(beams * (1 + Math.max(1, ends.size)));
		for (const [parent, { ids, sum }] of live.entries()) {
			const adjusted = adjustScores(scores[parent], [...prompt, ...ids], adjust);
			const total = logSumExp(adjusted);
			for (const [id, score] of adjusted.entries()) if (score > Number.NEGATIVE_INFINITY) offer({
				parent,
				id,
				sum: sum + score - total
			});
		}
		return best;
	};
	return {
		sequences: beams,
		choose(scores) {
			length++;
			const next = [];
			const taken = [];
			for (const [place, candidate] of rank(scores).entries()) {
				const { parent, id, sum } = candidate;
				const before = live[parent].ids;
				if (ends.has(id)) {
					if (place < beams) finishOne(before, sum, "stop");
					continue;
				}
				if (next.length === beams) continue;
				const ids = [...before, id];
				if (isComplete(ids)) {
					if (place < beams) finishOne(ids, sum, "stop");
					continue;
				}
				next.push({
					ids,
					sum
				});
				taken.push(candidate);
			}
			live = next;
			if (live.length === 0 || length === maxTokens || finished.length === beams && live[0].sum / length ** lengthPenalty <= finished.at(-1).score) {
				if (length === maxTokens) for (const { ids, sum } of live) finishOne(ids, sum, "length");
				const [best] = finished;
				return {
					ids: [],
					parents: [],
					settled: best?.ids ?? [],
					finish: best?.finish ?? "stop"
				};
			}
			const filled = Array.from({ length: beams }, (_, beam) => taken[beam] ?? taken[0]);
			return {
				ids: filled.map(({ id }) => id),
				parents: filled.map(({ parent }) => parent),
				settled: []
			};
		}
	};
};
// src/generation/sample.ts
const indexOfLargest = (scores) => {
	let best = 0;
	for (let id = 1; id < scores.length; id++) if (scores[id] > scores[best]) best = id;
	return best;
};
/** e^((score - largest) / temperature), and the sum of all. */
const weigh = (scores, temperature) => {
	const largest = scores[indexOfLargest(scores)];
	const weights = new Float64Array(scores.length);
	let total = 0;
	for (let id = 0; id < scores.length; id++) {
		weights[id] = Math.exp((scores[id] - largest) / temperature);
		total += weights[id];
	}
	return {
		weights,
		total
	};
};
const sumOf = (weights, ids) => ids.reduce((sum, id) => sum + weights[id], 0);
/** The ids that the filters leave, best first. */
const filter = (weights, { topK = 0, topP = 1, minP = 0 }) => {
	const order = Int32Array.from({ length: weights.length }, (_, id) => id);
	order.sort((a, b) => weights[b] - weights[a] || a - b);
	let count = topK > 0 ? Math.min(topK, order.length) : order.length;
	if (topP < 1) {
		const enough = topP * sumOf(weights, order.subarray(0, count));
		let sum = 0;
		let kept = 0;
		while (kept < count && (kept === 0 || sum < enough)) sum += weights[order[kept++]];
		count = kept;
	}
	while (count > 1 && weights[order[count - 1]] < minP * weights[order[0]]) count--;
	return order.subarray(0, count);
};
/** Draws an id; equal scores and an equal state of `random` give an equal id. */
const sampleId = (scores, options, random) => {
	const { temperature = 1, topK = 0, topP = 1, minP = 0 } = options;
	if (temperature === 0) {
		const { weights, total } = weigh(scores, 1);
		const id = indexOfLargest(scores);
		return {
			id,
			probability: weights[id] / total
		};
	}
	const { weights, total } = weigh(scores, temperature);
	const candidates = topK > 0 || topP < 1 || minP > 0 ? filter(weights, options) : void 0;
	const count = candidates?.length ?? weights.length;
	const idAt = (place) => candidates?.[place] ?? place;
	let rest = random.uniform() * (candidates === void 0 ? total : sumOf(weights, candidates));
	let place = 0;
	while (place < count - 1 && rest >= weights[idAt(place)]) rest -= weights[idAt(place++)];
	while (place > 0 && weights[idAt(place)] === 0) place--;
	return {
		id: idAt(place),
		probability: weights[idAt(place)] / total
	};
};
// src/generation/text/choose.ts
/** Draws one token after another. */
const createSampler = ({ prompt, maxTokens, ends, ...adjust }, sampling, random) => {
	const ids = [...prompt];
	return {
		sequences: 1,
		choose([scores]) {
			const { id } = sampleId(adjustScores(scores, ids, adjust), sampling, random);
			if (ends.has(id)) return {
				ids: [],
				parents: [],
				settled: [],
				finish: "stop"
			};
			ids.push(id);
			const isLast = ids.length - prompt.length === maxTokens;
			return {
				ids: [id],
				parents: [0],
				settled: [id],
				...isLast ? { finish: "length" } : {}
			};
		}
	};
};
// src/generation/decoder.ts
/**
* Decoding one token after another with a cache of keys and values. The cache lives in buffers that
* are fed and never fetched; each step appends one slice to it.
*/
const createDecoder = async (options) => {
	const { runtime, network, buffers, name, batch, positions, places, pad, range } = options;
	const { rotaryBase, isCausal = false } = options;
	const { width, heads, keyValueHeads = heads, depth, places: placeCount = 0 } = network;
	const { headWidth = width / heads } = network;
	const capacity = positions.length;
	const model = transformer(network);
	const keysName = (layer) => `${name}.keys.${layer}`;
	const valuesName = (layer) => `${name}.values.${layer}`;
	const layerNames = Array.from({ length: depth }, (_, layer) => layer);
	const cacheType = {
		dtype: "float32",
		shape: [
			batch,
			keyValueHeads,
			capacity,
			headWidth
		]
	};
	const cacheTensors = Object.fromEntries(layerNames.flatMap((layer) => [[keysName(layer), zeroTensor(cacheType)], [valuesName(layer), zeroTensor(cacheType)]]));
	await buffers.write(cacheTensors);
	/** A graph over `time` tokens a sequence that hands out its new keys and values. */
	const build = async (time, cache) => {
		const { values } = parameterInputs(model.parameters);
		const ids = input("ids", {
			dtype: "int32",
			shape: [batch * time]
		});
		const anglesType = {
			dtype: "float32",
			shape: [time, headWidth / 2]
		};
		const angles = rotaryBase === null ? {} : { angles: {
			cosines: input("cosines", anglesType),
			sines: input("sines", anglesType)
		} };
		const rows = placeCount === 0 ? {} : { places: input("places", {
			dtype: "int32",
			shape: [batch * time]
		}) };
		const maskLength = cache.length === 0 ? time : capacity;
		const mask = input("mask", {
			dtype: "float32",
			shape: [
				batch,
				1,
				1,
				maskLength
			]
		});
		const outputs = {};
		const appends = {};
		const hand = (buffer, value) => {
			outputs[`new ${buffer}`] = value;
			appends[`new ${buffer}`] = {
				buffer,
				axis: 2
			};
		};
		const contextOf = (layer) => ({
			batch,
			...angles,
			mask,
			isCausal: isCausal && cache.length === 0,
			observe: ({ keys, values: fresh }) => {
				hand(keysName(layer), keys);
				hand(valuesName(layer), fresh);
			},
			...cache.length === 0 ? {} : { withCache: (queries, fresh) => cachedAttention(queries, fresh, cache[layer], mask) }
		});
		const states = model.apply(values, {
			ids,
			...rows
		}, contextOf);
		const sequences = reshape(states, { shape: [
			batch,
			time,
			width
		] });
		const last = reshape(slice(sequences, {
			axis: 1,
			start: time - 1
		}), { shape: [batch, width] });
		outputs.scores = scoreIds(values, last, range);
		return runtime.createProgram(createGraph(outputs), {
			buffers,
			appends
		});
	};
	const promptPrograms = /* @__PURE__ */ new Map();
	const promptProgram = (time) => {
		const known = promptPrograms.get(time) ?? build(time, []);
		promptPrograms.set(time, known);
		return known;
	};
	const step = await build(1, layerNames.map((layer) => ({
		keys: input(keysName(layer), cacheType),
		values: input(valuesName(layer), cacheType)
	})));
	/** How many tokens of each sequence are padding before its prompt. */
	let padded = [];
	const angleTables = (first, count) => {
		if (rotaryBase === null) return {};
		const { cosines, sines } = rotaryTables(positions.slice(first, first + count), {
			headWidth,
			...rotaryBase === void 0 ? {} : { base: rotaryBase }
		});
		const shape = [count, headWidth / 2];
		return {
			cosines: tensorOf("float32", cosines, shape),
			sines: tensorOf("float32", sines, shape)
		};
	};
	const stepAngles = positions.map((_, place) => angleTables(place, 1));
	const placeRows = (first, count) => {
		if (placeCount === 0 || places === void 0) return {};
		const rows = padded.flatMap((padding) => Array.from({ length: count }, (_, token) => places[Math.max(0, first + token - padding)]));
		return { places: tensorOf("int32", rows) };
	};
	const mask = new Float32Array(batch * capacity);
	let length = 0;
	return {
		capacity,
		async start(promptIds) {
			const promptLength = promptIds.length / batch;
			const prompts = Array.from({ length: batch }, (_, row) => promptIds.slice(row * promptLength, (row + 1) * promptLength));
			padded = prompts.map((prompt) => Math.max(0, prompt.findIndex((id) => id !== pad)));
			mask.fill(unseen);
			const promptMask = promptIds.map((id) => id === pad ? unseen : 0);
			prompts.forEach((_, row) => {
				const own = promptMask.slice(row * promptLength, (row + 1) * promptLength);
				mask.set(own, row * capacity);
			});
			const { scores } = await (await promptProgram(promptLength)).run({
				ids: tensorOf("int32", promptIds),
				mask: tensorOf("float32", promptMask, [
					batch,
					1,
					1,
					promptLength
				]),
				...angleTables(0, promptLength),
				...placeRows(0, promptLength)
			});
			length = promptLength;
			return scores.data;
		},
		async next(ids) {
			const { scores } = await step.run({
				ids: tensorOf("int32", ids),
				mask: {
					dtype: "float32",
					shape: [
						batch,
						1,
						1,
						capacity
					],
					data: mask
				},
				...stepAngles[length],
				...placeRows(length, 1)
			}, { position: length });
			for (let row = 0; row < batch; row++) mask[row * capacity + length] = 0;
			length++;
			return scores.data;
		},
		async reorder(parents) {
			const names = Object.keys(cacheTensors);
			const caches = await buffers.read(names);
			const size = keyValueHeads * capacity * headWidth;
			const moved = names.map((cacheName) => {
				const from = caches[cacheName].data;
				const to = new Float32Array(from.length);
				for (const [row, parent] of parents.entries()) to.set(from.subarray(parent * size, (parent + 1) * size), row * size);
				return [cacheName, tensorOf("float32", to, cacheType.shape)];
			});
			await buffers.write(Object.fromEntries(moved));
		},
		async close() {
			for (const program of promptPrograms.values()) await (await program).close();
			await step.close();
		}
	};
};
// src/generation/text/reader.ts
/** Lengths of prompts and of caches are multiples of these, so that few programs serve all. */
const promptStep = 32;
const cacheStep = 256;
const roundUp = (count, step) => Math.ceil(count / step) * step;
const createReader = ({ runtime, config: { network, tokens, prefixes }, buffers }) => {
	const { context, positions = "rotary", positionOffset = 0, vocabularySize } = network;
	const decoders = [];
	/** Decoders that nobody uses, by batch and capacity; texts written side by side get their own. */
	const idle = /* @__PURE__ */ new Map();
	const create = (batch, capacity) => {
		const slots = Array.from({ length: capacity }, (_, slot) => slot);
		const decoder = createDecoder({
			runtime,
			network: languageNetwork(network),
			buffers,
			name: `text ${decoders.length}`,
			batch,
			positions: slots.map((slot) => [slot]),
			places: slots.map((slot) => positionOffset + Math.min(slot, context - 1)),
			rotaryBase: positions === "rotary" ? languageAngles(network).base : null,
			isCausal: prefixes === "causal",
			pad: tokens.pad,
			range: {
				start: 0,
				end: vocabularySize
			}
		});
		decoders.push(decoder);
		return decoder;
	};
	/** Padding before a prompt brings it to a length that a program was built for. */
	const padded = (ids) => [...new Array(roundUp(ids.length, promptStep) - ids.length).fill(tokens.pad), ...ids];
	const rowsOf = (scores) => Array.from({ length: scores.length / vocabularySize }, (_, row) => scores.subarray(row * vocabularySize, (row + 1) * vocabularySize));
	return {
		async open(prompt, { sequences, maxTokens }) {
			const wanted = roundUp(prompt.length, promptStep) + maxTokens;
			const capacity = roundUp(Math.min(wanted, context + promptStep), cacheStep);
			const key = `${sequences} ${capacity}`;
			const decoder = idle.get(key)?.pop() ?? await create(sequences, capacity);
			let rows = Array.from({ length: sequences }, () => [...prompt]);
			let length = 0;
			/** Reads whole sequences. */
			const read = async () => {
				const given = rows.map(padded);
				length = given[0].length;
				return rowsOf(await decoder.start(given.flat()));
			};
			return {
				start: read,
				async next(parents, ids) {
					rows = ids.map((id, row) => [...rows[parents[row]], id]);
					if (rows[0].length > context || length === capacity) {
						rows = rows.map((row) => row.slice(-Math.max(1, Math.floor(context / 2))));
						return read();
					}
					if (parents.some((parent, row) => parent !== row)) await decoder.reorder(parents);
					length++;
					return rowsOf(await decoder.next(ids));
				},
				end: () => {
					idle.set(key, [...idle.get(key) ?? [], decoder]);
				}
			};
		},
		async close() {
			for (const decoder of decoders) await (await decoder).close();
		}
	};
};
// src/generation/text/stop-strings.ts
/**
* Ends a text before a stop string, wherever the pieces divide it. What may be the beginning of one
* is held back until it is clear that it is none. The stop string that is complete first counts, the
* longest of those that end in the same place.
*/
/** Where the first stop string that is complete begins; -1 where none is. */
const findStop = (text, stops) => {
	let found = {
		start: -1,
		end: Number.POSITIVE_INFINITY
	};
	for (const stop of stops) {
		const start = text.indexOf(stop);
		const end = start + stop.length;
		if (start < 0 || end > found.end || end === found.end && start > found.start) continue;
		found = {
			start,
			end
		};
	}
	return found.start;
};
/** How many characters at the end of a text begin a stop string. */
const beginningAtEnd = (text, stops) => {
	const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
	for (let length = Math.min(longest, text.length); length > 0; length--) {
		const end = text.slice(-length);
		if (stops.some((stop) => stop.length > length && stop.startsWith(end))) return length;
	}
	return 0;
};
const createStopFilter = (stops) => {
	if (stops.includes("")) throw new DataError("stop: expected texts that end the writing, got an empty one. Leave it out");
	let held = "";
	return {
		push(piece) {
			held += piece;
			const start = findStop(held, stops);
			const shown = start < 0 ? held.length - beginningAtEnd(held, stops) : start;
			const text = held.slice(0, shown);
			held = start < 0 ? held.slice(shown) : "";
			return {
				text,
				isStopped: start >= 0
			};
		},
		close() {
			const rest = held;
			held = "";
			return rest;
		}
	};
};
// src/generation/text/text-model.ts
const defaultMaxTokens = 256;
const checkOptions = ({ maxTokens = 1, beams = 1, noRepeatNgram = 0, repetitionPenalty = 1 }) => {
	const checkWhole = (name, value, minimum) => {
		if (Number.isSafeInteger(value) && value >= minimum) return;
		throw new DataError(`${name}: expected a whole number of at least ${minimum}, got ${value}`);
	};
	checkWhole("maxTokens", maxTokens, 1);
	checkWhole("beams", beams, 1);
	checkWhole("noRepeatNgram", noRepeatNgram, 0);
	if (!(repetitionPenalty > 0 && Number.isFinite(repetitionPenalty))) throw new DataError(`repetitionPenalty: expected a number above 0, got ${repetitionPenalty}`);
};
const createTextModel = async ({ runtime, config, tensors, text }) => {
	const { tokens, network } = config;
	const buffers = await runtime.createBuffers(tensors);
	const reader = createReader({
		runtime,
		config,
		buffers
	});
	const ends = new Set(endsOf(config));
	const checkPrompt = (prompt, shouldKeepEnd) => {
		if (prompt.length === 0) throw new DataError("the prompt is empty: give the text that is to be continued");
		if (prompt.length > network.context && !shouldKeepEnd) throw new DataError(`the prompt: expected at most ${network.context} tokens, the model’s context, got ${prompt.length}. Shorten it, or have only its end read (shouldKeepEnd, --keep-end)`);
		return prompt.slice(-network.context);
	};
	const createChooser = (prompt, options) => {
		const { maxTokens = defaultMaxTokens, seed = 0, index = 0, beams = 1, stop = [] } = options;
		const { repetitionPenalty = 1, noRepeatNgram = 0, lengthPenalty = 1 } = options;
		const common = {
			prompt,
			maxTokens,
			ends,
			repetitionPenalty,
			noRepeatNgram
		};
		if (beams === 1) {
			const sampling = {
				...config.defaults,
				...options
			};
			return createSampler(common, sampling, createRandom(seed, "write", index));
		}
		const isComplete = (ids) => findStop(text.decode(ids), stop) >= 0;
		return createBeamSearch({
			...common,
			beams,
			lengthPenalty,
			...stop.length > 0 ? { isComplete } : {}
		});
	};
	return {
		config,
		text,
		promptOf: (given) => [...tokens.bos === void 0 ? [] : [tokens.bos], ...text.encode(given)],
		async *write(given, options = {}) {
			const { maxTokens = defaultMaxTokens, stop = [], shouldKeepEnd = false } = options;
			checkOptions(options);
			const prompt = checkPrompt(given, shouldKeepEnd);
			const stream = createTextStream(text);
			const filter = createStopFilter(stop);
			const chooser = createChooser(prompt, options);
			const reading = await reader.open(prompt, {
				sequences: chooser.sequences,
				maxTokens
			});
			try {
				let scores = await reading.start();
				for (;;) {
					const { ids, parents, settled, finish } = chooser.choose(scores);
					const piece = settled.map((id) => stream.push(id)).join("");
					const shown = filter.push(finish === void 0 ? piece : piece + stream.close());
					if (shown.isStopped) {
						yield {
							text: shown.text,
							ids: settled,
							finish: "stop"
						};
						return;
					}
					if (finish !== void 0) {
						yield {
							text: shown.text + filter.close(),
							ids: settled,
							finish
						};
						return;
					}
					if (settled.length > 0) yield {
						text: shown.text,
						ids: settled
					};
					scores = await reading.next(parents, ids);
				}
			} finally {
				reading.end();
			}
		},
		async close() {
			await reader.close();
			await buffers.close();
		}
	};
};
// test/support/tiny-text-model.ts
/** Ids 0 to 3 are special, then come the letters. */
const tinySpecialTokens = [
	"<pad>",
	"<bos>",
	"<eos>",
	"<mask>"
];
const tinyTextModel = async (runtime, { letters = "abcdefgh é中😀", context = 24, seed = 1, skills = ["continue"], chatTemplate, hasEnd = true } = {}) => {
	const text = createCharacterTokenizer({
		kind: "character",
		vocabulary: [...tinySpecialTokens, ...letters],
		specialTokens: [...tinySpecialTokens],
		unknownToken: "<mask>"
	});
	const config = languageSchema.parse({
		task: "language-model",
		network: {
			vocabularySize: text.vocabularySize,
			context,
			width: 16,
			depth: 2,
			heads: 2
		},
		tokens: {
			pad: 0,
			bos: 1,
			mask: 3,
			...hasEnd ? { eos: 2 } : {}
		},
		skills,
		...chatTemplate === void 0 ? {} : { chatTemplate }
	});
	const tensors = randomParameters(languageModelOf(config).parameters, { seed });
	return {
		model: await createTextModel({
			runtime,
			config,
			tensors,
			text
		}),
		config,
		tensors,
		text
	};
};
// src/engine/onnx/fold-factors.ts
/**
* Lets operations take on constant factors of their results: a product of matrices that is used
* only to be multiplied by a number costs nothing more when the kernel multiplies by it.
*/
const product = mul.operation;
/** The value and the number of a product of the two, in either order. */
const factorOf = ({ operation, inputs }) => {
	if (operation !== product) return void 0;
	for (const [value, other] of [inputs, inputs.toReversed()]) {
		const tensor = constantOf(other);
		if (tensor !== void 0 && sizeOf(tensor.shape) === 1 && other.shape.length === 0) return {
			value,
			factor: numbersOf(tensor)[0]
		};
	}
};
/** The same graph with constant factors taken on by the operations that can. */
const foldFactors = (graph) => {
	const uses = /* @__PURE__ */ new Map();
	const count = (value) => uses.set(value, (uses.get(value) ?? 0) + 1);
	for (const { inputs } of graph.nodes) inputs.forEach(count);
	Object.values(graph.outputs).forEach(count);
	const replaced = /* @__PURE__ */ new Map();
	const current = (value) => replaced.get(value) ?? value;
	const replace = (node, by) => node.outputs.forEach((output, index) => {
		replaced.set(output, by.outputs[index]);
	});
	for (const node of graph.nodes) {
		const found = factorOf(node);
		const producer = found && current(found.value).node;
		if (found && producer.operation.scaled !== void 0 && uses.get(found.value) === 1) {
			const { operation, inputs, scope, outputs } = producer;
			const attributes = operation.scaled(producer.attributes, found.factor);
			const types = outputs.map(({ type }) => type);
			replace(node, createNode({
				operation,
				inputs,
				attributes,
				scope
			}, types));
		} else if (node.inputs.some((value) => replaced.has(value))) {
			const { operation, attributes, scope, outputs } = node;
			const inputs = node.inputs.map(current);
			const types = outputs.map(({ type }) => type);
			replace(node, createNode({
				operation,
				inputs,
				attributes,
				scope
			}, types));
		}
	}
	return createGraph(Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, current(value)])));
};
// src/engine/onnx/protobuf.ts
const wire = {
	varint: 0,
	fixed64: 1,
	bytes: 2,
	fixed32: 5
};
const text = new TextEncoder();
const encodeVarint = (value) => {
	const bytes = [];
	let rest = BigInt.asUintN(64, BigInt(value));
	while (rest > 127n) {
		bytes.push(Number(rest & 127n) | 128);
		rest >>= 7n;
	}
	bytes.push(Number(rest));
	return Uint8Array.from(bytes);
};
const littleEndian = (size, value) => {
	const view = new DataView(new ArrayBuffer(size));
	if (size === 4) view.setFloat32(0, value, true);
	else view.setFloat64(0, value, true);
	return new Uint8Array(view.buffer);
};
const createMessage = () => {
	const parts = [];
	let byteLength = 0;
	const push = (part) => {
		parts.push(part);
		byteLength += part.byteLength;
	};
	const tag = (field, type) => push(encodeVarint(field * 8 + type));
	const writer = {
		varint(field, value) {
			tag(field, wire.varint);
			push(encodeVarint(value));
			return writer;
		},
		float(field, value) {
			tag(field, wire.fixed32);
			push(littleEndian(4, value));
			return writer;
		},
		double(field, value) {
			tag(field, wire.fixed64);
			push(littleEndian(8, value));
			return writer;
		},
		bytes(field, value) {
			tag(field, wire.bytes);
			push(encodeVarint(value.byteLength));
			push(value);
			return writer;
		},
		string: (field, value) => writer.bytes(field, text.encode(value)),
		message(field, value) {
			tag(field, wire.bytes);
			push(encodeVarint(value.byteLength));
			for (const part of value.parts) push(part);
			return writer;
		},
		packedVarints: (field, values) => writer.bytes(field, concatBytes(values.map((value) => encodeVarint(value)))),
		packedFloats: (field, values) => writer.bytes(field, concatBytes(values.map((value) => littleEndian(4, value)))),
		get byteLength() {
			return byteLength;
		},
		parts,
		finish: () => concatBytes(parts)
	};
	return writer;
};
const concatBytes = (parts) => {
	const total = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
	const bytes = new Uint8Array(total);
	let offset = 0;
	for (const part of parts) {
		bytes.set(part, offset);
		offset += part.byteLength;
	}
	return bytes;
};
// src/engine/onnx/messages.ts
/** AttributeProto.AttributeType */
const attributeTypes = {
	float: 1,
	int: 2,
	string: 3,
	tensor: 4,
	floats: 6,
	ints: 7
};
const bytesOf = ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
/** TensorProto; the elements as raw little-endian bytes. */
const tensorMessage = (name, tensor) => createMessage().packedVarints(1, tensor.shape).varint(2, onnxDataTypes[tensor.dtype]).string(8, name).bytes(9, bytesOf(tensor));
/** ValueInfoProto: a name with a dtype and a static shape. */
const valueInfoMessage = (name, { dtype, shape }) => {
	const shapeMessage = createMessage();
	for (const size of shape) shapeMessage.message(1, createMessage().varint(1, size));
	const tensorType = createMessage().varint(1, onnxDataTypes[dtype]).message(2, shapeMessage);
	return createMessage().string(1, name).message(2, createMessage().message(1, tensorType));
};
const attributeMessage = (name, value) => {
	const message = createMessage().string(1, name);
	const finish = (type) => message.varint(20, attributeTypes[type]);
	if (typeof value === "string") {
		message.string(4, value);
		return finish("string");
	}
	if (typeof value === "number" || typeof value === "boolean") {
		message.varint(3, Number(value));
		return finish("int");
	}
	if ("float" in value) {
		if (typeof value.float === "number") {
			message.float(2, value.float);
			return finish("float");
		}
		message.packedFloats(7, value.float);
		return finish("floats");
	}
	if ("dtype" in value) {
		message.message(5, tensorMessage("", value));
		return finish("tensor");
	}
	message.packedVarints(8, value);
	return finish("ints");
};
/** NodeProto */
const nodeMessage = (node) => {
	const message = createMessage();
	for (const name of node.inputs) message.string(1, name);
	for (const name of node.outputs) message.string(2, name);
	message.string(3, node.name).string(4, node.type);
	for (const [name, value] of Object.entries(node.attributes)) if (value !== void 0) message.message(5, attributeMessage(name, value));
	return node.domain === "" ? message : message.string(7, node.domain);
};
const irVersion = 10;
/** The bytes of a ModelProto. */
const encodeModel = (model) => {
	const graph = createMessage();
	for (const node of model.nodes) graph.message(1, nodeMessage(node));
	graph.string(2, "tesserae");
	for (const [name, tensor] of model.initializers) graph.message(5, tensorMessage(name, tensor));
	for (const [name, type] of Object.entries(model.inputs)) graph.message(11, valueInfoMessage(name, type));
	for (const [name, type] of Object.entries(model.outputs)) graph.message(12, valueInfoMessage(name, type));
	const message = createMessage().varint(1, irVersion).string(2, "tesserae").message(7, graph);
	for (const [domain, version] of Object.entries(model.operatorSets)) message.message(8, createMessage().string(1, domain).varint(2, version));
	return message.finish();
};
// src/engine/onnx/emit.ts
/**
* Writes a graph as an ONNX model. Nodes that would compute the same thing twice, and constants
* that are equal, are emitted once.
*/
/** The versions of the operator sets that emitted models ask for. */
const operatorSets = {
	"": 21,
	"com.microsoft": 1
};
/** Constants above this size are compared by identity only. */
const sharedConstantBytes = 4096;
/** By bytes, which tell 0 from -0. */
const keyOfTensor = ({ dtype, shape, data }) => `${dtype} ${shape} ${new Uint8Array(data.buffer, data.byteOffset, data.byteLength)}`;
const keyOfAttribute = (value) => {
	if (typeof value !== "object") return String(value);
	if ("dtype" in value) return keyOfTensor(value);
	return "float" in value ? `float ${value.float}` : `[${value}]`;
};
/** The model of a graph as ONNX bytes. */
const emitOnnx = (graph) => {
	const { inputs, outputs, nodes } = foldFactors(graph);
	const emitted = [];
	const known = /* @__PURE__ */ new Map();
	const initializers = /* @__PURE__ */ new Map();
	const constantNames = /* @__PURE__ */ new Map();
	const names = /* @__PURE__ */ new Map();
	const taken = /* @__PURE__ */ new Set([...Object.keys(inputs), ...Object.keys(outputs)]);
	const freeName = (name) => {
		let free = name;
		while (taken.has(free)) free += "_";
		taken.add(free);
		return free;
	};
	const emit = {
		nodes(type, nodeInputs, attributes, { domain = "", outputs: count }) {
			const key = JSON.stringify([
				`${domain}.${type}`,
				nodeInputs,
				...Object.entries(attributes).map(([name, value]) => `${name}=${keyOfAttribute(value)}`)
			]);
			const existing = known.get(key);
			if (existing !== void 0 && existing.length >= count) return existing;
			const name = `${type}_${emitted.length}`;
			const results = Array.from({ length: count }, (_, index) => freeName(count === 1 ? name : `${name}.${index}`));
			emitted.push({
				type,
				name,
				domain,
				inputs: nodeInputs,
				outputs: results,
				attributes
			});
			known.set(key, results);
			return results;
		},
		node: (type, nodeInputs, attributes = {}, options = {}) => emit.nodes(type, nodeInputs, attributes, {
			outputs: 1,
			...options
		})[0],
		constant(tensor) {
			const key = tensor.data.byteLength > sharedConstantBytes ? tensor : keyOfTensor(tensor);
			let name = constantNames.get(key);
			if (name === void 0) {
				name = freeName(`constant_${constantNames.size}`);
				constantNames.set(key, name);
				initializers.set(name, tensor);
			}
			return name;
		},
		integers: (values) => emit.constant(tensorOf("int64", values))
	};
	for (const node of nodes) {
		const [first] = node.outputs;
		const inputName = inputNameOf(first);
		const tensor = constantOf(first);
		if (inputName !== void 0) names.set(first, inputName);
		else if (tensor !== void 0) names.set(first, emit.constant(tensor));
		else {
			const nodeInputs = node.inputs.map((value) => names.get(value));
			const { onnx } = node.operation;
			const results = (typeof onnx === "string" ? () => emit.node(onnx, nodeInputs) : onnx)({
				inputs: nodeInputs,
				inputTypes: node.inputs.map(({ type }) => type),
				outputTypes: node.outputs.map(({ type }) => type),
				attributes: node.attributes
			}, emit);
			const list = typeof results === "string" ? [results] : results;
			node.outputs.forEach((value, index) => {
				names.set(value, list[index]);
			});
		}
	}
	const produced = new Set(emitted.flatMap((node) => node.outputs));
	const renamed = /* @__PURE__ */ new Map();
	const passedOn = [];
	for (const [name, value] of Object.entries(outputs)) {
		const current = names.get(value);
		if (produced.has(current) && !renamed.has(current)) renamed.set(current, name);
		else {
			const node = {
				type: "Identity",
				name: `output_${name}`,
				domain: "",
				attributes: {}
			};
			passedOn.push({
				...node,
				inputs: [current],
				outputs: [name]
			});
		}
	}
	const rename = (list) => list.map((name) => renamed.get(name) ?? name);
	const finalNodes = [...emitted, ...passedOn].map((node) => ({
		...node,
		inputs: rename(node.inputs),
		outputs: rename(node.outputs)
	}));
	const types = (values) => Object.fromEntries(Object.entries(values).map(([name, { type }]) => [name, type]));
	return encodeModel({
		nodes: finalNodes,
		initializers,
		inputs: types(inputs),
		outputs: types(outputs),
		operatorSets
	});
};
// src/engine/runtime/connect.ts
/** What a channel would do: programs update their buffers in place, not what these came from. */
const copiesOf = (tensors) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, {
	...tensor,
	data: tensor.data.slice()
}]));
/** A host of this thread with the face of a remote one. */
const localHost = (host) => ({
	createBuffers: async (tensors) => host.createBuffers(copiesOf(tensors)),
	writeBuffers: async (handle, tensors) => host.writeBuffers(handle, copiesOf(tensors)),
	readBuffers: (handle, names) => host.readBuffers(handle, names),
	closeBuffers: async (handle) => host.closeBuffers(handle),
	createProgram: (description) => host.createProgram(description),
	run: (handle, feeds, options) => host.run(handle, feeds, options),
	closeProgram: (handle) => host.closeProgram(handle),
	close: () => host.close()
});
/** The runtime that a host serves; `close` ends the host. */
const createRuntime = (host, device, close) => {
	const handles = /* @__PURE__ */ new WeakMap();
	return {
		device,
		async createBuffers(tensors = {}) {
			const handle = await host.createBuffers(tensors);
			const buffers = {
				write: (values) => host.writeBuffers(handle, values),
				read: (names) => host.readBuffers(handle, names),
				close: () => host.closeBuffers(handle)
			};
			handles.set(buffers, handle);
			return buffers;
		},
		async createProgram(graph, { buffers, updates = {}, appends = {} } = {}) {
			const handle = await host.createProgram({
				model: emitOnnx(graph),
				buffers: buffers === void 0 ? void 0 : handles.get(buffers),
				inputs: Object.keys(graph.inputs),
				outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, { dtype }]) => [name, dtype])),
				updates,
				appends
			});
			return {
				run: (feeds, options = {}) => host.run(handle, feeds, options),
				close: () => host.closeProgram(handle)
			};
		},
		close
	};
};
// src/engine/runtime/onnx-runtime.ts
/** The tensor as the runtime knows it, on the same bytes. */
const toOrt = (ort, { dtype, shape, data }) => new ort.Tensor(dtype, data, shape);
/** A tensor of the runtime in main memory, on the same bytes. */
const fromOrt = (value) => ({
	dtype: value.type,
	shape: value.dims,
	data: value.data
});
/** The first line of what the runtime says; the others are its own stack. */
const messageOf = (error) => (error instanceof Error ? error.message : String(error)).split("\n")[0];
/** Loads a model. Throws RuntimeError when the runtime refuses it or has no adapter. */
const createSession = (ort, device, model, options = {}) => ort.InferenceSession.create(model, {
	executionProviders: device === "cpu" ? ["cpu"] : ["webgpu", "cpu"],
	graphOptimizationLevel: "all",
	enableMemPattern: false,
	extra: { session: { intra_op: { spin_duration_us: "1000" } } },
	logSeverityLevel: 4,
	...options
}).catch((error) => {
	const message = messageOf(error);
	throw new RuntimeError(`${device}: ${/get a WebGPU adapter/.test(message) ? "no adapter was found; choose the device cpu, or install a driver for Vulkan, Metal or Direct3D 12" : `the program cannot be loaded: ${message}`}`, { cause: error });
});
// src/engine/runtime/transfer.ts
/** Whether the devices hold tensors of a dtype; those of others stay in main memory. */
const isHeldByDevices = (dtype) => dtype !== "float64" && dtype !== "int8";
const movedName = (name) => `moved ${name}`;
const createTransfer = (ort, device) => {
	const kept = /* @__PURE__ */ new Map();
	const open = (tensors, location) => {
		const outputs = Object.fromEntries(Object.entries(tensors).map(([name, { type, dims }]) => [movedName(name), input(name, {
			dtype: type,
			shape: dims
		})]));
		return createSession(ort, device, emitOnnx(createGraph(outputs)), { preferredOutputLocation: Object.fromEntries(Object.keys(outputs).map((name) => [name, location])) });
	};
	const run = async (session, tensors) => {
		const moved = await session.run(tensors);
		return Object.fromEntries(Object.keys(tensors).map((name) => [name, moved[movedName(name)]]));
	};
	return {
		async move(tensors, location) {
			const entries = Object.entries(tensors);
			if (entries.length === 0) return {};
			if (location === "cpu") {
				const session = await open(tensors, location);
				const moved = await run(session, tensors);
				await session.release();
				return moved;
			}
			const key = JSON.stringify(entries.map(([name, { type, dims }]) => [
				name,
				type,
				dims
			]));
			const session = kept.get(key) ?? await open(tensors, location);
			kept.set(key, session);
			return run(session, tensors);
		},
		async close() {
			for (const session of kept.values()) await session.release();
			kept.clear();
		}
	};
};
// src/engine/runtime/buffer-set.ts
/** Copies rows into the target from `position` on, along the axis. */
const copyInto = (target, rows, axis, position) => {
	const [count, capacity] = [rows.shape[axis], target.shape[axis]];
	if (position < 0 || position + count > capacity) throw new RuntimeError(`run: position ${position} and ${count} more do not fit into ${printType(target)}`);
	const inner = sizeOf(target.shape.slice(axis + 1));
	const outer = sizeOf(target.shape.slice(0, axis));
	const [into, from] = [target.data, rows.data];
	for (let index = 0; index < outer; index++) into.set(from.subarray(index * count * inner, (index + 1) * count * inner), (index * capacity + position) * inner);
};
/** Buffers in main memory, or on the device that the transfer leads to. */
const createBufferSet = (ort, transfer) => {
	const tensors = /* @__PURE__ */ new Map();
	/** Buffers that are written to from here, which therefore stay here. */
	const appended = /* @__PURE__ */ new Set();
	const find = (name) => {
		const tensor = tensors.get(name);
		if (tensor === void 0) throw new RuntimeError(`runtime: there is no buffer "${name}"`);
		return tensor;
	};
	const put = (name, tensor) => {
		const old = tensors.get(name);
		if (old !== tensor) old?.dispose();
		tensors.set(name, tensor);
	};
	const pick = (names) => Object.fromEntries(names.map((name) => [name, find(name)]));
	const isDistant = (name) => find(name).location !== "cpu";
	/** The named buffers in main memory. */
	const inMemory = async (names) => {
		const moved = await transfer?.move(pick(names.filter(isDistant)), "cpu");
		return Object.fromEntries(names.map((name) => [name, fromOrt(moved?.[name] ?? find(name))]));
	};
	const moveToDevice = async (names) => {
		const moved = await transfer?.move(pick(names), "gpu-buffer");
		for (const [name, tensor] of Object.entries(moved ?? {})) put(name, tensor);
	};
	return {
		has: (name) => tensors.has(name),
		write(values) {
			for (const [name, tensor] of Object.entries(values)) put(name, toOrt(ort, tensor));
		},
		async feed(names) {
			const waiting = names.filter((name) => !isDistant(name) && !appended.has(name) && isHeldByDevices(find(name).type));
			await moveToDevice(waiting);
			return pick(names);
		},
		target: (name) => transfer === void 0 ? find(name) : null,
		replace(name, result) {
			if (transfer !== void 0) put(name, result);
		},
		async append(name, result, axis, position) {
			appended.add(name);
			const { [name]: buffer } = await inMemory([name]);
			copyInto(buffer, result, axis, position);
			if (isDistant(name)) put(name, toOrt(ort, buffer));
		},
		adopt: (names) => moveToDevice(names.filter(isDistant)),
		async read(names = Array.from(tensors.keys())) {
			const found = await inMemory(names);
			return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, {
				...tensor,
				data: tensor.data.slice()
			}]));
		},
		close() {
			for (const tensor of tensors.values()) tensor.dispose();
			tensors.clear();
		}
	};
};
// src/engine/runtime/host.ts
const createHost = (ort, { device = "cpu", threads } = {}) => {
	const bufferSets = /* @__PURE__ */ new Map();
	const programs = /* @__PURE__ */ new Map();
	const transfer = device === "cpu" ? void 0 : createTransfer(ort, device);
	const noBuffers = createBufferSet(ort);
	let handles = 0;
	const find = (items, handle, what) => {
		const item = items.get(handle);
		if (item === void 0) throw new RuntimeError(`runtime: these ${what} were closed already`);
		return item;
	};
	const buffersOf = (handle) => find(bufferSets, handle, "buffers");
	const feedsOf = async ({ inputs }, fed, buffers) => {
		const missing = inputs.find((name) => fed[name] === void 0 && !buffers.has(name));
		if (missing !== void 0) throw new RuntimeError(`run: the input "${missing}" was not fed and is no buffer`);
		const feeds = await buffers.feed(inputs.filter((name) => fed[name] === void 0));
		for (const name of inputs) {
			const tensor = fed[name];
			if (tensor !== void 0) feeds[name] = toOrt(ort, tensor);
		}
		return feeds;
	};
	const host = {
		createBuffers(tensors) {
			const handle = handles++;
			bufferSets.set(handle, createBufferSet(ort, transfer));
			host.writeBuffers(handle, tensors);
			return handle;
		},
		writeBuffers: (handle, tensors) => buffersOf(handle).write(tensors),
		readBuffers: async (handle, names) => buffersOf(handle).read(names),
		closeBuffers(handle) {
			buffersOf(handle).close();
			bufferSets.delete(handle);
		},
		async createProgram(description) {
			const { updates, appends, outputs } = description;
			const names = Object.keys(outputs);
			const staysOnDevice = (name) => name in updates && isHeldByDevices(outputs[name]);
			const session = await createSession(ort, device, description.model, {
				...threads === void 0 ? {} : { intraOpNumThreads: threads },
				...device === "cpu" ? {} : { preferredOutputLocation: Object.fromEntries(names.map((name) => [name, staysOnDevice(name) ? "gpu-buffer" : "cpu"])) }
			});
			const handle = handles++;
			const fetched = names.filter((name) => !(name in updates) && !(name in appends));
			programs.set(handle, {
				...description,
				session,
				fetched
			});
			return handle;
		},
		async run(handle, feeds, { position = 0 }) {
			const program = find(programs, handle, "programs");
			const { session, outputs, updates, appends, fetched } = program;
			const buffers = program.buffers === void 0 ? noBuffers : buffersOf(program.buffers);
			const inputs = await feedsOf(program, feeds, buffers);
			const fetches = {};
			for (const name of Object.keys(outputs)) {
				const target = updates[name];
				fetches[name] = target === void 0 ? null : buffers.target(target);
			}
			const results = await session.run(inputs, fetches).catch((error) => {
				throw new RuntimeError(`${device}: the run failed: ${messageOf(error)}`, { cause: error });
			});
			const resultOf = (name) => results[name];
			for (const [name, buffer] of Object.entries(updates)) buffers.replace(buffer, resultOf(name));
			for (const [name, { buffer, axis }] of Object.entries(appends)) await buffers.append(buffer, fromOrt(resultOf(name)), axis, position);
			return Object.fromEntries(fetched.map((name) => [name, fromOrt(resultOf(name))]));
		},
		async closeProgram(handle) {
			const { session, buffers, updates } = find(programs, handle, "programs");
			programs.delete(handle);
			if (buffers !== void 0) await bufferSets.get(buffers)?.adopt(Object.values(updates));
			await session.release();
		},
		async close() {
			for (const handle of [...bufferSets.keys()]) host.closeBuffers(handle);
			for (const handle of [...programs.keys()]) await host.closeProgram(handle);
			await transfer?.close();
		}
	};
	return host;
};
// src/platform/node/runtime.ts
/** A runtime in the calling thread, which its runs block; for tests and for use inside of workers. */
const createInlineRuntime = (options = {}) => {
	const host = localHost(createHost(ort, options));
	return createRuntime(host, options.device ?? "cpu", host.close);
};
// src/generation/text/text-model.test.ts
const runtime = createInlineRuntime({ threads: 1 });
const collect = async (model, prompt, options) => {
	const pieces = [];
	for await (const piece of model.write(prompt, options)) pieces.push(piece);
	return {
		pieces,
		text: pieces.map((piece) => piece.text).join(""),
		ids: pieces.flatMap((piece) => piece.ids),
		finish: pieces.at(-1).finish
	};
};
/** Natural logarithms of the next token's probabilities after each sequence, read as a whole. */
const logProbabilities = async ({ config, tensors }, sequences) => {
	const network = languageModelOf(config);
	const ids = tensorOf("int32", sequences.flat());
	const { values } = parameterInputs(network.parameters);
	const states = network.read(values, { ids: input("ids", ids) }, { batch: sequences.length });
	const scores = network.score(values, states);
	const rows = rowsOf((await compute(runtime, { scores }, {
		ids,
		...tensors
	})).scores);
	const time = sequences[0].length;
	return sequences.map((_, index) => {
		const row = rows[(index + 1) * time - 1];
		const total = Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0));
		return row.map((score) => score - total);
	});
};
const largest = (row) => row.indexOf(Math.max(...row));
describe("writing", () => {
	test("without chance gives what reading the whole text again for each token gives", async () => {
		const tiny = await tinyTextModel(runtime, { hasEnd: false });
		const prompt = tiny.model.promptOf("abc");
		const expected = [...prompt];
		for (let step = 0; step < 12; step++) {
			const [row] = await logProbabilities(tiny, [expected]);
			expected.push(largest(row));
		}
		const { ids, finish } = await collect(tiny.model, prompt, {
			temperature: 0,
			maxTokens: 12
		});
		expect([...prompt, ...ids]).toEqual(expected);
		expect(finish).toBe("length");
		await tiny.model.close();
	});
	test("goes on past the context", async () => {
		const { model } = await tinyTextModel(runtime, {
			hasEnd: false,
			context: 8
		});
		const { ids } = await collect(model, model.promptOf("abcdefg"), { maxTokens: 30 });
		expect(ids).toHaveLength(30);
		await model.close();
	});
	test("follows its seed and the index of the text", async () => {
		const { model } = await tinyTextModel(runtime, { hasEnd: false });
		const write = (seed, index) => collect(model, model.promptOf("a"), {
			seed,
			index,
			maxTokens: 10
		});
		const [first, again, other, next] = [
			await write(1, 0),
			await write(1, 0),
			await write(2, 0),
			await write(1, 1)
		];
		expect(again).toEqual(first);
		expect(other.ids).not.toEqual(first.ids);
		expect(next.ids).not.toEqual(first.ids);
		await model.close();
	});
	test("several texts at the same time do not disturb each other", async () => {
		const { model } = await tinyTextModel(runtime, { hasEnd: false });
		const write = (prompt) => collect(model, model.promptOf(prompt), {
			temperature: 0,
			maxTokens: 8
		});
		const alone = [await write("ab"), await write("gh")];
		expect(await Promise.all([write("ab"), write("gh")])).toEqual(alone);
		await model.close();
	});
	test("ends before a stop string that spans tokens, and shows nothing of it", async () => {
		const { model } = await tinyTextModel(runtime, { hasEnd: false });
		const free = await collect(model, model.promptOf("a"), {
			seed: 5,
			maxTokens: 16
		});
		for (const stop of [free.text.slice(4, 7), free.text.slice(2, 3)]) {
			const stopped = await collect(model, model.promptOf("a"), {
				seed: 5,
				maxTokens: 16,
				stop: [stop]
			});
			expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)));
			expect(stopped.finish).toBe("stop");
		}
		await model.close();
	});
	test("never says a pair of tokens twice where that is ruled out", async () => {
		const { model } = await tinyTextModel(runtime, { hasEnd: false });
		const { ids } = await collect(model, model.promptOf("ab"), {
			temperature: 0,
			maxTokens: 40,
			noRepeatNgram: 2
		});
		const all = [...model.promptOf("ab"), ...ids];
		const pairs = all.slice(1).map((id, place) => `${all[place]} ${id}`);
		expect(new Set(pairs).size).toBe(pairs.length);
		await model.close();
	});
});
describe("a prompt", () => {
	test("that is longer than the context is refused, unless its end is asked for", async () => {
		const { model } = await tinyTextModel(runtime, {
			hasEnd: false,
			context: 8
		});
		const prompt = model.promptOf("abcdefghabcdefgh");
		await expect(collect(model, prompt, {})).rejects.toThrow("the prompt: expected at most 8 tokens, the model’s context, got 17. Shorten it");
		const options = {
			temperature: 0,
			maxTokens: 5
		};
		const kept = await collect(model, prompt, {
			...options,
			shouldKeepEnd: true
		});
		expect(kept).toEqual(await collect(model, prompt.slice(-8), options));
		await model.close();
	});
	test("that is empty is refused, as are options that make no sense", async () => {
		const { model } = await tinyTextModel(runtime);
		await expect(collect(model, [], {})).rejects.toThrow("the prompt is empty");
		for (const options of [
			{ maxTokens: 0 },
			{ beams: 1.5 },
			{ noRepeatNgram: -1 },
			{ repetitionPenalty: 0 }
		]) await expect(collect(model, [1], options)).rejects.toThrow(/expected a .* got/);
		await model.close();
	});
});
describe("beam search", () => {
	/** All texts of up to `length` tokens after a prompt, with the mean of their logarithms. */
	const allTexts = async (tiny, prompt, length, end) => {
		let open = [{
			ids: [],
			sum: 0
		}];
		const complete = [];
		for (let step = 1; step <= length; step++) {
			const rows = await logProbabilities(tiny, open.map(({ ids }) => [...prompt, ...ids]));
			const longer = open.flatMap(({ ids, sum }, index) => rows[index].map((logarithm, id) => ({
				ids: [...ids, id],
				sum: sum + logarithm
			})));
			for (const { ids, sum } of longer) if (ids.at(-1) === end) complete.push({
				ids: ids.slice(0, -1),
				sum,
				length: step
			});
			open = longer.filter(({ ids }) => ids.at(-1) !== end);
		}
		return [...complete, ...open.map((text) => ({
			...text,
			length
		}))];
	};
	test.each([
		{
			lengthPenalty: 0,
			hasEnd: true,
			seed: 1
		},
		{
			lengthPenalty: 0,
			hasEnd: true,
			seed: 3
		},
		{
			lengthPenalty: 1,
			hasEnd: false,
			seed: 2
		}
	])("with enough beams finds the best of all texts: $lengthPenalty, $hasEnd, $seed", async ({ lengthPenalty, ...options }) => {
		const tiny = await tinyTextModel(runtime, {
			letters: "abc",
			...options
		});
		const prompt = tiny.model.promptOf("ab");
		const best = (await allTexts(tiny, prompt, 3, options.hasEnd ? 2 : void 0)).reduce((a, b) => b.sum / b.length ** lengthPenalty > a.sum / a.length ** lengthPenalty ? b : a);
		const { ids } = await collect(tiny.model, prompt, {
			beams: 49,
			maxTokens: 3,
			lengthPenalty
		});
		expect(ids).toEqual(best.ids);
		await tiny.model.close();
	});
	test("with few beams finds what following them without a cache finds", async () => {
		const tiny = await tinyTextModel(runtime, {
			hasEnd: false,
			seed: 4
		});
		const prompt = tiny.model.promptOf("abc");
		let beams = [{
			ids: [],
			sum: 0
		}];
		for (let step = 0; step < 10; step++) {
			const rows = await logProbabilities(tiny, beams.map(({ ids }) => [...prompt, ...ids]));
			beams = beams.flatMap(({ ids, sum }, index) => rows[index].map((logarithm, id) => ({
				ids: [...ids, id],
				sum: sum + logarithm
			}))).sort((a, b) => b.sum - a.sum).slice(0, 3);
		}
		const { ids, pieces } = await collect(tiny.model, prompt, {
			beams: 3,
			maxTokens: 10
		});
		expect(ids).toEqual(beams[0].ids);
		expect(pieces).toHaveLength(1);
		await tiny.model.close();
	});
});
export {};
