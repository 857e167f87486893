/**
 * The checks on a WebGPU device, for a process of their own: a fault of the device, its driver or
 * the runtime ends the process.
 */

import { createGraph, input } from '../../src/engine/graph/graph.js'
import { add } from '../../src/engine/operations/index.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { checkBuffers } from './buffers.js'
import { check, tell } from './check.js'
import { checkModels } from './models.js'
import { checkOnnxCases, checkOperations } from './operations.js'

const device = createInlineRuntime({ device: 'webgpu' })
const cpu = createInlineRuntime({ threads: 1 })

const findAdapter = async (): Promise<boolean> => {
  const one = input('x', { dtype: 'float32', shape: [] })
  try {
    const program = await device.createProgram(createGraph({ two: add(one, one) }))
    await program.close()
    return true
  } catch (error) {
    tell({ kind: 'no adapter', message: error instanceof Error ? error.message : String(error) })
    return false
  }
}

if (await findAdapter()) {
  await checkOperations(device, cpu)
  await checkOnnxCases(device)
  await checkBuffers(device, cpu)
  await checkModels(device, cpu)
  await check('frees what it holds', () => device.close())
}
