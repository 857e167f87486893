/**
 * Every operation against the node cases of the ONNX project, through its counterpart in the
 * engine's vocabulary. A case that the vocabulary cannot say must be named below.
 */

import { describe, expect, it } from 'vitest'
import { gradients } from '../src/engine/autodiff/gradient.js'
import { createGraph, input } from '../src/engine/graph/graph.js'
import type { Value } from '../src/engine/graph/value.js'
import type { Tensor } from '../src/engine/tensor/tensor.js'
import { createInlineRuntime } from '../src/platform/node/runtime.js'
import { compareResults } from './support/check-gradient.js'
import { decodeTensor, type OnnxCase, readOnnxCases } from './support/onnx/cases.js'
import { readAttributes, refuse, Unsupported } from './support/onnx/node.js'
import { leftOut, onnxOperators } from './support/onnx/operators.js'
import { unsupportedCases } from './support/onnx/unsupported.js'

const runtime = createInlineRuntime({ threads: 1 })
const { cases, isComplete } = readOnnxCases()

const takenTensor = (encoded: OnnxCase['inputs'][number]): Tensor =>
  decodeTensor(encoded) ?? refuse(`${encoded.dtype} is no dtype of the engine`)

/** The values of a case's outputs, by name; its tensors are fed under their own names. */
const build = ({ nodes, inputs, initializers }: OnnxCase) => {
  const feeds = Object.fromEntries(
    [...inputs, ...initializers].map((encoded) => [encoded.name, takenTensor(encoded)]),
  )
  const values: Record<string, Value> = {}
  for (const [name, tensor] of Object.entries(feeds)) values[name] = input(name, tensor)
  for (const { op, inputs: names, outputs, attrs } of nodes) {
    const results =
      op === 'Gradient'
        ? gradients(
            values[String(attrs.y)]!,
            names.map((name) => values[name]!),
          )
        : onnxOperators[op]!(
            names.map((name) =>
              name === '' ? undefined : { value: values[name]!, tensor: feeds[name]! },
            ),
            readAttributes(attrs),
            outputs.length,
          )
    const list = Array.isArray(results) ? results : [results]
    outputs.forEach((name, index) => {
      if (list[index] !== undefined) values[name] = list[index]
    })
  }
  return { feeds, values }
}

/** Throws when the engine's results differ, or Unsupported when it cannot say the case. */
const runCase = async (single: OnnxCase): Promise<void> => {
  const expected = Object.fromEntries(
    single.outputs.map((encoded) => [encoded.name, takenTensor(encoded)]),
  )
  const { feeds, values } = build(single)
  const outputs = Object.fromEntries(
    Object.keys(expected).flatMap((name) => {
      const value = values[name]
      // A result that is an input passes on under another name; fetch it as it is.
      return value === undefined ? [] : [[`result ${name}`, value]]
    }),
  )
  const graph = createGraph(outputs)
  for (const { shape } of [...Object.values(graph.inputs), ...Object.values(outputs)]) {
    if (shape.includes(0)) refuse('a tensor has at least one element')
  }
  const program = await runtime.createProgram(graph)
  const fed = Object.fromEntries(Object.keys(graph.inputs).map((name) => [name, feeds[name]!]))
  const found = await program.run(fed)
  await program.close()
  for (const [name, result] of Object.entries(found)) {
    const tensor = expected[name.slice('result '.length)]!
    expect(result).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape })
    compareResults({ [name]: result }, { [name]: tensor }, { absolute: 1e-6, relative: 1e-4 })
  }
}

const operatorsOf = ({ nodes }: OnnxCase) => nodes.map(({ op }) => op)
const isCovered = (single: OnnxCase) =>
  operatorsOf(single).every((op) => op === 'Gradient' || op in onnxOperators)

const covered = cases.filter(isCovered)
const nameOf = (single: OnnxCase) => operatorsOf(single).join(' and ')
const operatorNames = [...new Set(covered.map(nameOf))]
const refused: string[] = []

describe.each(operatorNames)('the cases of %s', (operator) => {
  it('give the expected results', async () => {
    for (const single of covered.filter((candidate) => nameOf(candidate) === operator)) {
      try {
        await runCase(single)
      } catch (error) {
        const message = (error as Error).message
        const isBlind = operator === 'Attention' && message.endsWith('NaN instead of 0')
        if (!(error instanceof Unsupported) && !isBlind) {
          throw new Error(`${single.case}: ${message}`, { cause: error })
        }
        refused.push(`${single.case}: ${isBlind ? 'a query that sees no key gets NaN' : message}`)
      }
    }
  })
})

describe('what is not covered', () => {
  it('is named case by case, with its reason', () => {
    const named = Object.entries(unsupportedCases).flatMap(([reason, names]) =>
      names.map((name) => `${name}: ${reason}`),
    )
    if (isComplete) expect(refused.sort()).toEqual(named.sort())
    else expect(named).toEqual(expect.arrayContaining(refused))
  })

  it('is named operator by operator, with its reason', () => {
    const missing = cases.filter((single) => !isCovered(single)).flatMap(operatorsOf)
    for (const operator of missing) expect(Object.keys(leftOut)).toContain(operator)
    for (const operator of Object.keys(leftOut)) expect(onnxOperators).not.toHaveProperty(operator)
  })

  it.runIf(isComplete)('is the smaller part', () => {
    const matched = covered.length - refused.length
    expect({ cases: cases.length, covered: covered.length, matched }).toEqual({
      cases: 645,
      covered: 563,
      matched: 474,
    })
  })
})
