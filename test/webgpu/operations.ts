/** Every operation and its gradient on a device, against the CPU and the node cases of ONNX. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import type { Tensor } from '../../src/engine/tensor/tensor.js'
import {
  type Computation,
  compareResults,
  differentiate,
  differentiateAll,
  withPrecision,
} from '../support/check-gradient.js'
import { readOnnxCases } from '../support/onnx/cases.js'
import { buildCase, checkCase, computeCases, isCovered } from '../support/onnx/compute-cases.js'
import { unsupportedCases } from '../support/onnx/unsupported.js'
import { operationCases } from '../support/operation-cases/index.js'
import { check, tell } from './check.js'

const tolerance = { absolute: 1e-4, relative: 1e-3 }

/** All in one program, 20 times as fast as one by one; undefined if that fails. */
const atOnce = async <Results>(
  what: string,
  compute: () => Promise<Results>,
): Promise<Results | undefined> => {
  tell({ kind: 'started', check: what })
  return compute().catch(() => undefined)
}

export const checkOperations = async (device: Runtime, cpu: Runtime) => {
  const computations: Record<string, Computation> = {}
  const exact: Record<string, Computation> = {}
  for (const [operation, cases] of Object.entries(operationCases)) {
    for (const [index, { reference, ...single }] of cases.entries()) {
      const name = `${operation} ${index + 1}`
      computations[name] = withPrecision(single, 'float32')
      exact[name] = { ...single, compute: reference ?? single.compute }
    }
  }
  const found = await atOnce('all operations in one program', () =>
    differentiateAll(device, computations),
  )
  const expected = await differentiateAll(cpu, exact)
  for (const [name, computation] of Object.entries(computations)) {
    await check(`computes ${name} and its gradient`, async () => {
      const results = found?.[name] ?? (await differentiate(device, computation))
      compareResults(results, expected[name]!, tolerance)
    })
  }
}

export const checkOnnxCases = async (device: Runtime) => {
  const unsupported = new Set(Object.values(unsupportedCases).flat())
  const built = readOnnxCases()
    .cases.filter((single) => isCovered(single) && !unsupported.has(single.case))
    .map((single) => ({ name: single.case, built: buildCase(single) }))
  const found: Record<string, Tensor> | undefined = await atOnce('all ONNX cases at once', () =>
    computeCases(
      device,
      built.map(({ built }) => built),
    ),
  )
  for (const { name, built: single } of built) {
    await check(`computes the ONNX case ${name}`, async () => {
      checkCase(found ?? (await computeCases(device, [single])), single, tolerance)
    })
  }
}
