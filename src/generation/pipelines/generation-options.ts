/** What pipelines that write text are told, by the names that users of transformers.js know. */

import { checkOptions } from '../check-options.js'
import type { WriteOptions } from '../text/writer.js'
import { withoutGaps } from '../without-gaps.js'

export interface GenerationOptions {
  /** The model's own limit, or 256, when left out. */
  readonly max_new_tokens?: number
  /** Whether tokens are drawn at random; not when left out. */
  readonly do_sample?: boolean
  readonly temperature?: number
  readonly top_k?: number
  readonly top_p?: number
  readonly min_p?: number
  readonly repetition_penalty?: number
  readonly no_repeat_ngram_size?: number
  readonly num_beams?: number
  readonly length_penalty?: number
  readonly stop_strings?: string | readonly string[]
  /** The same seed draws the same text; 0 when left out. */
  readonly seed?: number
}

const names = {
  maxTokens: 'max_new_tokens',
  topK: 'top_k',
  topP: 'top_p',
  minP: 'min_p',
  repetitionPenalty: 'repetition_penalty',
  noRepeatNgram: 'no_repeat_ngram_size',
  beams: 'num_beams',
  lengthPenalty: 'length_penalty',
}

/**
 * The same in our words; what is left out is left to the model. Throws DataError for what is out of
 * range.
 */
export const writeOptions = (options: GenerationOptions): WriteOptions => {
  const { do_sample: isDrawn = false, stop_strings: stop } = options
  const given = {
    maxTokens: options.max_new_tokens,
    ...(isDrawn
      ? {
          temperature: options.temperature ?? 1,
          topK: options.top_k,
          topP: options.top_p,
          minP: options.min_p,
        }
      : {}),
    repetitionPenalty: options.repetition_penalty,
    noRepeatNgram: options.no_repeat_ngram_size,
    beams: options.num_beams,
    lengthPenalty: options.length_penalty,
    seed: options.seed,
    stop: stop === undefined ? undefined : [stop].flat(),
  }
  checkOptions(given, names)
  return withoutGaps(given)
}
