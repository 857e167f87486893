/** What a recipe would cost, and how that is printed: `train --dry-run`. */

import {
  assumedTokenizer,
  estimateRecipe,
  type RecipeEstimate,
} from '../recipes/estimate-recipe.js'
import {
  isPictureRecipe,
  isPictureTask,
  type PictureRecipe,
  type Recipe,
  type TextRecipe,
} from '../recipes/recipe.js'
import type { StartConfig } from '../recipes/run/start-config.js'
import type { TextAmounts } from '../recipes/run/text-amounts.js'
import { patienceOf } from '../recipes/run/training-options.js'
import { framesOfSource } from '../recipes/schema/data.js'
import type { ImageTokenizerConfig } from '../tokenizers/image/config.js'
import { totalMemory } from '../training/estimate.js'
import type { CommandContext } from './environment.js'
import { findTokenizer } from './find/find-tokenizer.js'
import type { Library } from './library.js'
import { formatBytes, formatCount, formatDuration, formatScaled } from './terminal/quantities.js'
import { printTable } from './terminal/table.js'
import type { Terminal } from './terminal/terminal.js'
import { showWork } from './terminal/work.js'

/** What one run costs. */
interface RunCosts extends Omit<RecipeEstimate, 'memory' | 'imageTokenizer'> {
  readonly task: Recipe['task']
  readonly memory: RecipeEstimate['memory'] & { readonly total: number }
}

export interface DryRun extends RunCosts {
  readonly flopsPerSecond: number
  /** What there is to learn from; unknown of pictures, and of texts that are not there yet. */
  readonly data?: TextAmounts['found']
  /** Evaluations without anything better after which the run ends before its last step. */
  readonly patience?: number
  /** The recipe's own image tokenizer, which is trained first. */
  readonly imageTokenizer?: RunCosts
  /** Of both runs, where the recipe brings its own image tokenizer. */
  readonly totalSeconds?: number
}

const costsOf = (
  task: Recipe['task'],
  { memory, imageTokenizer: _, ...costs }: RecipeEstimate,
): RunCosts => {
  const total = totalMemory({ flops: costs.flops, memory })
  return { task, ...costs, memory: { ...memory, total } }
}

/** The examples of an epoch, where their pictures are prepared. */
const countExamples = async (
  recipe: PictureRecipe,
  tokenizer: ImageTokenizerConfig | undefined,
  library: Library,
): Promise<number | undefined> => {
  if (recipe.task === 'image-tokenizer') {
    const { data, size, frames } = recipe
    return library.countExamples(data, { size, frames })
  }
  if (tokenizer === undefined) return undefined
  const frames = framesOfSource(recipe.data, tokenizer.frames)
  return library.countExamples(recipe.data, { size: tokenizer.size, frames })
}

/** The texts of a recipe; notes where they are not there yet. */
const countTexts = async (
  recipe: TextRecipe,
  start: StartConfig | undefined,
  { environment: { library }, terminal }: CommandContext,
): Promise<TextAmounts | undefined> => {
  const texts = await library.countTexts(recipe, { start, onProgress: showWork(terminal) })
  terminal.endProgress()
  if (texts === undefined) {
    terminal.note(
      `${[recipe.data.path].flat().join(', ')}: not all of the data is there yet; counting with texts as long as they may be`,
    )
  }
  return texts
}

/** What a recipe would cost at some speed; notes what it has to assume. */
export const estimateRun = async (
  recipe: Recipe,
  flopsPerSecond: number,
  context: CommandContext,
): Promise<DryRun> => {
  const {
    environment: { library },
    terminal,
  } = context
  const tokenizer = recipe.task === 'text-image' ? await findTokenizer(recipe, library) : undefined
  if (recipe.task === 'text-image' && tokenizer === undefined) {
    const { frames } = assumedTokenizer(recipe)
    const counted = frames === 1 ? '8 x 8 codes' : `clips of ${frames} frames and codes`
    terminal.note(
      `${recipe.start ?? recipe.tokenizer}: not trained yet; counting with ${counted} out of 4,096`,
    )
  }
  const named = 'start' in recipe ? recipe.start : undefined
  const start = named === undefined ? undefined : await library.findStart(named)
  if (named !== undefined && start === undefined && recipe.task !== 'text-image') {
    terminal.note(`${named}: not trained yet; counting with the sizes of a new model`)
  }
  const isOfPictures = isPictureRecipe(recipe)
  const examples = isOfPictures ? await countExamples(recipe, tokenizer, library) : undefined
  const texts = isOfPictures ? undefined : await countTexts(recipe, start, context)
  const estimated = estimateRecipe(recipe, {
    flopsPerSecond,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(start === undefined ? {} : { start }),
    ...(examples === undefined ? {} : { examples }),
    ...(texts === undefined ? {} : { texts }),
  })
  const patience = patienceOf(recipe)
  const costs = {
    ...costsOf(recipe.task, estimated),
    flopsPerSecond,
    ...(texts === undefined ? {} : { data: texts.found }),
    ...(patience === undefined ? {} : { patience }),
  }
  if (estimated.imageTokenizer === undefined) return costs
  const imageTokenizer = costsOf('image-tokenizer', estimated.imageTokenizer)
  return costs.seconds === undefined || imageTokenizer.seconds === undefined
    ? { ...costs, imageTokenizer }
    : { ...costs, imageTokenizer, totalSeconds: costs.seconds + imageTokenizer.seconds }
}

export const printDryRun = (
  { imageTokenizer, totalSeconds, ...costs }: DryRun,
  { colors, print }: Terminal,
): void => {
  const blank = ['', '']
  const rows = [
    ...(imageTokenizer === undefined
      ? []
      : [...rowsOf({ ...imageTokenizer, flopsPerSecond: costs.flopsPerSecond }), blank]),
    ...rowsOf(costs),
    ...(totalSeconds === undefined
      ? []
      : [blank, ['together', `about ${formatDuration(totalSeconds)}, one run after the other`]]),
  ]
  print(
    printTable(
      [{}, {}],
      rows.map(([name = '', value = '']) => [colors.bold(name), value]),
    ),
  )
}

/** What was found of the data, and how much is left out. */
const describeData = (found: TextAmounts['found']): string => {
  const { unit, leftOut } = found
  const left = `${leftOut === 0 ? 'none' : formatCount(leftOut)} left out`
  return unit === 'documents'
    ? `${formatCount(found.kept)} ${found.kept === 1 ? 'document' : 'documents'} of ${formatCount(found.characters)} characters, ${left}`
    : `${formatCount(found.training)} ${unit} to train on, ${formatCount(found.validation)} to measure on, ${left}`
}

/** How long the run takes, or what has to be known to tell. */
const describeLength = ({ task, steps, seconds, patience }: DryRun): string => {
  if (steps === undefined || seconds === undefined) {
    const unknown = isPictureTask(task)
      ? 'examples are counted once their pictures are prepared'
      : 'rows are counted once they are there'
    return `as many steps as the epochs have; ${unknown}`
  }
  const sooner = patience === undefined ? '' : ', or less where nothing gets better (patience)'
  return `about ${formatDuration(seconds)} for ${formatCount(steps)} steps${sooner}`
}

const rowsOf = (run: DryRun): string[][] => {
  const { task, data, parameters, trainedParameters, flops, memory } = run
  const parts = [
    `state ${formatBytes(memory.state)}`,
    `activations ${formatBytes(memory.activations)}`,
  ]
  return [
    ['task', task],
    ...(data === undefined ? [] : [['data', describeData(data)]]),
    [
      'parameters',
      trainedParameters === undefined
        ? formatCount(parameters)
        : `${formatCount(parameters)}, of which ${formatCount(trainedParameters)} are trained`,
    ],
    ['work', `${formatScaled(flops, 'FLOP')} a step`],
    ['memory', `about ${formatBytes(memory.total)}: ${parts.join(', ')}`],
    [
      'speed',
      `${formatScaled(run.flopsPerSecond, 'FLOP/s')} are likely here, ${formatDuration(run.secondsPerStep)} a step`,
    ],
    ['time', describeLength(run)],
  ]
}
