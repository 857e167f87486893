/**
 * Measures how well a language model foresees texts that it has not seen, also beside another model:
 * one from which it was made with fewer bits, or one with another tokenizer.
 */

import type { Documents } from '../../data/text/document.js'
import { withQuantizedInputs } from '../../engine/runtime/quantized-runtime.js'
import { DataError } from '../../errors.js'
import { openModel } from '../../generation/adapter/open-model.js'
import { endsOf } from '../../generation/text/config.js'
import {
  readStoredLanguageModel,
  type StoredLanguageParts,
} from '../../generation/text/model-folder.js'
import { createTextScorer, type ScoredIds } from '../../generation/text/score-text.js'
import type { RunEnvironment } from '../run/environment.js'
import { divideTexts } from '../run/language-model.js'
import { prepareTexts } from '../run/prepare-texts.js'
import type { LanguageModelRecipe } from '../tasks/language-model.js'
import type { Measures } from './measures.js'

export interface EvaluateLanguageOptions {
  /** The model's folder, and of another one to compare it with. */
  readonly path: string
  readonly against?: string
  readonly recipe: LanguageModelRecipe
  readonly environment: Pick<RunEnvironment, 'files' | 'runtime' | 'dataFolder' | 'onProgress'>
}

/** Tokens that are measured at most, from the first held-out text on. */
const largestCount = 500_000
/** Rows that are scored between two reports of progress. */
const rowsAtOnce = 64

interface Row extends ScoredIds {
  /** Of the text that was read since the last row. */
  readonly bytes: number
}

/**
 * The texts as rows of as many tokens as a model reads and one more, which is foreseen as well: each
 * text with what starts and ends it, and each of its tokens foreseen once.
 */
async function* rowsOf(
  documents: Documents,
  { config, text }: Pick<StoredLanguageParts, 'config' | 'text'>,
): AsyncGenerator<Row> {
  const { context } = config.network
  const { bos } = config.tokens
  const starts = bos === undefined ? [] : [bos]
  const [eos] = endsOf(config)
  const utf8 = new TextEncoder()
  let ids = [...starts]
  let bytes = 0
  for await (const { text: piece, continues } of documents()) {
    ids.push(...text.encode(piece))
    bytes += utf8.encode(piece).length
    if (continues !== true && eos !== undefined) ids.push(eos)
    while (ids.length > context) {
      yield { ids: ids.slice(0, context + 1), from: 1, bytes }
      ids = ids.slice(context)
      bytes = 0
    }
    // Where texts have no beginnings, one goes on from the other, as they do in training.
    if (continues === true || bos === undefined) continue
    if (ids.length > 1) yield { ids, from: 1, bytes }
    ids = [...starts]
    bytes = 0
  }
  if (ids.length > 1) yield { ids, from: 1, bytes }
}

const measure = async (
  path: string,
  documents: Documents,
  { files, runtime, onProgress }: EvaluateLanguageOptions['environment'],
): Promise<Record<'bitsPerByte' | 'loss' | 'tokens' | 'bytes', number>> => {
  const { weights, ...parts } = await readStoredLanguageModel(await openModel(files, path))
  if (!parts.config.skills.includes('continue')) {
    throw new DataError(`${path}: it fills gaps; only models that continue texts are measured`)
  }
  const scorer = await createTextScorer({
    runtime: withQuantizedInputs(runtime, weights.quantized),
    config: parts.config,
    tensors: weights.tensors,
  })
  const sums = { nats: 0, tokens: 0, bytes: 0 }
  let waiting: Row[] = []
  const score = async () => {
    const scores = await scorer.score(waiting)
    for (const [index, { ids, bytes }] of waiting.entries()) {
      sums.nats -= scores[index]!
      sums.tokens += ids.length - 1
      sums.bytes += bytes
    }
    waiting = []
    onProgress('tokens', sums.tokens)
  }
  try {
    for await (const row of rowsOf(documents, parts)) {
      waiting.push(row)
      if (waiting.length === rowsAtOnce) await score()
      if (sums.tokens >= largestCount) break
    }
    await score()
  } finally {
    await scorer.close()
  }
  const { nats, tokens, bytes } = sums
  if (tokens === 0) throw new DataError(`${path}: there is no held-out text to measure on`)
  return { bitsPerByte: nats / Math.LN2 / bytes, loss: nats / tokens, tokens, bytes }
}

/** All measures of a model on the texts that its recipe held out. */
export const evaluateLanguageModel = async ({
  path,
  against,
  recipe,
  environment,
}: EvaluateLanguageOptions): Promise<Measures> => {
  const { validation } = divideTexts(await prepareTexts(recipe.data, environment), recipe)
  const model = await measure(path, validation, environment)
  if (against === undefined) return { model }
  const other = await measure(against, validation, environment)
  return {
    model,
    other,
    'model less other': { bitsPerByte: model.bitsPerByte - other.bitsPerByte },
  }
}
