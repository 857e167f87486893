/** A runtime that counts what is open, and fails where a test wants it to. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'

interface WatchedRuntime extends Runtime {
  /** Buffers and programs that were created and not closed. */
  readonly open: () => { readonly buffers: number; readonly programs: number }
}

interface Failures {
  /** From this program on, counted from 1, none can be created. */
  program?: number
  /** From this run of any program on, counted from 1, each fails. */
  run?: number
}

/** `failures` may be changed at any time; what was counted before counts. */
export const watchRuntime = (runtime: Runtime, failures: Failures = {}): WatchedRuntime => {
  const open = { buffers: 0, programs: 0 }
  const counts = { program: 0, run: 0 }
  const count = (what: keyof Failures) => {
    if (++counts[what] >= (failures[what] ?? Number.POSITIVE_INFINITY)) {
      throw new Error(`the ${what} fails on purpose`)
    }
  }
  return {
    ...runtime,
    open: () => ({ ...open }),
    async createBuffers(tensors) {
      const buffers = await runtime.createBuffers(tensors)
      open.buffers++
      // The runtime knows its buffers by identity.
      return Object.assign(buffers, {
        close: ((close) => async () => {
          open.buffers--
          await close()
        })(buffers.close),
      })
    },
    async createProgram(graph, options) {
      count('program')
      const program = await runtime.createProgram(graph, options)
      open.programs++
      return {
        async run(feeds, runOptions) {
          count('run')
          return program.run(feeds, runOptions)
        },
        async close() {
          open.programs--
          await program.close()
        },
      }
    },
  }
}
