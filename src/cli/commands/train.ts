import type { RecipeEstimate } from '../../recipes/estimate-recipe.js'
import { estimateRecipe } from '../../recipes/estimate-recipe.js'
import type { Recipe } from '../../recipes/recipe.js'
import { joinPath } from '../../storage/files.js'
import { totalMemory } from '../../training/estimate.js'
import type { RunResult, StepReport } from '../../training/run.js'
import { defineCommand } from '../define-command.js'
import type { CommandContext } from '../environment.js'
import { findRecipe } from '../find-recipe.js'
import { findTokenizer } from '../find-tokenizer.js'
import type { TrainOptions } from '../library.js'
import { flag, integer, text } from '../options.js'
import { deviceOption, recipeArgument, setOption } from '../shared-options.js'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMeasure,
  formatScaled,
} from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import type { Terminal } from '../terminal/terminal.js'
import { showWork } from '../terminal/work.js'

interface DryRun extends Omit<RecipeEstimate, 'memory'> {
  readonly task: string
  readonly memory: RecipeEstimate['memory'] & { readonly total: number }
  readonly flopsPerSecond: number
}

interface TrainedResult extends RunResult {
  readonly out: string
  readonly modelFolder: string | null
  readonly seconds: number
}

/** Trains from a recipe, or says what that would cost. */
export default defineCommand({
  name: 'train',
  summary: 'Train a model from a recipe',
  arguments: { recipe: recipeArgument },
  options: {
    set: setOption,
    out: text('the run’s folder; runs/ and the recipe’s name by default', 'DIR'),
    resume: flag('go on from the newest checkpoint of the run'),
    device: deviceOption,
    steps: integer('make the run so long, in place of the recipe’s length', { minimum: 1 }),
    maxSteps: integer('stop after so many steps of a longer run', { minimum: 1 }),
    dryRun: flag('only say what the run would cost'),
  },
  examples: [
    'emoji-tokenizer',
    'emoji --set model.depth=4 --set training.minutes=60 --out runs/small',
    'my-recipe.yaml --dry-run',
  ],
  run: async (
    { recipe: named, set, out: chosenOut, resume, device, steps, maxSteps, dryRun },
    context,
  ): Promise<DryRun | TrainedResult> => {
    const { environment } = context
    const { recipe, name } = await findRecipe(named, [...set, ...lengthOf(steps)], environment)
    if (dryRun) {
      const speed = await environment.library.measureSpeed(device)
      return estimate(recipe, speed, context)
    }
    const out = chosenOut ?? joinPath('runs', name)
    const start = environment.now()
    const result = await trainInterruptibly(recipe, context, {
      device,
      out,
      shouldResume: resume,
      ...(maxSteps === undefined ? {} : { maximumSteps: maxSteps }),
    })
    const modelFolder = result.modelFolder ?? null
    return { ...result, out, modelFolder, seconds: (environment.now() - start) / 1000 }
  },
  print: (result, terminal) =>
    'out' in result ? printTrained(result, terminal) : printDryRun(result, terminal),
})

/** The overrides that make a run so many steps long, whatever its length is given in. */
const lengthOf = (steps: number | undefined): string[] =>
  steps === undefined ? [] : [`training.steps=${steps}`, 'training.minutes=', 'training.epochs=']

const estimate = async (
  recipe: Recipe,
  flopsPerSecond: number,
  { environment: { library }, terminal }: CommandContext,
): Promise<DryRun> => {
  const tokenizer = recipe.task === 'text-image' ? await findTokenizer(recipe, library) : undefined
  if (recipe.task === 'text-image' && tokenizer === undefined) {
    terminal.note(`${recipe.tokenizer}: not trained yet; counting with 8 x 8 codes out of 4,096`)
  }
  const { memory, ...costs } = estimateRecipe(recipe, {
    flopsPerSecond,
    ...(tokenizer === undefined ? {} : { tokenizer }),
  })
  const total = totalMemory({ flops: costs.flops, memory })
  return { task: recipe.task, ...costs, memory: { ...memory, total }, flopsPerSecond }
}

/** Trains; when the user asks to stop, the run ends after its step, with a checkpoint. */
const trainInterruptibly = async (
  recipe: Recipe,
  { environment, terminal }: CommandContext,
  options: Pick<TrainOptions, 'device' | 'out' | 'shouldResume' | 'maximumSteps'>,
) => {
  const interruption = new AbortController()
  const stopListening = environment.onInterrupt(() => {
    interruption.abort()
    terminal.note('stopping: the state is saved after this step; press Ctrl-C again to end at once')
  })
  try {
    return await environment.library.train(recipe, {
      ...options,
      signal: interruption.signal,
      onProgress: showWork(terminal),
      onStep: (report) => terminal.showProgress(printStep(report, environment.memoryInUse())),
      onEvaluation: (step, measures) =>
        terminal.note(`step ${formatCount(step)}: ${printMeasures(measures)}`),
      onCheckpoint: (step, path) => terminal.note(`step ${formatCount(step)}: saved in ${path}`),
      onNotice: (line) => terminal.note(line),
    })
  } finally {
    stopListening()
    terminal.endProgress()
  }
}

const printStep = (
  { step, steps, measures, tokensPerSecond, secondsLeft }: StepReport,
  memory: number,
): string =>
  [
    `step ${formatCount(step)} of ${formatCount(steps)}`,
    `${Math.floor((100 * step) / steps)} %`,
    printMeasures(lossesOf(measures)),
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
  { out, step, isFinished, measures, modelFolder, seconds }: TrainedResult,
  { colors, print }: Terminal,
): void => {
  const time = formatDuration(seconds)
  print(
    isFinished
      ? `${colors.green('trained')} ${formatCount(step)} steps in ${time}`
      : `${colors.yellow('stopped')} after step ${formatCount(step)}, ${time}; go on with --resume --out ${out}`,
  )
  if (Object.keys(measures).length > 0) print(printMeasures(measures))
  if (modelFolder !== null) print(`the model is in ${modelFolder}`)
}

const printDryRun = (
  { task, parameters, flops, memory, flopsPerSecond, secondsPerStep, steps, seconds }: DryRun,
  { colors, print }: Terminal,
): void => {
  const parts = [
    `state ${formatBytes(memory.state)}`,
    `activations ${formatBytes(memory.activations)}`,
  ]
  const length =
    steps === undefined || seconds === undefined
      ? 'as many steps as the epochs have; the examples are not counted yet'
      : `about ${formatDuration(seconds)} for ${formatCount(steps)} steps`
  print(
    printTable(
      [{}, {}],
      [
        ['task', task],
        ['parameters', formatCount(parameters)],
        ['work', `${formatScaled(flops, 'FLOP')} a step`],
        ['memory', `about ${formatBytes(memory.total)}: ${parts.join(', ')}`],
        [
          'speed',
          `${formatScaled(flopsPerSecond, 'FLOP/s')} are likely here, ${formatDuration(secondsPerStep)} a step`,
        ],
        ['time', length],
      ].map(([name = '', value = '']) => [colors.bold(name), value]),
    ),
  )
}
