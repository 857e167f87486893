/**
 * Ends a text before a stop string, wherever the pieces divide it. What may be the beginning of one
 * is held back until it is clear that it is none. The stop string that is complete first counts, the
 * longest of those that end in the same place.
 */

import { DataError } from '../../../errors.js'

export interface StopFilter {
  /** Takes a piece; gives what can be shown, and whether a stop string has ended the text. */
  push(piece: string): { readonly text: string; readonly isStopped: boolean }
  /** What was held back, at the end of a text that no stop string has ended. */
  close(): string
}

/** Where the first stop string that is complete begins; -1 where none is. */
export const findStop = (text: string, stops: readonly string[]): number => {
  let found = { start: -1, end: Number.POSITIVE_INFINITY }
  for (const stop of stops) {
    const start = text.indexOf(stop)
    const end = start + stop.length
    if (start < 0 || end > found.end || (end === found.end && start > found.start)) continue
    found = { start, end }
  }
  return found.start
}

/** How many characters at the end of a text begin a stop string. */
const beginningAtEnd = (text: string, stops: readonly string[]): number => {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1))
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length)
    if (stops.some((stop) => stop.length > length && stop.startsWith(end))) return length
  }
  return 0
}

export const createStopFilter = (stops: readonly string[]): StopFilter => {
  if (stops.includes('')) {
    throw new DataError('stop: expected texts that end the writing, got an empty one. Leave it out')
  }
  let held = ''
  return {
    push(piece) {
      held += piece
      const start = findStop(held, stops)
      const shown = start < 0 ? held.length - beginningAtEnd(held, stops) : start
      const text = held.slice(0, shown)
      held = start < 0 ? held.slice(shown) : ''
      return { text, isStopped: start >= 0 }
    },
    close() {
      const rest = held
      held = ''
      return rest
    },
  }
}
