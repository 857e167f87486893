/** The worker thread in which a runtime's host lives. */

import { parentPort, workerData } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { type Answer, type Request, serveHost } from '../../engine/runtime/connect.js'
import { createHost } from '../../engine/runtime/host.js'
import type { RuntimeOptions } from '../../engine/runtime/runtime.js'

const port = parentPort!

// What `runtime.ts` starts the worker with.
serveHost(createHost(ort, workerData as RuntimeOptions), {
  send: (message: Answer, transfer) => port.postMessage(message, transfer),
  onMessage: (receive) => port.on('message', (request: Request) => receive(request)),
})
