/**
 * The command line without its process: parses the words, runs the command, and turns results and
 * errors into text and an exit code.
 */

import { TesseraeError } from '../errors.js'
import { commands, groups } from './commands/index.js'
import type { CommandLineEnvironment } from './environment.js'
import type { AnyCommand, ExitCode } from './parsing/define-command.js'
import { flagOf, type ParsedCommand, parseCommandLine } from './parsing/parse-command-line.js'
import { UsageError } from './parsing/usage-error.js'
import { createTerminal } from './terminal/terminal.js'

const widestHelp = 100

/** Runs `tesserae` with the words after its name. Never throws, never ends the process. */
export const runCommandLine = async (
  words: readonly string[],
  environment: CommandLineEnvironment,
): Promise<ExitCode> => {
  const { stdout, stderr, variables, platform } = environment
  const terminal = createTerminal({ stdout, stderr, variables, now: environment.now })
  let options: AnyCommand['options'] = {}
  try {
    const columns = Math.min(stdout.columns ?? widestHelp, widestHelp)
    const version = platform.versions.tesserae
    const parsed = parseCommandLine(words, { commands, groups, version, columns })
    if (typeof parsed === 'string') {
      stdout.write(parsed)
      return 0
    }
    options = parsed.command.options
    return await runParsed(parsed)
  } catch (error) {
    terminal.endProgress()
    terminal.note(withFlags(describe(error, words.includes('--verbose')), options))
    return error instanceof UsageError ? 2 : 1
  }

  async function runParsed({ command, input, isJson }: ParsedCommand): Promise<ExitCode> {
    // The input was made from the command's own record.
    const stream = isJson ? () => {} : terminal.write
    const result = await command.run(input as never, { environment, terminal, stream })
    terminal.endProgress()
    // Whoever prints and judges a result is the command that it is of.
    if (isJson) stdout.write(`${JSON.stringify(result)}\n`)
    else command.print(result as never, terminal)
    return command.exitCode?.(result as never) ?? 0
  }
}

/**
 * A message of the library, which says "the option base" where a command has the flag --base, and
 * begins a line with "override seed=4" where it has --set.
 */
const withFlags = (message: string, options: AnyCommand['options']): string => {
  const withOptions = message.replace(/\bthe option (?:should)?(\w+)/g, (whole, name: string) => {
    const key = name.charAt(0).toLowerCase() + name.slice(1)
    return Object.hasOwn(options, key) ? flagOf(key) : whole
  })
  return Object.hasOwn(options, 'set')
    ? withOptions.replace(/^override (?=\S)/gm, `${flagOf('set')} `)
    : withOptions
}

/** One line for what the user can mend; with `isVerbose` also where it comes from. */
const describe = (error: unknown, isVerbose: boolean): string => {
  const isKnown = error instanceof TesseraeError || error instanceof UsageError
  if (isVerbose) return trace(error)
  const message = error instanceof Error ? error.message : String(error)
  return isKnown
    ? message
    : `${message}\nThis is a bug in Tesserae: please report it with the output of --verbose.`
}

const trace = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${trace(error.cause)}`
}
