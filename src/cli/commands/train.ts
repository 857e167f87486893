import type { Device } from '../../engine/runtime/runtime.js'
import type { Recipe } from '../../recipes/recipe.js'
import type { FinishedRun } from '../../recipes/run/run-recipe.js'
import { joinPath } from '../../storage/files.js'
import type { StepReport } from '../../training/run.js'
import { type DryRun, estimateRun, printDryRun } from '../dry-run.js'
import type { CommandContext } from '../environment.js'
import { findRecipe } from '../find/find-recipe.js'
import { interruptibly } from '../interruptibly.js'
import type { TrainOptions } from '../library.js'
import { defineCommand, interrupted } from '../parsing/define-command.js'
import { flag, integer, text } from '../parsing/options.js'
import { deviceOption, recipeOrTableArgument, setOption } from '../parsing/shared-options.js'
import { formatBytes, formatCount, formatDuration, formatMeasure } from '../terminal/quantities.js'
import type { Terminal } from '../terminal/terminal.js'
import { showWork } from '../terminal/work.js'

interface TrainedResult extends Omit<FinishedRun, 'modelFolder'> {
  readonly out: string
  readonly modelFolder: string | null
  readonly seconds: number
  /** The command that goes on with a run that is not finished. */
  readonly resumeBy: string | null
}

/** Trains from a recipe, or says what that would cost. */
export default defineCommand({
  name: 'train',
  summary: 'Train a model from a recipe, or from a table of texts and labels',
  arguments: { recipe: recipeOrTableArgument },
  options: {
    set: setOption,
    out: text('the run’s folder; runs/ and the recipe’s name by default', 'DIR'),
    resume: flag('go on from the newest checkpoint of the run'),
    device: deviceOption,
    steps: integer('make the run so long, in place of the recipe’s length', { minimum: 1 }),
    maxSteps: integer(
      'stop after so many steps, an own image tokenizer’s included, and leave the rest to --resume',
      { minimum: 1 },
    ),
    dryRun: flag('only say what the run would cost'),
  },
  examples: [
    'emoji-tokenizer',
    'emoji --set model.depth=4 --set training.minutes=60 --out runs/small',
    'my-recipe.yaml --dry-run',
    'reviews.csv',
  ],
  run: async (
    { recipe: named, set, out: chosenOut, resume, device, steps, maxSteps, dryRun },
    context,
  ): Promise<DryRun | TrainedResult> => {
    const { environment } = context
    const length = steps === undefined ? [] : [`training.steps=${steps}`]
    const found = await findRecipe(named, [...set, ...length], environment)
    const { recipe, name, isOfTable, placed } = found
    if (isOfTable) {
      const header = hasHeader(recipe) ? '' : '; its first row is taken for one like the others'
      context.terminal.note(
        `${named}: a table, trained by the recipe that "tesserae init classify ${named}" writes${header}`,
      )
    }
    if (dryRun) {
      const speed = await environment.library.measureSpeed(device)
      return placed(() => estimateRun(recipe, speed, context))
    }
    const out = chosenOut ?? joinPath('runs', name)
    const start = environment.now()
    const options = {
      ...{ device, out, shouldResume: resume },
      ...(maxSteps === undefined ? {} : { maximumSteps: maxSteps }),
    }
    const result = await placed(() => trainInterruptibly(recipe, context, options))
    const modelFolder = result.modelFolder ?? null
    const resumeBy = result.isFinished ? null : resumeCommand(out, device)
    return { ...result, out, modelFolder, seconds: (environment.now() - start) / 1000, resumeBy }
  },
  print: (result, terminal) =>
    'out' in result ? printTrained(result, terminal) : printDryRun(result, terminal),
  exitCode: (result) =>
    'out' in result && !result.isFinished && !result.isCapped ? interrupted : 0,
})

/** A run leaves its recipe in its folder, with all that the command line put in it. */
const resumeCommand = (out: string, device: Device): string => {
  const words = ['tesserae', 'train', joinPath(out, 'recipe.yaml'), '--resume', '--out', out]
  const quoted = words.map((word) => (/^[\w./:-]+$/.test(word) ? word : JSON.stringify(word)))
  return [...quoted, ...(device === 'cpu' ? [] : ['--device', device])].join(' ')
}

/** Whether the recipe of a table reads names of columns in its first row. */
const hasHeader = (recipe: Recipe): boolean =>
  recipe.task !== 'text-classification' ||
  recipe.data.header === 'present' ||
  recipe.data.header === 'detect'

/** Trains; when the user asks to stop, the run ends before or after a step, and can go on. */
const trainInterruptibly = async (
  recipe: Recipe,
  context: CommandContext,
  options: Pick<TrainOptions, 'device' | 'out' | 'shouldResume' | 'maximumSteps'>,
) => {
  const { environment, terminal } = context
  // Steps may take turns between tasks: what each last said stays on the line.
  let losses: Record<string, number> = {}
  let lastStep = 0
  try {
    return await interruptibly(context, (signal) =>
      environment.library.train(recipe, {
        ...options,
        signal,
        onProgress: showWork(terminal),
        onStep: (report) => {
          // Steps that begin anew are of the next run, such as that behind a tokenizer of its own.
          const before = report.step > lastStep ? losses : {}
          losses = { ...before, ...lossesOf(report.measures) }
          lastStep = report.step
          terminal.showProgress(printStep(report, losses, environment.memoryInUse()))
        },
        onEvaluation: (step, measures) =>
          terminal.note(`step ${formatCount(step)}: ${printMeasures(measures)}`),
        onCheckpoint: (step, path) => terminal.note(`step ${formatCount(step)}: saved in ${path}`),
        onNotice: (line) => terminal.note(line),
      }),
    )
  } finally {
    terminal.endProgress()
  }
}

const printStep = (
  { step, steps, tokensPerSecond, secondsLeft }: StepReport,
  losses: Readonly<Record<string, number>>,
  memory: number,
): string =>
  [
    `step ${formatCount(step)} of ${formatCount(steps)}`,
    `${Math.floor((100 * step) / steps)} %`,
    printMeasures(losses),
    ...(tokensPerSecond > 0 ? [`${formatMeasure(tokensPerSecond)} tokens/s`] : []),
    ...(step < steps ? [`${formatDuration(secondsLeft)} left`] : []),
    formatBytes(memory),
  ].join('  ')

/** The losses alone: a line has no room for all measures. */
const lossesOf = (measures: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(measures).filter(([name]) => /(^|\.)loss$/.test(name)))

const printMeasures = (measures: Readonly<Record<string, number>>): string =>
  Object.entries(measures)
    .map(([name, value]) => `${name} ${formatMeasure(value)}`)
    .join('  ')

const printTrained = (
  { task, step, steps, isFinished, isCapped, waitingShare, resumeBy, ...result }: TrainedResult,
  { colors, print }: Terminal,
): void => {
  const { measures, modelFolder, seconds } = result
  const stopped = `${colors.yellow('stopped')}${isCapped ? ' by --max-steps' : ''}`
  const hasBegun = step > 0
  const place = hasBegun
    ? `after step ${formatCount(step)} of ${formatCount(steps)} of the ${task}, not finished`
    : `before training of the ${task} began`
  const waiting = `, ${formatMeasure(100 * waitingShare)} % of it waiting for data`
  const time = `${formatDuration(seconds)}${hasBegun ? waiting : ''}`
  print(
    isFinished
      ? `${colors.green('trained')} ${formatCount(step)} steps in ${time}`
      : `${stopped} ${place}\n${time}`,
  )
  if (Object.keys(measures).length > 0) print(printMeasures(measures))
  if (modelFolder !== null) print(`the model is in ${modelFolder}`)
  if (resumeBy !== null) print(`go on with: ${resumeBy}`)
}
