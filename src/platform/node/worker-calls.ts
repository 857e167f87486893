/** Calls to a worker thread: requests that are answered one by one, in any order. */

import { parentPort, type Worker } from 'node:worker_threads'
import { DataError, RuntimeError, TesseraeError } from '../../errors.js'
import { startWorker } from './worker-thread.js'

interface Call<Request> {
  readonly id: number
  readonly request: Request
}

/** `fault`: the message of a DataError. `bug`: anything else that was thrown. */
type Answer<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly fault: string }
  | { readonly id: number; readonly bug: string }

export interface WorkerCalls<Request, Result> {
  call(request: Request): Promise<Result>
  /** Calls that wait for their answer. */
  pending(): number
  close(): Promise<void>
}

interface Waiting<Result> {
  resolve(result: Result): void
  reject(error: Error): void
}

/** One worker thread, started with the first call; it keeps the process alive while it works. */
export const createWorkerCalls = <Request, Result>(
  file: URL,
  workerData: unknown,
): WorkerCalls<Request, Result> => {
  const waiting = new Map<number, Waiting<Result>>()
  let worker: Worker | undefined
  let count = 0
  let isClosed = false

  const failAll = (cause?: unknown) => {
    worker = undefined
    for (const { reject } of waiting.values()) {
      reject(new RuntimeError('media: a decoding thread ended before its picture', { cause }))
    }
    waiting.clear()
  }

  const receive = (answer: Answer<Result>) => {
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker?.unref()
    if ('result' in answer) call?.resolve(answer.result)
    else if ('fault' in answer) call?.reject(new DataError(answer.fault))
    else call?.reject(new Error(`decoding thread: ${answer.bug}`))
  }

  const start = () => {
    const started = startWorker(file, workerData)
    started.on('message', receive)
    started.on('error', failAll)
    started.on('exit', () => {
      if (worker === started) failAll()
    })
    return started
  }

  return {
    call: (request) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw new RuntimeError('media: already closed; create it again')
        worker ??= start()
        const id = count++
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, request } satisfies Call<Request>)
      }),
    pending: () => waiting.size,
    close: async () => {
      isClosed = true
      await worker?.terminate()
      failAll()
    },
  }
}

/** The worker's side: answers each call with what `work` makes of it; its pixels are handed over. */
export const answerCalls = <Request, Result extends { readonly data: Uint8Array } | undefined>(
  work: (request: Request) => Promise<Result>,
): void => {
  const answer = (message: Answer<Result>, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, transfer)
  parentPort?.on('message', ({ id, request }: Call<Request>) => {
    work(request).then(
      // Workers make pictures in memory of their own.
      (result) => answer({ id, result }, result && [result.data.buffer as ArrayBuffer]),
      (error: unknown) =>
        answer(
          error instanceof TesseraeError
            ? { id, fault: error.message }
            : { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        ),
    )
  })
}
