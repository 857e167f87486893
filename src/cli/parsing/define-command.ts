/**
 * What a command is: a record from which the command line is parsed and checked, the help page is
 * written and the types of `run` follow. Results are data; how people read them is `print`.
 */

import type { CommandContext } from '../environment.js'
import type { Terminal } from '../terminal/terminal.js'
import type { Option } from './options.js'

/** 0: done; 1: an error that the user can mend, or a bug; 2: the command line is wrong. */
export type ExitCode = 0 | 1 | 2 | typeof interrupted

/** The exit code of work that Ctrl-C ended in good order, as shells have it: 128 and the signal. */
export const interrupted = 130

type Arguments = Readonly<Record<string, string>>
type Options = Readonly<Record<string, Option<unknown>>>

/** Any number of words after the arguments, also none. */
interface FurtherWords {
  readonly name: string
  readonly description: string
}

/** What `run` is given: the texts of the arguments and the values of the options. */
export type CommandInput<Names extends Arguments, Values extends Options> = {
  readonly [Name in keyof Names]: string
} & {
  /** The further words; only commands that take some are given any. */
  readonly words?: readonly string[]
} & {
  readonly [Name in keyof Values]: ReturnType<Values[Name]['parse']>
}

export interface Command<Names extends Arguments, Values extends Options, Result extends object> {
  /** As it is typed, after `tesserae`: "generate image". */
  readonly name: string
  readonly summary: string
  /** What each argument is, in the order in which they are typed. */
  readonly arguments: Names
  readonly words?: FurtherWords
  readonly options: Values
  /** Command lines for the help page. */
  readonly examples?: readonly string[]
  /** Does the work. Throws TesseraeError, and UsageError for options that contradict each other. */
  run(input: CommandInput<Names, Values>, context: CommandContext): Promise<Result>
  /** Prints the result for people; with --json the result is printed as it is. */
  print(result: Result, terminal: Terminal): void
  /** 0 where it is left out; a data set with faults is a result, but not a good one. */
  exitCode?(result: Result): ExitCode
}

/** Any command, whatever its arguments and options. */
export interface AnyCommand {
  readonly name: string
  readonly summary: string
  readonly arguments: Arguments
  readonly words?: FurtherWords
  readonly options: Options
  readonly examples?: readonly string[]
  run(input: never, context: CommandContext): Promise<object>
  print(result: never, terminal: Terminal): void
  exitCode?(result: never): ExitCode
}

export const defineCommand = <
  const Names extends Arguments,
  const Values extends Options,
  Result extends object,
>(
  command: Command<Names, Values, Result>,
): Command<Names, Values, Result> => command
