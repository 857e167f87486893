/**
 * Programs and buffers behind numbered handles, executed by ONNX Runtime on the calling thread.
 * Its `run()` blocks that thread, so applications talk to a host in a worker; see `runtime.ts`.
 */

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common'
import { RuntimeError } from '../../errors.js'
import type { DType } from '../tensor/dtype.js'
import type { Tensor } from '../tensor/tensor.js'
import { type BufferSet, createBufferSet } from './buffer-set.js'
import { createSession, fromOrt, messageOf, type OnnxRuntime, toOrt } from './onnx-runtime.js'
import type { Append, RunOptions, RuntimeOptions, Tensors } from './runtime.js'
import { createTransfer, isHeldByDevices } from './transfer.js'

/** A program as it crosses to the host. */
export interface ProgramDescription {
  readonly model: Uint8Array
  readonly buffers: number | undefined
  readonly inputs: readonly string[]
  readonly outputs: Readonly<Record<string, DType>>
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
  /** Closes every program and all buffers. */
  close(): Promise<void>
}

interface LoadedProgram extends ProgramDescription {
  readonly session: InferenceSession
  readonly fetched: readonly string[]
}

export const createHost = (
  ort: OnnxRuntime,
  { device = 'cpu', threads }: RuntimeOptions = {},
): Host => {
  const bufferSets = new Map<number, BufferSet>()
  const programs = new Map<number, LoadedProgram>()
  const transfer = device === 'cpu' ? undefined : createTransfer(ort, device)
  const noBuffers = createBufferSet(ort)
  let handles = 0

  const buffersOf = (handle: number) => find(bufferSets, handle, 'buffers')

  const host: Host = {
    createBuffers(tensors) {
      const handle = handles++
      bufferSets.set(handle, createBufferSet(ort, transfer))
      host.writeBuffers(handle, tensors)
      return handle
    },
    writeBuffers: (handle, tensors) => buffersOf(handle).write(tensors),
    readBuffers: async (handle, names) => buffersOf(handle).read(names),
    closeBuffers(handle) {
      buffersOf(handle).close()
      bufferSets.delete(handle)
    },
    async createProgram(description) {
      const { updates, appends, outputs } = description
      const session = await createSession(ort, device, description.model, {
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        ...(device === 'cpu' ? {} : { preferredOutputLocation: outputLocations(description) }),
      })
      const handle = handles++
      const fetched = Object.keys(outputs).filter(
        (name) => !(name in updates) && !(name in appends),
      )
      programs.set(handle, { ...description, session, fetched })
      return handle
    },
    async run(handle, feeds, { position = 0 }) {
      const program = find(programs, handle, 'programs')
      const { session, updates, appends, fetched } = program
      const buffers = program.buffers === undefined ? noBuffers : buffersOf(program.buffers)
      const inputs = await feedsOf(ort, program, feeds, buffers)
      const fetches = fetchesOf(program, buffers)
      const results = await session.run(inputs, fetches).catch((error: unknown) => {
        throw new RuntimeError(`${device}: the run failed: ${messageOf(error)}`, { cause: error })
      })
      // Graphs compute tensors, and none of the runtime's other values.
      const resultOf = (name: string) => results[name] as OrtTensor
      for (const [name, buffer] of Object.entries(updates)) buffers.replace(buffer, resultOf(name))
      for (const [name, append] of Object.entries(appends)) {
        await buffers.append(fromOrt(resultOf(name)), append, position)
      }
      return Object.fromEntries(fetched.map((name) => [name, fromOrt(resultOf(name))]))
    },
    async closeProgram(handle) {
      const { session, buffers, updates } = find(programs, handle, 'programs')
      programs.delete(handle)
      if (buffers !== undefined) await bufferSets.get(buffers)?.adopt(Object.values(updates))
      await session.release()
    },
    async close() {
      // What the programs have made first, then the programs.
      for (const handle of [...bufferSets.keys()]) host.closeBuffers(handle)
      for (const handle of [...programs.keys()]) await host.closeProgram(handle)
      await transfer?.close()
    },
  }
  return host
}

const find = <Item>(items: ReadonlyMap<number, Item>, handle: number, what: string): Item => {
  const item = items.get(handle)
  if (item === undefined) throw new RuntimeError(`runtime: these ${what} were closed already`)
  return item
}

/** Where a device leaves what a program computes: what takes the place of a buffer may stay there. */
const outputLocations = ({ outputs, updates }: ProgramDescription) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, dtype]) => {
      const staysOnDevice = name in updates && isHeldByDevices(dtype)
      return [name, staysOnDevice ? 'gpu-buffer' : 'cpu'] as const
    }),
  )

/** All inputs of a program: what is fed, and buffers for the rest. Throws RuntimeError. */
const feedsOf = async (
  ort: OnnxRuntime,
  { inputs }: LoadedProgram,
  fed: Tensors,
  buffers: BufferSet,
) => {
  const missing = inputs.find((name) => fed[name] === undefined && !buffers.has(name))
  if (missing !== undefined) {
    throw new RuntimeError(`run: the input "${missing}" was not fed and is no buffer`)
  }
  const feeds = await buffers.feed(inputs.filter((name) => fed[name] === undefined))
  for (const name of inputs) {
    const tensor = fed[name]
    if (tensor !== undefined) feeds[name] = toOrt(ort, tensor)
  }
  return feeds
}

/** Where a run writes its outputs: into the memory of buffers where there is some to spare. */
const fetchesOf = ({ outputs, updates }: LoadedProgram, buffers: BufferSet) => {
  const fetches: Record<string, OrtTensor | null> = {}
  for (const name of Object.keys(outputs)) {
    const target = updates[name]
    fetches[name] = target === undefined ? null : buffers.target(target)
  }
  return fetches
}
