/**
 * Labels as tokens that a language model writes after a text: `<bos> text <eos> label <eos>`. A label
 * is as likely as its tokens are together, and as all end alike, none is the beginning of another.
 */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { crossEntropy, gather, mul, neg, reshape, sum } from '../../engine/operations/index.js'
import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { RecipeError } from '../../errors.js'
import type { Sight } from '../../network/models/language-model.js'
import type { TextClassifier } from '../../network/models/text-classifier.js'
import type { Bound } from '../../network/parameters.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { type ClassifierShape, labelRoomOf, type TextIds } from './classifier-input.js'
import type { TextClassificationConfig } from './config.js'

export type LabelTokens = NonNullable<TextClassificationConfig['labelTokens']>

type LabelWriter = Pick<TextClassificationConfig, 'tokens'> & { readonly labelTokens: LabelTokens }

/** What follows a text, for each label. Throws RecipeError where two labels have the same tokens. */
export const labelIdsOf = (
  labels: readonly string[],
  text: TextTokenizer,
  end: number,
): number[][] => {
  const byTokens = new Map<string, string>()
  return labels.map((label) => {
    const ids = [end, ...text.encode(label), end]
    const key = ids.join(' ')
    const other = byTokens.get(key)
    if (other !== undefined) {
      throw new RecipeError(
        `model.output: the labels ${other} and ${label} have the same tokens, as the tokenizer does not know their letters. Give them other names by data.names, or choose model.output: head.`,
      )
    }
    byTokens.set(key, label)
    return ids
  })
}

/** What the tokens of a row see. */
export const sightOf = ({ prefixes }: LabelTokens): Extract<Sight, 'causal' | 'prefix'> =>
  prefixes === 'causal' ? 'causal' : 'prefix'

/** A text and its label: the row's ids, and how many at its start are given rather than written. */
export const labelRow = (
  ids: TextIds,
  label: number,
  { tokens: { pad, mask = pad }, labelTokens }: LabelWriter,
): { ids: number[]; prefix: number } => ({
  ids: [...ids.map((id) => (id < 0 ? mask : id)), ...labelTokens.ids[label]!],
  prefix: ids.length + 1,
})

/** Log-probabilities of all labels, [batch, labels]. Feeds: `labelFeeds`. */
export const scoreLabels = (
  { reader }: TextClassifier,
  values: Bound<TextClassifier['parameters']>,
  { batch, time }: ClassifierShape,
  { labelTokens }: LabelWriter,
): Value => {
  const labels = labelTokens.ids.length
  const rows = batch * labels
  const room = labelRoomOf({ labelTokens })
  const row = (name: string) => input(name, { dtype: 'int32', shape: [rows * time] })
  const written = (name: string) => input(name, { dtype: 'int32', shape: [rows * room] })
  const sight = sightOf(labelTokens)
  const states = reader.read(
    values,
    {
      ids: row('ids'),
      documents: row('documents'),
      ...(sight === 'prefix' ? { prefixes: row('prefixes') } : {}),
    },
    { batch: rows, sight },
  )
  // Only what writes the labels is scored: a vocabulary is long.
  const scores = reader.score(values, gather(states, written('places')))
  const weights = input('weights', { dtype: 'float32', shape: [rows * room] })
  const losses = mul(crossEntropy(scores, written('written')), weights)
  return neg(sum(reshape(losses, { shape: [batch, labels, room] }), { axes: [2] }))
}

/** The feeds of `scoreLabels`: each text once with each label. */
export const labelFeeds = (
  texts: readonly { readonly ids: TextIds }[],
  { batch, time }: ClassifierShape,
  config: LabelWriter,
): Record<string, Tensor> => {
  const { labelTokens, tokens } = config
  const labels = labelTokens.ids.length
  const room = labelRoomOf({ labelTokens })
  const [ids, documents, prefixes] = [0, 1, 2].map(() => new Int32Array(batch * labels * time))
  const [places, written] = [0, 1].map(() => new Int32Array(batch * labels * room))
  const weights = new Float32Array(batch * labels * room)
  ids!.fill(tokens.pad)
  for (const [index, text] of texts.entries()) {
    for (let label = 0; label < labels; label++) {
      const row = index * labels + label
      const start = row * time
      const { ids: all, prefix } = labelRow(text.ids, label, config)
      const read = all.slice(0, -1)
      ids!.set(read, start)
      documents!.fill(1, start, start + read.length)
      prefixes!.fill(1, start, start + prefix)
      for (const [token, id] of all.slice(prefix).entries()) {
        places![row * room + token] = start + prefix - 1 + token
        written![row * room + token] = id
        weights[row * room + token] = 1
      }
    }
  }
  return {
    ids: tensorOf('int32', ids!),
    documents: tensorOf('int32', documents!),
    ...(sightOf(labelTokens) === 'prefix' ? { prefixes: tensorOf('int32', prefixes!) } : {}),
    places: tensorOf('int32', places!),
    written: tensorOf('int32', written!),
    weights: tensorOf('float32', weights),
  }
}
