/**
 * Every operation against the node cases of the ONNX project, through its counterpart in the
 * engine's vocabulary. A case that the vocabulary cannot say must be named below.
 */

import { describe, expect, it } from 'vitest'
import { createInlineRuntime } from '../src/platform/node/runtime.js'
import { type OnnxCase, readOnnxCases } from './support/onnx/cases.js'
import {
  buildCase,
  checkCase,
  computeCases,
  isCovered,
  operatorsOf,
} from './support/onnx/compute-cases.js'
import { Unsupported } from './support/onnx/node.js'
import { leftOut, onnxOperators } from './support/onnx/operators/index.js'
import { unsupportedCases } from './support/onnx/unsupported.js'

const runtime = createInlineRuntime({ threads: 1 })
const { cases, isComplete } = readOnnxCases()

const covered = cases.filter(isCovered)
const nameOf = (single: OnnxCase) => operatorsOf(single).join(' and ')
const operatorNames = [...new Set(covered.map(nameOf))]
const refused: string[] = []

describe.each(operatorNames)('the cases of %s', (operator) => {
  it('give the expected results', async () => {
    for (const single of covered.filter((candidate) => nameOf(candidate) === operator)) {
      try {
        const built = buildCase(single)
        checkCase(await computeCases(runtime, [built]), built)
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
