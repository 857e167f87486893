/**
 * Keeps a long computation interruptible: now and then the event loop has a turn, in which signals
 * arrive and progress is shown.
 */

/** Milliseconds of work between two turns: too short to be noticed, long enough to cost nothing. */
const longestStretch = 50

/** A function to await often; it throws the signal's reason once that is aborted. */
export const createPause = (signal: AbortSignal | undefined): (() => Promise<void>) => {
  let lastTurn = performance.now()
  return async () => {
    if (performance.now() - lastTurn >= longestStretch) {
      await new Promise((resolve) => setTimeout(resolve))
      lastTurn = performance.now()
    }
    signal?.throwIfAborted()
  }
}
