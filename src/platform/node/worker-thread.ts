/** Starts worker threads with code of this package. */

import { Worker } from 'node:worker_threads'

/**
 * A worker that runs a file. Flags of the process are meant for its own program: where that was
 * given as text, with --input-type, a worker would refuse to take a file.
 */
export const startWorker = (file: URL, workerData: unknown): Worker =>
  new Worker(workerFile(file), { workerData, execArgv: [] })

/**
 * The file of a worker beside a module. Tests run the TypeScript sources, which worker threads
 * cannot load, so they take the compiled file: `npm test` builds first.
 */
export const workerFile = (url: URL): URL =>
  import.meta.url.endsWith('.ts') ? new URL(url.href.replace('/src/', '/dist/')) : url
