/**
 * The terminal as commands see it: results go to standard output, everything about the work to
 * standard error, so that the former can be piped.
 */

import { type Colors, createColors, hasColors } from './colors.js'
import type { Output } from './output.js'
import { createProgressLine } from './progress-line.js'

export interface Terminal {
  /** For what is printed. */
  readonly colors: Colors
  /** A line, or several, of a result. */
  print(text: string): void
  /** A part of a line, or of several, of a result that is still being made. */
  write(text: string): void
  /** A line about the work. */
  note(text: string): void
  /** How far the work has come, in place of what was shown before. */
  showProgress(text: string): void
  /** Leaves the last progress standing; nothing happens where there was none. */
  endProgress(): void
}

export interface TerminalOptions {
  readonly stdout: Output
  readonly stderr: Output
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Milliseconds. */
  readonly now: () => number
}

/**
 * Names of files and texts of data sets must not steer the terminal; colours may pass, and of line
 * ends that Windows writes the line feed, which may be the first of the next part.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
const controls = /(?!\u001B\[[\d;]*m)[\0-\u0008\u000B-\u001F\u007F-\u009F]/g

const withoutControls = (text: string): string =>
  text.replace(/\r(?=\n|$)/g, '').replace(controls, '\uFFFD')

export const createTerminal = ({ stdout, stderr, variables, now }: TerminalOptions): Terminal => {
  const progress = createProgressLine({ output: stderr, now })
  const writeLine = (output: Output, text: string) => {
    progress.clear()
    output.write(`${withoutControls(text)}\n`)
  }
  return {
    colors: createColors(hasColors(stdout, variables)),
    print: (text) => writeLine(stdout, text),
    write: (text) => {
      progress.clear()
      stdout.write(withoutControls(text))
    },
    note: (text) => writeLine(stderr, text),
    showProgress: (text) => progress.show(withoutControls(text)),
    endProgress: progress.end,
  }
}
