/**
 * Measures a language model on all texts that its recipe holds out, beside a model of n-grams that
 * was counted on the texts it learned from.
 */

import type { TokenStream } from '../../data/text/token-stream.js'
import { createWindows } from '../../data/text/windows.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { countNgrams } from '../../training/metrics/ngram-model.js'
import { createLanguageObjectives } from '../../training/tasks/language-objectives.js'
import { bitsPerByte, measureLanguage } from '../../training/tasks/measure-language.js'
import type { RunEnvironment } from '../run/environment.js'
import {
  checkStreams,
  divideTexts,
  isOneTextOf,
  openStreams,
  rowsOf,
} from '../run/language-data.js'
import { prepareTexts } from '../run/prepare-texts.js'
import type { LanguageModelRecipe } from '../tasks/language-model.js'
import type { Measures } from './measures.js'

/** Tokens of the baseline's longest n-grams, and those that it is counted on at most. */
const order = 5
const largestCounted = 2_000_000

export interface EvaluateLanguageOptions {
  readonly folder: ModelFolder
  readonly recipe: LanguageModelRecipe
  readonly environment: Pick<
    RunEnvironment,
    'files' | 'runtime' | 'dataFolder' | 'cacheFolder' | 'onProgress'
  >
}

/** Nats a token, bits a byte, and the share of tokens that are the likeliest, by objective. */
export const evaluateLanguageModel = async ({
  folder,
  recipe,
  environment,
}: EvaluateLanguageOptions): Promise<Measures> => {
  const { runtime, onProgress } = environment
  const { objective, seed } = recipe
  const { config, tensors, text } = await readLanguageModel(folder)
  const prepared = await prepareTexts(recipe.data, environment)
  const isOneText = isOneTextOf(recipe, prepared)
  const texts = divideTexts(prepared, recipe)
  const streams = await openStreams({ texts, config, text, isOneText, environment })
  checkStreams(streams, recipe, prepared)
  const time = Math.min(recipe.model.context, config.network.context)
  const learned = createLanguageObjectives({
    config,
    batch: recipe.training.batch,
    time,
    hasDocuments: !isOneText,
    masking: objective.masking,
    seed,
    tuning: { tuning: { kind: 'all' } },
  })
  const rows = rowsOf(createWindows(streams.validation, { time }))
  const measures: Record<string, Measures> = {}
  const buffers = await runtime.createBuffers(tensors)
  try {
    for (const [name, share] of [
      ['next', objective.nextToken],
      ['fill', objective.maskedSpans],
    ] as const) {
      if (share === 0) continue
      const found = await measureLanguage(learned, name, {
        runtime,
        buffers,
        text,
        rows,
        onProgress: (done, total) => onProgress(`windows (${name})`, done, total),
      })
      const { loss, accuracy, labels } = found
      measures[name] =
        name === 'next'
          ? { loss, bitsPerByte: bitsPerByte(found), accuracy, tokens: labels }
          : { loss, accuracy, tokens: labels }
      if (name !== 'next') continue
      const baseline = await measureNgrams(streams, {
        vocabularySize: text.vocabularySize,
        onProgress: (done, total) => onProgress('tokens of the baseline', done, total),
      })
      measures.baseline = {
        loss: baseline,
        bitsPerByte: bitsPerByte({ ...found, loss: baseline }),
        of: `${order}-grams of tokens`,
      }
    }
  } finally {
    await buffers.close()
  }
  return measures
}

/** Tokens that are read from a stream at once. */
const pieceLength = 2 ** 16

const readStart = async (stream: TokenStream, largest: number): Promise<number[]> => {
  const end = Math.min(stream.length, largest)
  const tokens: number[] = []
  for (let start = 0; start < end; start += pieceLength) {
    const piece = await stream.read(start, Math.min(end, start + pieceLength))
    for (let place = 0; place < piece.length; place++) tokens.push(piece[place]!)
  }
  return tokens
}

/** Nats a token of the validation part, whose windows are the only difference to the model's. */
const measureNgrams = async (
  { training, validation }: { readonly training: TokenStream; readonly validation: TokenStream },
  {
    vocabularySize,
    onProgress,
  }: {
    readonly vocabularySize: number
    readonly onProgress: (done: number, total: number) => void
  },
): Promise<number> => {
  const model = countNgrams([await readStart(training, largestCounted)], { order, vocabularySize })
  const tokens = await readStart(validation, Number.POSITIVE_INFINITY)
  let loss = 0
  for (let place = 1; place < tokens.length; place++) {
    const history = tokens.slice(Math.max(0, place - order + 1), place)
    loss -= Math.log(model.probability(history, tokens[place]!))
    if (place % pieceLength === 0) onProgress(place, tokens.length)
  }
  return loss / (tokens.length - 1)
}
