/** The image tokenizer that a recipe of words and pictures has, as far as it is known. */

import { tokenizerFolderOf } from '../../recipes/own-tokenizer.js'
import type { Recipe } from '../../recipes/recipe.js'
import type { ImageTokenizerConfig } from '../../tokenizers/image/config.js'
import type { Library } from '../library.js'

/** Its configuration; undefined where it is a folder that nobody has trained yet. */
export const findTokenizer = async (
  recipe: Extract<Recipe, { task: 'text-image' }>,
  library: Pick<Library, 'findTokenizer'>,
): Promise<ImageTokenizerConfig | undefined> => {
  const { imageTokenizer: own } = recipe
  if (own !== undefined) return { ...own.tokenizer, size: own.size, frames: own.frames }
  return library.findTokenizer(tokenizerFolderOf(recipe, ''))
}
