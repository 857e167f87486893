/** Writes a text piece by piece after what a reader has read, by drawing or by searching. */

import { createRandom } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { createTextStream, type TextTokenizer } from '../../tokenizers/text/index.js'
import { checkOptions } from '../check-options.js'
import type { SamplingOptions } from '../decoding/sample.js'
import type { AdjustOptions } from './choosing/adjust-scores.js'
import { createBeamSearch } from './choosing/beam-search.js'
import { type Chooser, createSampler, type Finish } from './choosing/choose.js'
import { createQuoting } from './choosing/quoting.js'
import { createStopFilter, findStop } from './choosing/stop-strings.js'
import type { Reader } from './reader.js'

export interface WriteOptions extends SamplingOptions, AdjustOptions {
  /** Tokens that are written at most; 256 when left out. */
  readonly maxTokens?: number
  /** The same seed gives the same text. */
  readonly seed?: number
  /** Tells several texts of the same seed apart; 0 when left out, for one that is alone. */
  readonly index?: number
  /**
   * Nats by which tokens that stand in the prompt are likelier than the model finds them, and the end as
   * well, so that texts do not grow; 0 when left out. A small model that writes a text from a text
   * says what it often read before what it reads now.
   */
  readonly copyBias?: number
  /** The ids of a text; what is written is a stretch of that, word for word, and not empty. */
  readonly quoteOf?: readonly number[]
  /** The text ends before the first of these, wherever tokens divide it. */
  readonly stop?: readonly string[]
  /**
   * More than 1 searches for the most probable text; it comes as one piece. Nothing is drawn, so that
   * no option of chance goes with it, and no index.
   */
  readonly beams?: number
  /** Of beam search: the power of the length that sums are divided by; 1, the mean, when left out. */
  readonly lengthPenalty?: number
  /** Whether of a prompt that is longer than the context the end is read; an error otherwise. */
  readonly shouldKeepEnd?: boolean
}

/** A piece of a text as it is written; the last one says why it ended. */
export interface WrittenPiece {
  readonly text: string
  readonly ids: readonly number[]
  readonly finish?: Finish
  /** How likely the model finds the text, where no stop string has cut it: see `Choice.score`. */
  readonly score?: number
}

export interface WriterOptions {
  readonly text: TextTokenizer
  readonly reader: Reader
  /** The ids that end a text. */
  readonly ends: readonly number[]
  /** How text is written unless the caller says otherwise. */
  readonly defaults: WriteOptions
  /** Whether repetition is told by what stands in the prompt too; by what is written alone otherwise. */
  readonly heedsPrompt: boolean
}

const defaultMaxTokens = 256

/** The options given that ask for chance, or for one of several texts. */
const chancesIn = ({ temperature, topK, topP, minP, index }: WriteOptions): number[] =>
  [temperature, topK, topP, minP, index].filter((option) => option !== undefined)

/** A model that otherwise takes the likeliest token draws at 1 for who asks for chance. */
const temperatureOf = (given: WriteOptions, { temperature: usual = 1 }: WriteOptions): number =>
  given.temperature ?? (usual === 0 && chancesIn(given).length > 0 ? 1 : usual)

/** Whoever asks for chance does not search. Throws DataError for who asks for both. */
const beamsOf = (given: WriteOptions, defaults: WriteOptions): number => {
  const { beams, temperature } = given
  const chances = chancesIn(given)
  if (beams === undefined) return chances.length > 0 ? 1 : (defaults.beams ?? 1)
  // The likeliest token each time leaves nothing to chance.
  const isDrawn = chances.length > (temperature === 0 ? 1 : 0)
  if (beams === 1 || !isDrawn) return beams
  throw new DataError(
    `the option beams: a search with ${beams} beams finds one text and draws nothing at random; ` +
      'set it to 1, or ask for neither chance nor several texts',
  )
}

/**
 * Scores without those of ids beyond the tokenizer's, which tables have that are padded in length:
 * they spell nothing. A text may end by one of them.
 */
const withoutUnspelt = (
  scores: Float32Array,
  { vocabularySize }: TextTokenizer,
  ends: ReadonlySet<number>,
): Float32Array =>
  scores.length <= vocabularySize
    ? scores
    : scores.map((score, id) => (id < vocabularySize || ends.has(id) ? score : -Infinity))

/** What goes on from a prompt, with the given options. Throws DataError for those out of range. */
export const createWriter = ({ text, reader, ends, defaults, heedsPrompt }: WriterOptions) =>
  async function* write(
    prompt: readonly number[],
    given: WriteOptions = {},
  ): AsyncGenerator<WrittenPiece> {
    checkOptions(given)
    const temperature = temperatureOf(given, defaults)
    const options = { ...defaults, ...given, temperature, beams: beamsOf(given, defaults) }
    const { maxTokens = defaultMaxTokens, stop = [], beams, seed = 0, index = 0 } = options
    const { repetitionPenalty = 1, noRepeatNgram = 0, lengthPenalty = 1 } = options
    const { copyBias = 0, quoteOf } = options
    const endIds = new Set(ends)
    const createChooser = (): Chooser => {
      const common = {
        ...{ prompt: heedsPrompt ? prompt : [], maxTokens, ends: endIds },
        ...{ repetitionPenalty, noRepeatNgram },
        favour:
          copyBias === 0
            ? undefined
            : { favoured: [...new Set([...prompt, ...ends])], bias: copyBias },
        continuations: quoteOf === undefined ? undefined : createQuoting(quoteOf, text, ends),
      }
      if (beams === 1) return createSampler(common, options, createRandom(seed, 'write', index))
      const isComplete = (ids: readonly number[]) => findStop(text.decode(ids), stop) >= 0
      return createBeamSearch({
        ...{ ...common, beams, lengthPenalty },
        ...(stop.length > 0 ? { isComplete } : {}),
      })
    }
    const stream = createTextStream(text)
    const filter = createStopFilter(stop)
    const chooser = createChooser()
    const reading = await reader.open(prompt, { sequences: chooser.sequences, maxTokens })
    try {
      let scores = await reading.start()
      for (;;) {
        const spelt = scores.map((row) => withoutUnspelt(row, text, endIds))
        const { ids, parents, settled, finish, score } = chooser.choose(spelt)
        const piece = settled.map((id) => stream.push(id)).join('')
        const shown = filter.push(finish === undefined ? piece : piece + stream.close())
        if (shown.isStopped) {
          yield { text: shown.text, ids: settled, finish: 'stop' }
          return
        }
        if (finish !== undefined) {
          const found = score === undefined ? {} : { score }
          yield { text: shown.text + filter.close(), ids: settled, finish, ...found }
          return
        }
        if (settled.length > 0) yield { text: shown.text, ids: settled }
        scores = await reading.next(parents, ids)
      }
    } finally {
      reading.end()
    }
  }
