/** The image tokenizer that a recipe of words and pictures brings along: a run inside of its run. */

import { imageFolder } from '../generation/text-image/model-folder.js'
import { joinPath } from '../storage/files.js'
import type { ImageTokenizerRecipe } from './tasks/image-tokenizer.js'
import type { TextImageRecipe } from './tasks/text-image.js'

/** The run, inside of another, in which that one's own image tokenizer is trained. */
export const ownTokenizerRun = (out: string): string => joinPath(out, 'image-tokenizer')

/** The finished model folder of a run's own image tokenizer. */
export const ownTokenizerFolder = (out: string): string => joinPath(ownTokenizerRun(out), 'model')

/** The folder of the image tokenizer that a run reads pictures with: a finished one, or its own. */
export const tokenizerFolderOf = (
  { tokenizer, start }: Pick<TextImageRecipe, 'tokenizer' | 'start'>,
  out: string,
): string =>
  tokenizer ?? (start === undefined ? ownTokenizerFolder(out) : joinPath(start, imageFolder))

/** The recipe of a run's own image tokenizer; undefined where it takes a finished one. */
export const ownTokenizerRecipe = ({
  summary,
  seed,
  data,
  imageTokenizer,
}: TextImageRecipe): ImageTokenizerRecipe | undefined =>
  imageTokenizer && {
    task: 'image-tokenizer',
    summary: summary === '' ? '' : `${summary}: the image tokenizer`,
    seed,
    data,
    ...imageTokenizer,
  }
