/** What a recipe would cost, and how that is printed: `train --dry-run`. */

import {
  assumedTokenizer,
  estimateRecipe,
  type RecipeEstimate,
} from '../recipes/estimate-recipe.js'
import { isPictureRecipe, type Recipe } from '../recipes/recipe.js'
import { framesOfSource } from '../recipes/schema/data.js'
import type { ImageTokenizerConfig } from '../tokenizers/image/config.js'
import { totalMemory } from '../training/estimate.js'
import type { CommandContext } from './environment.js'
import { findTokenizer } from './find/find-tokenizer.js'
import type { Library } from './library.js'
import { formatBytes, formatCount, formatDuration, formatScaled } from './terminal/quantities.js'
import { printTable } from './terminal/table.js'
import type { Terminal } from './terminal/terminal.js'

/** What one run costs. */
interface RunCosts extends Omit<RecipeEstimate, 'memory' | 'imageTokenizer'> {
  readonly task: Recipe['task']
  readonly memory: RecipeEstimate['memory'] & { readonly total: number }
}

export interface DryRun extends RunCosts {
  readonly flopsPerSecond: number
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

/** The examples of an epoch, where they have been counted; texts are not until a run reads them. */
const countExamples = async (
  recipe: Recipe,
  tokenizer: ImageTokenizerConfig | undefined,
  library: Library,
): Promise<number | undefined> => {
  if (!isPictureRecipe(recipe)) return undefined
  if (recipe.task === 'image-tokenizer') {
    const { data, size, frames } = recipe
    return library.countExamples(data, { size, frames })
  }
  if (tokenizer === undefined) return undefined
  const frames = framesOfSource(recipe.data, tokenizer.frames)
  return library.countExamples(recipe.data, { size: tokenizer.size, frames })
}

/** What a recipe would cost at some speed; notes what it has to assume. */
export const estimateRun = async (
  recipe: Recipe,
  flopsPerSecond: number,
  { environment: { library }, terminal }: CommandContext,
): Promise<DryRun> => {
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
  const examples = await countExamples(recipe, tokenizer, library)
  const estimated = estimateRecipe(recipe, {
    flopsPerSecond,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(start === undefined ? {} : { start }),
    ...(examples === undefined ? {} : { examples }),
  })
  const costs = { ...costsOf(recipe.task, estimated), flopsPerSecond }
  if (estimated.imageTokenizer === undefined) return costs
  const imageTokenizer = costsOf('image-tokenizer', estimated.imageTokenizer)
  return costs.seconds === undefined || imageTokenizer.seconds === undefined
    ? { ...costs, imageTokenizer }
    : { ...costs, imageTokenizer, totalSeconds: costs.seconds + imageTokenizer.seconds }
}

export const printDryRun = (
  { imageTokenizer, totalSeconds, flopsPerSecond, ...costs }: DryRun,
  { colors, print }: Terminal,
): void => {
  const blank = ['', '']
  const rows = [
    ...(imageTokenizer === undefined ? [] : [...rowsOf(imageTokenizer, flopsPerSecond), blank]),
    ...rowsOf(costs, flopsPerSecond),
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

const rowsOf = (
  { task, parameters, trainedParameters, flops, memory, secondsPerStep, steps, seconds }: RunCosts,
  flopsPerSecond: number,
): string[][] => {
  const parts = [
    `state ${formatBytes(memory.state)}`,
    `activations ${formatBytes(memory.activations)}`,
  ]
  const length =
    steps === undefined || seconds === undefined
      ? 'as many steps as the epochs have; examples are counted once their pictures are prepared'
      : `about ${formatDuration(seconds)} for ${formatCount(steps)} steps`
  return [
    ['task', task],
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
      `${formatScaled(flopsPerSecond, 'FLOP/s')} are likely here, ${formatDuration(secondsPerStep)} a step`,
    ],
    ['time', length],
  ]
}
