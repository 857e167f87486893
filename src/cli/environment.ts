/** The world around the command line, as one parameter: a process, or a test. */

import type { Platform } from '../platform/platform.js'
import type { Library } from './library.js'
import type { LineReader } from './terminal/line-reader.js'
import type { Output } from './terminal/output.js'
import type { Terminal } from './terminal/terminal.js'

export interface CommandLineEnvironment {
  readonly stdout: Output
  readonly stderr: Output
  /** Starts to read lines from standard input. */
  openLines(): LineReader
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly platform: Platform
  /** What does the work behind the commands. */
  readonly library: Library
  /** The folder that holds a folder for each data set that recipes may name. */
  readonly dataFolder: string
  /** The folder of the recipes that the package brings along. */
  readonly recipesFolder: string
  /** Milliseconds. */
  now(): number
  /** Bytes that the process uses. */
  memoryInUse(): number
  /**
   * Calls back when the user asks to stop, instead of ending the process; the second time it ends.
   * Returns how to stop listening.
   */
  onInterrupt(listener: () => void): () => void
}

/** What a command may use. */
export interface CommandContext {
  readonly environment: CommandLineEnvironment
  readonly terminal: Terminal
  /** Shows a part of the result while it is made; with --json, which prints it whole, nothing. */
  stream(text: string): void
}
