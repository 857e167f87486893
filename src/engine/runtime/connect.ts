/**
 * A runtime in front of a host: in the same thread, or in a worker that a channel leads to. One
 * message asks, one answers; the tensors of an answer are handed over without a copy.
 */

import { RuntimeError } from '../../errors.js'
import { emitOnnx } from '../onnx/emit.js'
import { copyTensor, type Tensor } from '../tensor/tensor.js'
import type { Host } from './host.js'
import type { Buffers, Device, Program, Runtime, Tensors } from './runtime.js'

/** What is asked for over a channel; a host in a worker ends with its worker. */
type Method = Exclude<keyof Host, 'close'>

/** What is asked of a host in a worker. */
export interface Request {
  readonly id: number
  readonly method: Method
  readonly parameters: readonly unknown[]
}

/** What a host in a worker answers; `error` is the message of a RuntimeError. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

/** A worker, or the world outside of one, seen as a pair of one-way streets. */
export interface Channel<Sent, Received> {
  send(message: Sent, transfer: readonly ArrayBuffer[]): void
  onMessage(receive: (message: Received) => void): void
  /** Called when the other side is gone; nothing is received after it. The first reason counts. */
  onEnd?(receive: (reason: string) => void): void
}

/** A host whose methods all are asynchronous, wherever it runs. */
export type RemoteHost = {
  readonly [Name in Method]: (
    ...parameters: Parameters<Host[Name]>
  ) => Promise<Awaited<ReturnType<Host[Name]>>>
}

const arrayBuffersOf = (result: unknown): ArrayBuffer[] =>
  // A host answers with handles, with tensors by name, or with nothing.
  typeof result === 'object' && result !== null
    ? Array.from(
        new Set(Object.values(result as Record<string, Tensor>).map(({ data }) => data.buffer)),
      )
    : []

/** Answers the requests of a channel with a host. */
export const serveHost = (host: Host, channel: Channel<Answer, Request>): void => {
  // One request after another: ONNX Runtime blocks anyway, and order keeps state consistent.
  let last: Promise<void> = Promise.resolve()
  channel.onMessage(({ id, method, parameters }) => {
    last = last.then(async () => {
      try {
        // The union of methods cannot be called with a union of parameters; requests are typed.
        const call = host[method] as (...values: unknown[]) => unknown
        const result = await call.apply(host, [...parameters])
        channel.send({ id, result }, arrayBuffersOf(result))
      } catch (error) {
        channel.send({ id, error: error instanceof Error ? error.message : String(error) }, [])
      }
    })
  })
}

/** The host at the other end of a channel. */
export const connectHost = (channel: Channel<Request, Answer>): RemoteHost => {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  let requests = 0
  let ended: string | undefined
  channel.onMessage((answer) => {
    const { resolve, reject } = waiting.get(answer.id)!
    waiting.delete(answer.id)
    if ('error' in answer) reject(new RuntimeError(answer.error))
    // Whoever asked knows what the answer to the question is.
    else resolve(answer.result as never)
  })
  channel.onEnd?.((reason) => {
    // A worker that fails ends as well: what it failed of is to be known.
    ended ??= reason
    for (const { reject } of waiting.values()) reject(new RuntimeError(reason))
    waiting.clear()
  })
  const ask =
    (method: Method) =>
    (...parameters: readonly unknown[]): Promise<never> =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new RuntimeError(ended))
        const id = requests++
        waiting.set(id, { resolve, reject })
        channel.send({ id, method, parameters }, [])
      })
  return {
    createBuffers: ask('createBuffers'),
    writeBuffers: ask('writeBuffers'),
    readBuffers: ask('readBuffers'),
    closeBuffers: ask('closeBuffers'),
    createProgram: ask('createProgram'),
    run: ask('run'),
    closeProgram: ask('closeProgram'),
  }
}

/** What a channel would do: programs update their buffers in place, not what these came from. */
const copiesOf = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, copyTensor(tensor)]))

/** A host of this thread with the face of a remote one. */
export const localHost = (host: Host): RemoteHost => ({
  createBuffers: async (tensors) => host.createBuffers(copiesOf(tensors)),
  writeBuffers: async (handle, tensors) => host.writeBuffers(handle, copiesOf(tensors)),
  readBuffers: (handle, names) => host.readBuffers(handle, names),
  closeBuffers: async (handle) => host.closeBuffers(handle),
  createProgram: (description) => host.createProgram(description),
  run: (handle, feeds, options) => host.run(handle, feeds, options),
  closeProgram: (handle) => host.closeProgram(handle),
})

/** The runtime that a host serves; `close` ends the host. */
export const createRuntime = (
  host: RemoteHost,
  device: Device,
  close: () => Promise<void>,
): Runtime => {
  const handles = new WeakMap<Buffers, number>()
  const handleOf = (buffers: Buffers): number => {
    const handle = handles.get(buffers)
    if (handle === undefined) {
      throw new RuntimeError(
        'runtime: these buffers are of another runtime; create them with the one of the program',
      )
    }
    return handle
  }
  return {
    device,
    async createBuffers(tensors = {}) {
      const handle = await host.createBuffers(tensors)
      const buffers: Buffers = {
        write: (values) => host.writeBuffers(handle, values),
        read: (names) => host.readBuffers(handle, names),
        close: () => host.closeBuffers(handle),
      }
      handles.set(buffers, handle)
      return buffers
    },
    async createProgram(
      graph,
      { buffers, updates = {}, appends = {}, dimensions = [] } = {},
    ): Promise<Program> {
      const handle = await host.createProgram({
        model: emitOnnx(graph, { dimensions }),
        buffers: buffers === undefined ? undefined : handleOf(buffers),
        inputs: Object.keys(graph.inputs),
        outputs: Object.fromEntries(
          Object.entries(graph.outputs).map(([name, { dtype }]) => [name, dtype]),
        ),
        updates,
        appends,
      })
      return {
        run: (feeds, options = {}) => host.run(handle, feeds, options),
        close: () => host.closeProgram(handle),
      }
    },
    close,
  }
}
