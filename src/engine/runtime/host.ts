/**
 * Programs and buffers behind numbered handles, executed by ONNX Runtime on the calling thread.
 * Its `run()` blocks that thread, so applications talk to a host in a worker; see `runtime.ts`.
 */

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import { RuntimeError } from '../../errors.js'
import { sizeOf } from '../tensor/shape.js'
import { printType, type Tensor } from '../tensor/tensor.js'
import type { Append, Device, RunOptions, RuntimeOptions, Tensors } from './runtime.js'

/** The parts of onnxruntime-node and onnxruntime-web that a host needs. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
}

/** A program as it crosses to the host. */
export interface ProgramDescription {
  readonly model: Uint8Array
  readonly buffers: number | undefined
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly updates: Readonly<Record<string, string>>
  readonly appends: Readonly<Record<string, Append>>
}

export interface Host {
  createBuffers(tensors: Tensors): number
  writeBuffers(handle: number, tensors: Tensors): void
  readBuffers(handle: number, names?: readonly string[]): Promise<Record<string, Tensor>>
  closeBuffers(handle: number): void
  createProgram(description: ProgramDescription): Promise<number>
  run(handle: number, feeds: Tensors, options: RunOptions): Promise<Record<string, Tensor>>
  closeProgram(handle: number): Promise<void>
}

/** A buffer: our own bytes on the CPU, a tensor of the device elsewhere once a run has made one. */
interface Buffer {
  readonly ort: OrtTensor
  readonly tensor: Tensor | undefined
}

interface LoadedProgram extends ProgramDescription {
  readonly session: InferenceSession
  readonly fetched: readonly string[]
}

/** Copies the output into the buffer's rows from `position` on, along the axis. */
const append = (output: Tensor, buffer: Tensor, axis: number, position: number): void => {
  const inner = sizeOf(buffer.shape.slice(axis + 1))
  const outer = sizeOf(buffer.shape.slice(0, axis))
  const [rows, capacity] = [output.shape[axis]!, buffer.shape[axis]!]
  if (position < 0 || position + rows > capacity) {
    throw new RuntimeError(
      `run: position ${position} and ${rows} more do not fit into ${printType(buffer)}`,
    )
  }
  const target = buffer.data as Float32Array
  const source = output.data as Float32Array
  for (let index = 0; index < outer; index++) {
    target.set(
      source.subarray(index * rows * inner, (index + 1) * rows * inner),
      (index * capacity + position) * inner,
    )
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!

const executionProviders = (device: Device) => (device === 'cpu' ? ['cpu'] : ['webgpu', 'cpu'])

export const createHost = (
  ort: OnnxRuntime,
  { device = 'cpu', threads }: RuntimeOptions = {},
): Host => {
  const bufferSets = new Map<number, Map<string, Buffer>>()
  const programs = new Map<number, LoadedProgram>()
  let handles = 0

  const toOrt = ({ dtype, shape, data }: Tensor): OrtTensor => new ort.Tensor(dtype, data, shape)
  const fromOrt = async (value: OrtTensor): Promise<Tensor> =>
    ({
      dtype: value.type,
      shape: value.dims,
      data: value.location === 'cpu' ? value.data : await value.getData(),
    }) as Tensor
  const find = <Item>(items: Map<number, Item>, handle: number, what: string): Item => {
    const item = items.get(handle)
    if (item === undefined) throw new RuntimeError(`runtime: these ${what} were closed already`)
    return item
  }
  const buffersOf = (handle: number) => find(bufferSets, handle, 'buffers')

  /** Takes an output of the device as the new buffer and releases the old one. */
  const replace = (buffers: Map<string, Buffer>, name: string, ortTensor: OrtTensor) => {
    buffers.get(name)?.ort.dispose()
    buffers.set(name, { ort: ortTensor, tensor: undefined })
  }

  return {
    createBuffers(tensors) {
      const handle = handles++
      bufferSets.set(handle, new Map())
      this.writeBuffers(handle, tensors)
      return handle
    },
    writeBuffers(handle, tensors) {
      const buffers = buffersOf(handle)
      for (const [name, tensor] of Object.entries(tensors)) {
        buffers.get(name)?.ort.dispose()
        buffers.set(name, { ort: toOrt(tensor), tensor })
      }
    },
    async readBuffers(handle, names) {
      const buffers = buffersOf(handle)
      const result: Record<string, Tensor> = {}
      for (const name of names ?? buffers.keys()) {
        const buffer = buffers.get(name)
        if (buffer === undefined) throw new RuntimeError(`runtime: there is no buffer "${name}"`)
        const tensor = buffer.tensor ?? (await fromOrt(buffer.ort))
        result[name] = { ...tensor, data: tensor.data.slice() } as Tensor
      }
      return result
    },
    closeBuffers(handle) {
      for (const { ort: tensor } of buffersOf(handle).values()) tensor.dispose()
      bufferSets.delete(handle)
    },
    async createProgram(description) {
      const { updates, appends, outputs } = description
      const options: InferenceSession.SessionOptions = {
        executionProviders: executionProviders(device),
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        ...(device === 'cpu'
          ? {}
          : {
              preferredOutputLocation: Object.fromEntries(
                outputs.map((name) => [name, name in updates ? 'gpu-buffer' : 'cpu']),
              ),
            }),
      }
      const session = await ort.InferenceSession.create(description.model, options).catch(
        (error: unknown) => {
          throw new RuntimeError(`${device}: the program cannot be loaded: ${messageOf(error)}`, {
            cause: error,
          })
        },
      )
      const handle = handles++
      const fetched = outputs.filter((name) => !(name in updates) && !(name in appends))
      programs.set(handle, { ...description, session, fetched })
      return handle
    },
    async run(handle, feeds, { position = 0 }) {
      const program = find(programs, handle, 'programs')
      const buffers = program.buffers === undefined ? new Map() : buffersOf(program.buffers)
      const inputs: Record<string, OrtTensor> = {}
      for (const name of program.inputs) {
        const fed = feeds[name]
        const value = fed === undefined ? buffers.get(name)?.ort : toOrt(fed)
        if (value === undefined) {
          throw new RuntimeError(`run: the input "${name}" was not fed and is no buffer`)
        }
        inputs[name] = value
      }
      const inPlace = device === 'cpu'
      const fetches: Record<string, OrtTensor | null> = {}
      for (const name of program.outputs) {
        const target = program.updates[name]
        fetches[name] = target !== undefined && inPlace ? buffers.get(target)!.ort : null
      }
      const results = await program.session.run(inputs, fetches).catch((error: unknown) => {
        throw new RuntimeError(`${device}: the run failed: ${messageOf(error)}`, { cause: error })
      })
      for (const [name, target] of Object.entries(program.updates)) {
        if (!inPlace) replace(buffers, target, results[name] as OrtTensor)
      }
      for (const [name, { buffer, axis }] of Object.entries(program.appends)) {
        append(
          await fromOrt(results[name] as OrtTensor),
          buffers.get(buffer)!.tensor!,
          axis,
          position,
        )
      }
      const fetched: Record<string, Tensor> = {}
      for (const name of program.fetched) fetched[name] = await fromOrt(results[name] as OrtTensor)
      return fetched
    },
    async closeProgram(handle) {
      const { session } = find(programs, handle, 'programs')
      programs.delete(handle)
      await session.release()
    },
  }
}
