/** Work that Ctrl-C stops in good order. */

import type { CommandContext } from './environment.js'

/** Does the work with a signal that is aborted when the user asks to stop. */
export const interruptibly = async <Result>(
  { environment, terminal }: CommandContext,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const interruption = new AbortController()
  const stopListening = environment.onInterrupt(() => {
    interruption.abort()
    terminal.note('stopping in good order; press Ctrl-C again to end at once')
  })
  try {
    return await work(interruption.signal)
  } finally {
    stopListening()
  }
}
