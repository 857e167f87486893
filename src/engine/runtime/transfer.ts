/**
 * Moves tensors between main memory and a device, by sessions that do nothing else: in Node, asking
 * a tensor of the device for its data ends the whole process.
 */

import type { Tensor as OrtTensor } from 'onnxruntime-common'
import { createGraph, input } from '../graph/graph.js'
import { emitOnnx } from '../onnx/emit.js'
import type { DType } from '../tensor/dtype.js'
import { createSession, type Location, type OnnxRuntime } from './onnx-runtime.js'
import type { Device } from './runtime.js'

type OrtTensors = Readonly<Record<string, OrtTensor>>

/** Copies tensors to a location. */
export type Transfer = (tensors: OrtTensors, location: Location) => Promise<OrtTensors>

/** Whether the devices hold tensors of a dtype; those of others stay in main memory. */
export const isHeldByDevices = (dtype: DType): boolean => dtype !== 'float64' && dtype !== 'int8'

const movedName = (name: string) => `moved ${name}`

export const createTransfer =
  (ort: OnnxRuntime, device: Device): Transfer =>
  async (tensors, location) => {
    const names = Object.keys(tensors)
    if (names.length === 0) return {}
    const outputs = Object.fromEntries(
      Object.entries(tensors).map(([name, { type, dims }]) => [
        movedName(name),
        input(name, { dtype: type as DType, shape: dims }),
      ]),
    )
    const session = await createSession(ort, device, emitOnnx(createGraph(outputs)), {
      preferredOutputLocation: Object.fromEntries(
        names.map((name) => [movedName(name), location] as const),
      ),
    })
    const moved = await session.run(tensors)
    await session.release()
    return Object.fromEntries(names.map((name) => [name, moved[movedName(name)] as OrtTensor]))
  }
