/** Options and arguments that several commands have. */

import { choice, integer, number, repeated, text, withDefault } from './options.js'

export const recipeArgument = 'a recipe file, or the name of a built-in recipe'

export const recipeOrTableArgument =
  'a recipe file, the name of a built-in recipe, or a table of texts and labels'

export const deviceOption = withDefault(choice('where to compute', ['cpu', 'webgpu']), 'cpu')

export const setOption = repeated(text('put a value in the place of the recipe’s', 'KEY=VALUE'))

export const textModelOption = text('the folder of a language model', 'DIR')

export const modelOption = text('the model’s folder; the pretrained one by default', 'DIR')

export const clipModelOption = text(
  'the folder of a model of clips; the pretrained one by default',
  'DIR',
)

const share = { minimum: 0, maximum: 1, placeholder: 'P' } as const

/** How one of many is chosen. */
const samplingOptions = (what: string) => ({
  temperature: number('more is bolder, 0 always takes the likeliest', { minimum: 0 }),
  topK: integer(`choose among the k likeliest ${what} only`, { minimum: 1, placeholder: 'K' }),
  topP: number(`choose among the likeliest ${what} up to this share`, share),
})

/** How texts are written; what is not given is left to the model. */
export const writingOptions = {
  seed: withDefault(integer('another number writes other texts', { minimum: 0 }), 0),
  ...samplingOptions('tokens'),
  minP: number('leave out tokens less likely than this share of the likeliest', share),
  repetitionPenalty: number('more than 1 avoids tokens that are there already', {
    minimum: 0.01,
    placeholder: 'R',
  }),
  noRepeatNgram: integer('no stretch of so many tokens occurs twice', { minimum: 1 }),
}

/** How pictures and clips are drawn; what is not given is left to the model. */
export const drawingOptions = {
  seed: withDefault(integer('another number draws other pictures', { minimum: 0 }), 0),
  guidance: number('how far the words push; 1 takes the model as it is', { minimum: 0 }),
  ...samplingOptions('codes'),
  candidates: integer('draw as many and keep the one that fits the words best', { minimum: 1 }),
}

export const baseOption = text('of an adapter: the model that it was trained beside', 'DIR')
