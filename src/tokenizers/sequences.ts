/** How words and codes stand one after another in the layouts of `network/models/text-image`. */

import type { Layout } from '../network/models/text-image.js'
import { specialId } from './vocabulary.js'

/** `<bos> words <pad>… <image>`, the first part of a drawing; words beyond the layout are cut off. */
export const promptIds = (words: readonly number[], { textLength }: Layout): number[] => {
  const text = [specialId('<bos>'), ...words].slice(0, textLength)
  const padding = new Array<number>(textLength - text.length).fill(specialId('<pad>'))
  return [...text, ...padding, specialId('<image>')]
}
