/**
 * From the words of a command line to a command and its input, or to a help page. Commander finds
 * the words and lays out the pages; what an option's text means is in the option's record.
 */

import { Command as Commander, CommanderError, Option as CommanderOption, Help } from 'commander'
import { didYouMean } from '../../data/nearest-name.js'
import { displayWidth } from '../terminal/display-width.js'
import type { AnyCommand } from './define-command.js'
import type { Option } from './options.js'
import { UsageError } from './usage-error.js'

export interface CommandLineShape {
  readonly commands: readonly AnyCommand[]
  /** What commands of two words have in common, by their first word. */
  readonly groups: Readonly<Record<string, string>>
  readonly version: string
  /** Columns of help pages. */
  readonly columns: number
}

export interface ParsedCommand {
  readonly command: AnyCommand
  /** The arguments and options by name. */
  readonly input: Readonly<Record<string, unknown>>
  readonly isJson: boolean
}

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' })

const programName = 'tesserae'
const summary = 'Trains and runs small generative Transformers over text, pictures and clips.'

/**
 * A command to run, or the text of a help page or version. Throws UsageError that says what is wrong
 * and names the nearest right word.
 */
export const parseCommandLine = (
  words: readonly string[],
  { commands, groups, version, columns }: CommandLineShape,
): ParsedCommand | string => {
  let text = ''
  let parsed: ParsedCommand | undefined
  const program = prepare(new Commander(programName))
    .description(summary)
    .usage('<command> [options]')
    .addHelpText('after', `\nSee ${programName} <command> --help for the options of a command.`)
    .version(version, '--version', 'show the version')
    .option('--verbose', 'show where an error comes from')
    .configureOutput({
      writeOut: (written) => {
        text += written
      },
      writeErr: () => {}, // Errors are thrown, in words of our own.
      getOutHelpWidth: () => columns,
    })
    .configureHelp({
      displayWidth,
      showGlobalOptions: true,
      visibleCommands: leavesOf,
      formatHelp: (command, help) => commandsFirst(formatHelp.call(help, command, help)),
      subcommandTerm: (command) => nameAndArguments(command),
    })

  for (const command of commands) {
    const leaf = addCommand(program, command, groups)
    leaf.action(() => {
      const { json = false, ...written } = leaf.opts()
      parsed = { command, input: readInput(command, leaf, written), isJson: json }
    })
  }
  try {
    if (words.length === 0) program.outputHelp()
    else program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
  return parsed ?? text
}

const { formatHelp } = Help.prototype

/** Commands are what a reader of the page looks for; Commander puts them behind the options. */
const commandsFirst = (page: string): string => {
  const sections = page.trimEnd().split('\n\n')
  const isCommands = (section: string) => section.startsWith('Commands:')
  const isOptions = (section: string) => /^(Global )?Options:/.test(section)
  return `${[
    ...sections.filter((section) => !isCommands(section) && !isOptions(section)),
    ...sections.filter(isCommands),
    ...sections.filter(isOptions),
  ].join('\n\n')}\n`
}

/** Makes Commander throw instead of ending the process, and explain errors in our words. */
const prepare = (commander: Commander): Commander =>
  commander
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .exitOverride((error) => {
      throw error.exitCode === 0
        ? error
        : new UsageError(explain(error, commander), { cause: error })
    })

/** Adds a command below the group that its first word names, if it has two. */
const addCommand = (
  program: Commander,
  { name, summary, arguments: names, words, options, examples = [] }: AnyCommand,
  groups: CommandLineShape['groups'],
): Commander => {
  const path = name.split(' ')
  const parent = path.slice(0, -1).reduce((above, word) => {
    const known = above.commands.find((one) => one.name() === word)
    return known ?? prepare(above.command(word)).description(groups[word] ?? '')
  }, program)
  const leaf = prepare(parent.command(path.at(-1)!))
    .summary(summary)
    .description(`${summary}.`)
  for (const [key, description] of Object.entries(names)) {
    leaf.argument(`<${key}>`, description)
  }
  if (words !== undefined) leaf.argument(`[${words.name}...]`, words.description)
  for (const [key, option] of Object.entries(options)) leaf.addOption(describeOption(key, option))
  leaf.option('--json', 'print the result as one JSON object and nothing else')
  if (examples.length > 0) {
    const lines = examples.map((example) => `  ${programName} ${name} ${example}`)
    leaf.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
  }
  return leaf
}

const describeOption = (key: string, option: Option<unknown>): CommanderOption => {
  const { description, placeholder, isRequired, isRepeated, fallback } = option
  const remarks = [
    ...(isRequired ? ['required'] : []),
    ...(isRepeated ? ['may be repeated'] : []),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ]
  const remark = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`
  const value = placeholder === undefined ? '' : ` <${placeholder}>`
  const commanderOption = new CommanderOption(
    `${flagOf(key)}${value}`,
    `${description}${remark}`,
  ).argParser((written: string, before: readonly string[] = []) => [...before, written])
  // To Commander --no-repeat-ngram would be the opposite of a --repeat-ngram.
  commanderOption.negate = false
  return commanderOption
}

/** `maxSteps` is `--max-steps`. */
export const flagOf = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

const readInput = (
  { arguments: names, words, options }: AnyCommand,
  leaf: Commander,
  written: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const texts = Object.keys(names).map((key, index) => [key, leaf.args[index]])
  const values = Object.entries(options).map(([key, option]) => {
    const found = written[key]
    try {
      // Commander gives the texts of an option in a list, or true for one without a text.
      return [
        key,
        option.parse(found === undefined ? [] : found === true ? [''] : (found as string[])),
      ]
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(
        found === undefined
          ? `missing ${flagOf(key)} ${option.placeholder} for "${fullName(leaf)}": ${error.message}`
          : `${flagOf(key)} of "${fullName(leaf)}": ${error.message}`,
      )
    }
  })
  const further = words === undefined ? [] : [['words', leaf.args.slice(texts.length)]]
  return Object.fromEntries([...texts, ...further, ...values])
}

const fullName = (commander: Commander): string =>
  commander.parent === null ? commander.name() : `${fullName(commander.parent)} ${commander.name()}`

const nameAndArguments = (commander: Commander): string =>
  [
    fullName(commander).slice(programName.length + 1),
    ...commander.registeredArguments.map((argument) =>
      argument.variadic ? `[${argument.name()}...]` : `<${argument.name()}>`,
    ),
  ].join(' ')

/** Commands with their groups unfolded. */
const leavesOf = (commander: Commander): Commander[] =>
  commander.commands.flatMap((one) => (one.commands.length === 0 ? [one] : leavesOf(one)))

const explain = ({ code, message }: CommanderError, commander: Commander): string => {
  const quoted = /'(.*)'/s.exec(message)?.[1] ?? ''
  const name = fullName(commander)
  const help = ` See ${name} --help.`
  switch (code) {
    case 'commander.unknownOption': {
      const [flag = ''] = quoted.split('=')
      const known = flagsOf(commander).map((one) => one.slice(2))
      const nearest = didYouMean(flag.replace(/^-+/, ''), known, '--')
      return `unknown option ${flag} for "${name}".${nearest || help}`
    }
    case 'commander.unknownCommand': {
      const known = commander.commands.map((one) => one.name())
      return `unknown command ${quoted} for "${name}".${didYouMean(quoted, known) || help}`
    }
    case 'commander.help': {
      const known = commander.commands.map((one) => one.name())
      return `missing command for "${name}": ${alternatives.format(known)}.${help}`
    }
    case 'commander.missingArgument': {
      const { description } = commander.registeredArguments[commander.args.length]!
      return `missing <${quoted}> for "${name}": ${description}.`
    }
    case 'commander.excessArguments': {
      const expected = commander.registeredArguments.length
      const found = commander.args.map((word) => JSON.stringify(word)).join(' ')
      return `too many words for "${name}": expected ${expected}, got ${found}. Put quotes around words that belong together.`
    }
    case 'commander.optionMissingArgument': {
      const [flag, value] = quoted.split(' ')
      return `${flag} of "${name}": expected ${value} after it, got nothing.`
    }
    default:
      return `${message.replace(/^error: /, '')}.`
  }
}

const flagsOf = (commander: Commander): string[] => {
  const own = commander.options.flatMap(({ long }) => long ?? [])
  return ['--help', ...own, ...(commander.parent === null ? [] : flagsOf(commander.parent))]
}
