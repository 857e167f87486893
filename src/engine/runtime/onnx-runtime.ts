/** The parts of onnxruntime-node and onnxruntime-web that the engine needs. */

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import { RuntimeError } from '../../errors.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Device } from './runtime.js'

export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
}

/** Where a tensor of the runtime lies. */
export type Location = 'cpu' | 'gpu-buffer'

/** The tensor as the runtime knows it, on the same bytes. */
export const toOrt = (ort: OnnxRuntime, { dtype, shape, data }: Tensor): OrtTensor =>
  new ort.Tensor(dtype, data, shape)

/** A tensor of the runtime in main memory, on the same bytes. */
export const fromOrt = (value: OrtTensor): Tensor =>
  // Graphs compute in the engine's dtypes only.
  ({ dtype: value.type, shape: value.dims, data: value.data }) as Tensor

/** The first line of what the runtime says; the others are its own stack. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!

/** Loads a model. Throws RuntimeError when the runtime refuses it or has no adapter. */
export const createSession = (
  ort: OnnxRuntime,
  device: Device,
  model: Uint8Array,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> =>
  ort.InferenceSession.create(model, {
    executionProviders: device === 'cpu' ? ['cpu'] : ['webgpu', 'cpu'],
    graphOptimizationLevel: 'all',
    // Planned memory is one block beside all that the first run took: 1.7 GB where the same step
    // needs 1.1, and no faster.
    enableMemPattern: false,
    // Every session has threads of its own, and by default they spin long after a run: those of one
    // session then take the cores from the next, and a small step takes twice the time.
    extra: { session: { intra_op: { spin_duration_us: '1000' } } },
    // What fails is thrown; it need not be printed as well.
    logSeverityLevel: 4,
    ...options,
  }).catch((error: unknown) => {
    const message = messageOf(error)
    const reason = /get a WebGPU adapter/.test(message)
      ? 'no adapter was found; choose the device cpu, or install a driver for Vulkan, Metal or Direct3D 12'
      : `the program cannot be loaded: ${message}`
    throw new RuntimeError(`${device}: ${reason}`, { cause: error })
  })
