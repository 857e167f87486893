/** Options and arguments that several commands have. */

import { choice, repeated, text, withDefault } from './options.js'

export const recipeArgument = 'a recipe file, or the name of a built-in recipe'

export const deviceOption = withDefault(choice('where to compute', ['cpu', 'webgpu']), 'cpu')

export const setOption = repeated(text('put a value in the place of the recipe’s', 'KEY=VALUE'))

export const textModelOption = text('the folder of a language model', 'DIR')

export const modelOption = text('the model’s folder; the pretrained one by default', 'DIR')

export const baseOption = text('of an adapter: the model that it was trained beside', 'DIR')
