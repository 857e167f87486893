/** `pipeline('feature-extraction')`: texts in, vectors out. */

import { DataError } from '../../errors.js'
import { surround } from '../text/surround.js'
import type { TextModel } from '../text/text-model.js'

export type Pooling = 'none' | keyof typeof poolings

export interface FeatureExtractionOptions {
  /**
   * One vector for each token, their mean, or that of the first (`cls`) or last token; `none` when
   * left out.
   */
  readonly pooling?: Pooling
  /** Whether vectors are brought to length 1. */
  readonly normalize?: boolean
}

type Nested = number | Nested[]

/** Numbers in a shape, as transformers.js gives them. */
export interface FeatureTensor {
  readonly type: 'float32'
  readonly dims: readonly number[]
  readonly data: Float32Array
  readonly size: number
  /** The numbers as arrays of arrays. */
  tolist(): Nested[]
}

export interface FeatureExtractionPipeline {
  /**
   * The vectors of one or several texts: [texts, tokens, width] without pooling, where shorter
   * texts are filled up with zeros, and [texts, width] with it.
   */
  (texts: string | readonly string[], options?: FeatureExtractionOptions): Promise<FeatureTensor>
  dispose(): Promise<void>
}

const createFeatureTensor = (data: Float32Array, dims: readonly number[]): FeatureTensor => {
  const nest = (start: number, [count = 1, ...rest]: readonly number[]): Nested[] => {
    const step = rest.reduce((a, b) => a * b, 1)
    return Array.from({ length: count }, (_, place) =>
      rest.length === 0 ? data[start + place]! : nest(start + place * step, rest),
    )
  }
  return { type: 'float32', dims, data, size: data.length, tolist: () => nest(0, dims) }
}

/** The mean of rows [rows · width]. */
const meanOf = (rows: Float32Array, width: number): Float32Array => {
  const sums = new Float64Array(width)
  rows.forEach((value, place) => {
    sums[place % width]! += value
  })
  return Float32Array.from(sums, (sum) => (sum * width) / rows.length)
}

const firstOf = (rows: Float32Array, width: number): Float32Array => rows.slice(0, width)
const lastOf = (rows: Float32Array, width: number): Float32Array => rows.slice(-width)

/** One vector of those of all tokens [tokens · width], by the names that transformers.js gives them. */
const poolings = {
  mean: meanOf,
  ...{ cls: firstOf, first_token: firstOf },
  ...{ last_token: lastOf, eos: lastOf },
}

/** Throws DataError for a name of none. */
const poolingOf = (name: string): ((rows: Float32Array, width: number) => Float32Array) => {
  if (name === 'none') return (rows) => rows
  // The name was looked for.
  if (Object.hasOwn(poolings, name)) return poolings[name as keyof typeof poolings]
  throw new DataError(
    `feature-extraction: expected a pooling of none, ${Object.keys(poolings).join(', ')}, got ${JSON.stringify(name)}`,
  )
}

/** Brings each row to length 1, in place; a row of zeros stays one. */
const normalizeRows = (rows: Float32Array, width: number): void => {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width)
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    if (length > 0) row.set(row.map((value) => value / length))
  }
}

export const createFeatureExtraction = (model: TextModel): FeatureExtractionPipeline => {
  const { width } = model.config.network

  const call = async (
    given: string | readonly string[],
    { pooling = 'none', normalize = false }: FeatureExtractionOptions = {},
  ): Promise<FeatureTensor> => {
    const pool = poolingOf(pooling)
    const parts: Float32Array[] = []
    for (const text of [given].flat()) {
      const states = await model.states(surround(model.text.encode(text), model.text, model.config))
      parts.push(pool(states, width))
    }
    const longest = parts.reduce((length, part) => Math.max(length, part.length), 0)
    const data = new Float32Array(parts.length * longest)
    parts.forEach((part, place) => {
      data.set(part, place * longest)
    })
    if (normalize) normalizeRows(data, width)
    const inner = pooling === 'none' ? [longest / width, width] : [width]
    return createFeatureTensor(data, [parts.length, ...inner])
  }
  return Object.assign(call, { dispose: () => model.close() })
}
