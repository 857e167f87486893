/**
 * One line that says how far a work has come: redrawn in place on a terminal, and a new line now
 * and then where the output is a pipe or a file.
 */

import { cutToWidth } from './display-width.js'
import type { Output } from './output.js'

export interface ProgressLine {
  /** Shows a text, at once or with the next call that is due. */
  show(text: string): void
  /** Makes room for another line, after which `show` goes on. */
  clear(): void
  /** Leaves the last text in its place and goes to a new line. */
  end(): void
}

export interface ProgressLineOptions {
  readonly output: Output
  /** Milliseconds. */
  readonly now: () => number
}

const redrawEvery = 100
const printEvery = 10_000
const defaultColumns = 80

export const createProgressLine = ({ output, now }: ProgressLineOptions): ProgressLine => {
  const isRedrawn = output.isTTY
  const every = isRedrawn ? redrawEvery : printEvery
  let last = Number.NEGATIVE_INFINITY
  let isDrawn = false
  let waiting: string | undefined

  const draw = (text: string) => {
    last = now()
    waiting = undefined
    if (isRedrawn) {
      // One column stays free: some terminals wrap after the last one.
      output.write(`\r${cutToWidth(text, (output.columns ?? defaultColumns) - 1)}${clearRest}`)
      isDrawn = true
    } else {
      output.write(`${text}\n`)
    }
  }

  return {
    show(text) {
      if (now() - last >= every) draw(text)
      else waiting = text
    },
    clear() {
      if (isDrawn) output.write(`\r${clearRest}`)
      isDrawn = false
      // What comes next shows where the work stands, also when it comes soon.
      if (isRedrawn) last = Number.NEGATIVE_INFINITY
    },
    end() {
      if (waiting !== undefined) draw(waiting)
      if (isDrawn) output.write('\n')
      isDrawn = false
      last = Number.NEGATIVE_INFINITY
    },
  }
}

/** Erases to the end of the line (ECMA-48, 8.3.41). */
const clearRest = '\u001B[K'
