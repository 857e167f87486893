/** How words and codes stand one after another in the layouts of `network/models/text-image`. */

import type { Layout } from '../network/models/text-image.js'
import { specialId } from './vocabulary.js'

/** `<bos> words <pad>… <image>`, the first part of a drawing; words beyond the layout are cut off. */
export const promptIds = (words: readonly number[], { textLength }: Layout): number[] => {
  const text = [specialId('<bos>'), ...words].slice(0, textLength)
  const padding = new Array<number>(textLength - text.length).fill(specialId('<pad>'))
  return [...text, ...padding, specialId('<image>')]
}

/** `<bos> <image> codes </image>`, the first part of a caption; the codes are ids. */
export const seenIds = (codes: readonly number[]): number[] => [
  specialId('<bos>'),
  specialId('<image>'),
  ...codes,
  specialId('</image>'),
]

/**
 * A whole caption: the ids that are read, and for each of the tokens from `</image>` on the one that
 * is to be said after it and whether it counts. Words beyond the layout are cut off.
 */
export const captionIds = (
  codes: readonly number[],
  words: readonly number[],
  { textLength }: Layout,
): { ids: number[]; labels: number[]; weights: number[] } => {
  const said = [...words.slice(0, textLength - 1), specialId('<eos>')]
  const padding = new Array<number>(textLength - said.length).fill(specialId('<pad>'))
  return {
    ids: [...seenIds(codes), ...said.slice(0, -1), ...padding],
    labels: [...said, ...padding],
    weights: [...said.map(() => 1), ...padding.map(() => 0)],
  }
}
