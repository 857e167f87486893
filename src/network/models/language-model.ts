/**
 * A Transformer that reads and writes text. It looks at what came before (to continue), at
 * everything (to fill gaps), or at everything up to the end of a prefix and then at what came
 * before. Several documents may stand in one row; they do not see each other.
 */

import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  add,
  cast,
  causalMask,
  equal,
  maximum,
  minimum,
  mul,
  reshape,
  sub,
} from '../../engine/operations/index.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import {
  type AttentionContext,
  type RotaryAngles,
  type RotaryOptions,
  rotaryAngles,
  unseen,
} from '../layers/index.js'
import type { Bound } from '../parameters.js'
import { type TransformerOptions, transformer } from './transformer.js'

/** Where tokens stand: rotary angles, rows of a learned table, or nowhere. */
export type PositionKind = 'rotary' | 'learned' | 'none'

export interface LanguageModelOptions extends Omit<TransformerOptions, 'places' | 'hasMemory'> {
  /** Tokens that are read at most. */
  readonly context: number
  readonly positions?: PositionKind
  /** Of rotary positions: the base of their wavelengths. */
  readonly rotaryBase?: number
  /** Rows of the table of learned positions before the first one that is used. */
  readonly positionOffset?: number
}

/** What a token sees. */
export type Sight = 'causal' | 'bidirectional' | 'prefix'

/** int32 [batch · time] each. */
export interface LanguageInput {
  readonly ids: Value
  /** The document that each token belongs to, counted from 1; 0 for padding. All see each other without. */
  readonly documents?: Value
  /** 1 for the tokens of a prefix, which all later ones and each other see; for the sight `prefix`. */
  readonly prefixes?: Value
  readonly segments?: Value
  /** float32 [batch · time]: how large the numbers are that ids stand for. */
  readonly numbers?: Value
  /** Where tokens stand, from 0 on; in a row one after another when left out. */
  readonly places?: Value
}

/** The options of the network below; learned positions are its places. */
export const languageNetwork = ({
  context,
  positions = 'rotary',
  positionOffset = 0,
  rotaryBase: _rotaryBase,
  ...options
}: LanguageModelOptions): TransformerOptions => ({
  ...options,
  ...(positions === 'learned' ? { places: positionOffset + context } : {}),
})

/** The angles' options of a model with rotary positions. */
export const languageAngles = ({
  width,
  heads,
  headWidth = width / heads,
  rotaryBase = 10_000,
}: LanguageModelOptions): RotaryOptions => ({ headWidth, base: rotaryBase })

interface Places {
  /** Rows of the table of places, where there is one. */
  readonly rows?: Value
  readonly angles?: RotaryAngles
}

/** Where the tokens of rows stand, one after another, as constants. */
const placesInOrder = (
  options: LanguageModelOptions,
  { batch, time }: { batch: number; time: number },
): Places => {
  const { positions = 'rotary', positionOffset = 0 } = options
  const slots = Array.from({ length: time }, (_, slot) => slot)
  if (positions === 'none') return {}
  if (positions === 'learned') {
    const rows = Array.from({ length: batch }, () => slots.map((slot) => positionOffset + slot))
    return { rows: constant(tensorOf('int32', rows.flat())) }
  }
  return {
    angles: rotaryAngles(
      slots.map((slot) => [slot]),
      languageAngles(options),
    ),
  }
}

/**
 * Rows of the table of places, and angles, for tokens that stand at places [batch · time] that only
 * a run knows. Tokens beyond the context stand where its last one does.
 */
export const placesIn = (options: LanguageModelOptions, places: Value, batch: number): Places => {
  const { context, positions = 'rotary', positionOffset = 0 } = options
  const within = minimum(places, context - 1)
  if (positions === 'learned') return { rows: add(within, positionOffset) }
  if (positions === 'none') return {}
  const slots = Array.from({ length: context }, (_, slot) => [slot])
  return {
    angles: {
      ...rotaryAngles(slots, languageAngles(options)),
      places: reshape(within, { shape: [batch, -1] }),
    },
  }
}

/** 0 where a condition of 0 and 1 holds, and so far below all scores that it does not count elsewhere. */
const maskOf = (isSeen: Value): Value => mul(sub(1, isSeen), unseen)

/** 1 where tokens of a row belong to the same document: [batch · time] → [batch, 1, time, time]. */
const sameDocument = (documents: Value, batch: number): Value => {
  const ofQueries = reshape(documents, { shape: [batch, 1, -1, 1] })
  const ofKeys = reshape(documents, { shape: [batch, 1, 1, -1] })
  return cast(equal(ofQueries, ofKeys), { to: 'float32' })
}

/** 1 at and below the diagonal: [1, 1, time, time]. */
const upToItself = (time: number): Value =>
  constant(
    tensorOf(
      'float32',
      Array.from({ length: time * time }, (_, place) =>
        place % time <= Math.floor(place / time) ? 1 : 0,
      ),
      [1, 1, time, time],
    ),
  )

/** What the tokens of rows see, as an attention's context. */
const contextOf = (
  { documents, prefixes }: LanguageInput,
  sight: Sight,
  { batch, time }: { batch: number; time: number },
): AttentionContext => {
  const isOwn = documents === undefined ? undefined : sameDocument(documents, batch)
  const own = isOwn === undefined ? undefined : maskOf(isOwn)
  if (sight === 'bidirectional') return { batch, ...(own === undefined ? {} : { mask: own }) }
  if (sight === 'prefix' && prefixes !== undefined) {
    const isPrefix = cast(reshape(prefixes, { shape: [batch, 1, 1, time] }), { to: 'float32' })
    const isSeen = maximum(upToItself(time), isPrefix)
    return { batch, mask: maskOf(isOwn === undefined ? isSeen : mul(isSeen, isOwn)) }
  }
  const causal = causalMask({ queries: time, keys: time })
  return { batch, mask: own === undefined ? causal : add(causal, own) }
}

export const languageModel = (options: LanguageModelOptions) => {
  const { vocabularySize } = options
  const network = transformer(languageNetwork(options))
  type Parameters = Bound<typeof network.parameters>
  return {
    options,
    parameters: network.parameters,

    /** Ids [batch · time] → hidden states of the same rows, [batch · time, width]. */
    read(
      parameters: Parameters,
      input: LanguageInput,
      {
        batch,
        sight = 'causal',
        drop,
      }: { batch: number; sight?: Sight; drop?: AttentionContext['drop'] },
    ): Value {
      const time = input.ids.shape[0]! / batch
      const { rows, angles } =
        input.places === undefined
          ? placesInOrder(options, { batch, time })
          : placesIn(options, input.places, batch)
      const context: AttentionContext = {
        ...contextOf(input, sight, { batch, time }),
        ...(drop === undefined ? {} : { drop }),
        ...(angles === undefined ? {} : { angles }),
      }
      return network.apply(
        parameters,
        {
          ids: input.ids,
          ...(rows === undefined ? {} : { places: rows }),
          ...(input.segments === undefined ? {} : { segments: input.segments }),
          ...(input.numbers === undefined ? {} : { numbers: input.numbers }),
        },
        () => context,
      )
    },

    /** Hidden states [rows, width] → scores of all ids, [rows, vocabulary]. */
    score: (parameters: Parameters, states: Value): Value =>
      network.score(parameters, states, { start: 0, end: vocabularySize }),
  }
}

export type LanguageModel = ReturnType<typeof languageModel>
