/**
 * Moves tensors between main memory and a device, by sessions that do nothing else: in Node, asking
 * a tensor of the device for its data ends the whole process.
 */

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common'
import { createGraph, input } from '../graph/graph.js'
import { emitOnnx } from '../onnx/emit.js'
import type { DType } from '../tensor/dtype.js'
import { createSession, type Location, type OnnxRuntime } from './onnx-runtime.js'
import type { Device } from './runtime.js'

type OrtTensors = Readonly<Record<string, OrtTensor>>

export interface Transfer {
  /** Copies tensors to a location. Those of the device must be gone before the transfer closes. */
  move(tensors: OrtTensors, location: Location): Promise<OrtTensors>
  close(): Promise<void>
}

/** Whether the devices hold tensors of a dtype; those of others stay in main memory. */
export const isHeldByDevices = (dtype: DType): boolean => dtype !== 'float64' && dtype !== 'int8'

const movedName = (name: string) => `moved ${name}`

export const createTransfer = (ort: OnnxRuntime, device: Device): Transfer => {
  // A tensor of the device belongs to the session that made it; freeing it later ends the process.
  const kept = new Map<string, InferenceSession>()

  const open = (tensors: OrtTensors, location: Location): Promise<InferenceSession> => {
    const outputs = Object.fromEntries(
      Object.entries(tensors).map(([name, { type, dims }]) => [
        movedName(name),
        // It was made of a tensor, whose dtype its type is.
        input(name, { dtype: type as DType, shape: dims }),
      ]),
    )
    return createSession(ort, device, emitOnnx(createGraph(outputs)), {
      preferredOutputLocation: Object.fromEntries(
        Object.keys(outputs).map((name) => [name, location] as const),
      ),
    })
  }

  const run = async (session: InferenceSession, tensors: OrtTensors): Promise<OrtTensors> => {
    // Graphs compute tensors, and none of the runtime's other values.
    const moved = await session.run(tensors)
    return Object.fromEntries(
      Object.keys(tensors).map((name) => [name, moved[movedName(name)] as OrtTensor]),
    )
  }

  return {
    async move(tensors, location) {
      const entries = Object.entries(tensors)
      if (entries.length === 0) return {}
      if (location === 'cpu') {
        const session = await open(tensors, location)
        try {
          return await run(session, tensors)
        } finally {
          await session.release()
        }
      }
      const key = JSON.stringify(entries.map(([name, { type, dims }]) => [name, type, dims]))
      const session = kept.get(key) ?? (await open(tensors, location))
      kept.set(key, session)
      return run(session, tensors)
    },
    async close() {
      for (const session of kept.values()) await session.release()
      kept.clear()
    },
  }
}
