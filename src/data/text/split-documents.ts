/** Divides documents into those to train on and those to measure on. */

import { hashOf } from '../../engine/tensor/random.js'
import type { Documents, TextDocument } from './document.js'

export interface DocumentSplit {
  readonly training: Documents
  readonly validation: Documents
}

/** Whole documents here and there: which ones depends on the seed and their place alone. */
export const splitDocuments = (
  documents: Documents,
  { share, seed }: { share: number; seed: number },
): DocumentSplit => {
  const choose = (isWanted: (isHeldOut: boolean) => boolean): Documents =>
    async function* () {
      let index = 0
      let isInside = false
      for await (const document of documents()) {
        if (!isInside) index++
        isInside = document.continues === true
        const isHeldOut = hashOf(seed, 'held out', index) < share * 2 ** 32
        if (isWanted(isHeldOut)) yield document
      }
    }
  return { training: choose((isHeldOut) => !isHeldOut), validation: choose((is) => is) }
}

/** The end of the texts; a document may be divided. `characters` is how many there are. */
export const splitAtEnd = (
  documents: Documents,
  { share, characters }: { share: number; characters: number },
): DocumentSplit => {
  const border = Math.floor((1 - share) * characters)
  /** Documents cut at the border, each with whether it is before. */
  async function* cut(): AsyncGenerator<{ document: TextDocument; isBefore: boolean }> {
    let start = 0
    for await (const document of documents()) {
      const { text, continues } = document
      const end = start + text.length
      const inside = Math.max(0, Math.min(text.length, border - start))
      // Not between the halves of a character.
      const place = /[\ud800-\udbff]/.test(text[inside - 1] ?? '') ? inside - 1 : inside
      start = end
      if (place > 0) {
        const first = text.slice(0, place)
        const goesOn = continues === true && start < border
        yield { document: { text: first, ...(goesOn ? { continues } : {}) }, isBefore: true }
      }
      if (place < text.length) {
        yield { document: { ...document, text: text.slice(place) }, isBefore: false }
      }
    }
  }
  const choose = (wanted: boolean): Documents =>
    async function* () {
      for await (const { document, isBefore } of cut()) if (isBefore === wanted) yield document
    }
  return { training: choose(true), validation: choose(false) }
}
