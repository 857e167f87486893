/**
 * The Transformer that everything here is: embedding, blocks, norm and a head, over one vocabulary.
 * What the ids mean, which of them may see which, and where they stand is the caller's business.
 */

import type { Value } from '../../engine/graph/value.js'
import { add, gather, matmul, mul, reshape, slice } from '../../engine/operations/index.js'
import { fanIn, normal } from '../initializers.js'
import {
  type AttentionContext,
  type BlockOptions,
  block,
  defineLayer,
  norm,
  pointwise,
} from '../layers/index.js'
import { type Bound, parameter } from '../parameters.js'

export interface TransformerOptions extends BlockOptions {
  readonly vocabularySize: number
  readonly depth: number
  /** Whether the head is the embedding itself. */
  readonly hasTiedHead?: boolean
  /**
   * Whether states pass a product, the activation and a norm on their way to the head, and scores
   * have a bias: BERT's head for masked tokens (Devlin et al. 2019).
   */
  readonly hasHeadTransform?: boolean
  /** Learned embeddings of places, added to those of ids; none when left out. */
  readonly places?: number
  /** Learned embeddings of segments, such as question and text; none when left out. */
  readonly segments?: number
  /** Whether ids may be those of numbers, whose sizes are read as well. */
  readonly hasNumbers?: boolean
  /** Whether the sum of the embeddings is normalised. */
  readonly hasEmbeddingNorm?: boolean
  /** Whether the last states are normalised; they are when left out, unless the blocks do it. */
  readonly hasOutputNorm?: boolean
}

/** What a transformer reads: int32 [batch · time] each. */
export interface TransformerInput {
  readonly ids: Value
  /** Rows of the table of places; needed where there is one. */
  readonly places?: Value
  /** Rows of the table of segments; row 0 when left out. */
  readonly segments?: Value
  /**
   * float32 [batch · time], needed where ids may be those of numbers: how large each is. It stretches
   * a direction that its id has, which is added to the id's embedding (Gorishniy et al. 2021).
   */
  readonly numbers?: Value
}

/** A contiguous range of ids, up to but not including `end`. */
export interface IdRange {
  readonly start: number
  readonly end: number
}

/** What stands between states and the head: none or one. */
const headTransform = (has: boolean, width: number, scaling: ReturnType<typeof norm>) =>
  has
    ? [
        {
          weight: parameter([width, width], fanIn()),
          bias: parameter([width]),
          norm: scaling.parameters,
        },
      ]
    : []

/** The tables of which rows are added up; none or one of each kind but the first. */
interface EmbeddingTables {
  readonly embedding: Value
  readonly directions: readonly Value[]
  readonly places: readonly Value[]
  readonly segments: readonly Value[]
}

/** ids [batch · time] → the sum of what is learned of each, its number, place and segment. */
const embed = (
  { embedding, ...tables }: EmbeddingTables,
  { ids, numbers, places, segments }: TransformerInput,
): Value => {
  const [directions] = tables.directions
  const [placeTable] = tables.places
  const [segmentTable] = tables.segments
  let sum = gather(embedding, ids)
  if (directions !== undefined && numbers !== undefined) {
    sum = add(sum, mul(reshape(numbers, { shape: [-1, 1] }), gather(directions, ids)))
  }
  if (placeTable !== undefined && places !== undefined) sum = add(sum, gather(placeTable, places))
  if (segmentTable === undefined) return sum
  const first = { axis: 0, start: 0, end: 1 }
  return add(
    sum,
    segments === undefined ? slice(segmentTable, first) : gather(segmentTable, segments),
  )
}

/** ids [batch · time] → hidden states of the same rows, [batch · time, width], normalised. */
export const transformer = ({
  vocabularySize,
  depth,
  hasTiedHead = false,
  hasHeadTransform = false,
  places: placeCount = 0,
  segments: segmentCount = 0,
  hasNumbers = false,
  hasEmbeddingNorm = false,
  hasOutputNorm,
  ...options
}: TransformerOptions) => {
  const { width, isPostNorm = false, activation = 'squared-relu' } = options
  const layers = Array.from({ length: depth }, () => block(options))
  const scaling = norm(options)
  type Scales = typeof scaling.parameters
  const norms: { embeddingNorm?: Scales; norm?: Scales } = {
    ...(hasEmbeddingNorm ? { embeddingNorm: scaling.parameters } : {}),
    ...((hasOutputNorm ?? !isPostNorm) ? { norm: scaling.parameters } : {}),
  }
  const table = (rows: number) => parameter([rows, width], normal(0.02))
  const layer = defineLayer('transformer', {
    parameters: {
      embedding: table(vocabularySize),
      places: placeCount === 0 ? [] : [table(placeCount)],
      segments: segmentCount === 0 ? [] : [table(segmentCount)],
      directions: hasNumbers ? [table(vocabularySize)] : [],
      layers: layers.map(({ parameters }) => parameters),
      ...norms,
      head: hasTiedHead ? [] : [table(vocabularySize)],
      transform: headTransform(hasHeadTransform, width, scaling),
      headBias: hasHeadTransform ? [parameter([vocabularySize])] : [],
    },
    apply: (
      values,
      read: TransformerInput,
      contextOf: (layer: number) => AttentionContext,
    ): Value => {
      const embedded = embed(values, read)
      const normalized =
        values.embeddingNorm === undefined
          ? embedded
          : scaling.apply(values.embeddingNorm, embedded)
      const contexts = layers.map((_, index) => contextOf(index))
      const last = layers.reduce(
        (x, layer, index) => layer.apply(values.layers[index]!, x, contexts[index]!),
        contexts[0]?.drop?.(normalized) ?? normalized,
      )
      return values.norm === undefined ? last : scaling.apply(values.norm, last)
    },
  })
  type Values = Bound<typeof layer.parameters>
  return {
    ...layer,

    /** Scores of the ids within a range: hidden states [rows, width] → [rows, size of the range]. */
    score(values: Values, hidden: Value, range: IdRange): Value {
      const [transform] = values.transform
      const [bias] = values.headBias
      if (transform === undefined || bias === undefined) return scoreIds(values, hidden, range)
      const product = add(matmul(hidden, transform.weight), transform.bias)
      // A gate needs two halves, which this product has not.
      const active = pointwise[activation === 'swiglu' ? 'gelu' : activation](product)
      const scores = scoreIds(values, scaling.apply(transform.norm, active), range)
      return add(scores, slice(bias, { axis: 0, ...range }))
    },
  }
}

export type TransformerParameters = ReturnType<typeof transformer>['parameters']

/**
 * Scores by the rows of the head alone: hidden states [rows, width] → [rows, size of the range]. A
 * place where only picture codes can stand need not be scored against words.
 */
export const scoreIds = (
  { embedding, head: [head = embedding] }: Bound<TransformerParameters>,
  hidden: Value,
  { start, end }: IdRange,
): Value => {
  const isWhole = start === 0 && end === head.shape[0]
  const rows = isWhole ? head : slice(head, { axis: 0, start, end })
  return matmul(hidden, rows, { transposeB: true })
}
