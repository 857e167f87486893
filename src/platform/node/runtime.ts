/** ONNX Runtime on Node: in a worker thread, so that the main thread never blocks, or inline. */

import { availableParallelism } from 'node:os'
import * as ort from 'onnxruntime-node'
import {
  type Answer,
  type Channel,
  connectHost,
  createRuntime,
  localHost,
  type Request,
} from '../../engine/runtime/connect.js'
import { createHost } from '../../engine/runtime/host.js'
import type { Runtime, RuntimeOptions } from '../../engine/runtime/runtime.js'
import { startWorker } from './worker-thread.js'

/** A runtime in the calling thread, which its runs block; for tests and for use inside of workers. */
export const createInlineRuntime = (options: RuntimeOptions = {}): Runtime => {
  const host = createHost(ort, options)
  return createRuntime(localHost(host), options.device ?? 'cpu', host.close)
}

/** A runtime in a worker thread of its own. */
export const createNodeRuntime = (options: RuntimeOptions = {}): Runtime => {
  const resolved = { threads: availableParallelism(), ...options }
  const worker = startWorker(new URL('./runtime-worker.js', import.meta.url), resolved)
  // The process may end while the worker waits for work; a request keeps it alive.
  worker.unref()
  let open = 0
  const channel: Channel<Request, Answer> = {
    send(message, transfer) {
      if (open++ === 0) worker.ref()
      worker.postMessage(message, transfer)
    },
    onMessage(receive) {
      worker.on('message', (answer: Answer) => {
        if (--open === 0) worker.unref()
        receive(answer)
      })
    },
    onEnd(receive) {
      worker.on('error', (error) => receive(`the runtime's worker failed: ${error.message}`))
      worker.on('exit', () => receive('the runtime was closed'))
    },
  }
  return createRuntime(connectHost(channel), options.device ?? 'cpu', async () => {
    await worker.terminate()
  })
}
