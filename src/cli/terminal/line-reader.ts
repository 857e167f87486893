/** Lines that somebody types, or that a pipe or a file brings. */

import { createInterface } from 'node:readline'

export interface LineReader {
  /** The next line; undefined at the end of the input, or when Ctrl-C is pressed instead. */
  read(prompt: string): Promise<string | undefined>
  /** What Ctrl-C does, for signals that come another way. */
  interrupt(): void
  /** Calls back for Ctrl-C while no line is awaited. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void
  close(): void
}

/** A prompt is shown, and lines can be edited, only where a person sits at both ends. */
export const createLineReader = (
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  isTerminal: boolean,
): LineReader => {
  const lines = createInterface(
    isTerminal ? { input, output, terminal: true } : { input, terminal: false },
  )
  const waiting: string[] = []
  const listeners = new Set<() => void>()
  let isEnded = false
  let give: ((line: string | undefined) => void) | undefined
  const answer = (line: string | undefined) => {
    const asked = give
    give = undefined
    asked?.(line)
  }
  lines.on('line', (line) => {
    if (give === undefined) waiting.push(line)
    else answer(line)
  })
  lines.on('close', () => {
    isEnded = true
    answer(undefined)
  })
  const interrupt = () => {
    if (give !== undefined) answer(undefined)
    else for (const listener of listeners) listener()
  }
  lines.on('SIGINT', interrupt)
  return {
    interrupt,
    read: (prompt) => {
      if (waiting.length > 0) return Promise.resolve(waiting.shift())
      if (isEnded) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        give = resolve
        if (!isTerminal) return
        lines.setPrompt(prompt)
        lines.prompt()
      })
    },
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => lines.close(),
  }
}
