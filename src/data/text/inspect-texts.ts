/**
 * Goes through documents once, decides with filters which are kept and counts all there is to tell.
 * Of a decision one bit is kept, so that later passes need no second judgement and no copy on disk.
 */

import { hashOf } from '../../engine/tensor/random.js'
import type { Documents, TextDocument } from './document.js'
import type { DocumentJudge, TextFilter } from './filters/filter.js'
import { addLetters, languageOfLetters, noLetters, type TextLanguage } from './filters/language.js'
import { countCodePoints } from './filters/length.js'

export interface FilterCounts {
  readonly name: string
  /** Documents that it left out. */
  readonly dropped: number
  /** Documents that it found and kept. */
  readonly marked: number
  /** Places in texts that it changed; of normalization, pieces of texts. */
  readonly changed: number
}

export interface LongDocument {
  readonly file: string
  readonly line: number
  readonly characters: number
}

export interface TextReport {
  /** All that were found. */
  readonly documents: number
  readonly kept: number
  /** Of kept documents, in Unicode code points. */
  readonly characters: number
  readonly filters: readonly FilterCounts[]
  /** Kept documents by language, told by their scripts. */
  readonly languages: Readonly<Record<TextLanguage, number>>
  /** The longest kept documents, first the longest. */
  readonly longest: readonly LongDocument[]
}

export interface InspectedTexts {
  /** The kept documents, as the filters changed them. */
  readonly documents: Documents
  readonly report: TextReport
  /** Length of the kept texts in UTF-16 units, by which texts are divided. */
  readonly length: number
  /** A hash of the kept documents, in their order. */
  readonly hash: number
}

export interface InspectOptions {
  readonly onProgress?: (documents: number) => void
}

const longestShown = 5
/** Documents between two reports of progress. */
const progressEvery = 1000

/** One bit for each document, in memory that grows. */
const createBits = () => {
  let bytes = new Uint8Array(2 ** 10)
  return {
    set: (index: number) => {
      // Only kept documents are set, so that there may be any number of others in between.
      if (index >> 3 >= bytes.length) {
        const larger = new Uint8Array(2 * (index >> 3))
        larger.set(bytes)
        bytes = larger
      }
      bytes[index >> 3]! |= 1 << (index & 7)
    },
    has: (index: number): boolean => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0,
  }
}

const changeWith = (filters: readonly TextFilter[], piece: string): string =>
  filters.reduce((text, { change }) => change?.(text).text ?? text, piece)

/** Filters apply in their order; a document counts for the first one that drops it. */
export const inspectTexts = async (
  documents: Documents,
  filters: readonly TextFilter[],
  { onProgress = () => {} }: InspectOptions = {},
): Promise<InspectedTexts> => {
  const counts = filters.map(({ name }) => ({ name, dropped: 0, marked: 0, changed: 0 }))
  const languages = { en: 0, zh: 0, other: 0 }
  const keptBits = createBits()
  const longest: LongDocument[] = []
  let [found, kept, characters, length, hash] = [0, 0, 0, 0, 0]
  let current: ReturnType<typeof begin> | undefined

  const begin = (first: TextDocument) => {
    const judges: (DocumentJudge | undefined)[] = filters.map(({ judge }) => judge?.())
    const letters = noLetters()
    let [points, units, hashOfPieces] = [0, 0, 0]
    return {
      read: (piece: string) => {
        let text = piece
        for (const [index, { change }] of filters.entries()) {
          if (change !== undefined) {
            const changed = change(text)
            counts[index]!.changed += changed.changes
            text = changed.text
          }
          judges[index]?.read(text)
        }
        addLetters(letters, text)
        points += countCodePoints(text)
        units += text.length
        hashOfPieces = hashOf(hashOfPieces, text)
      },
      end: () => {
        for (const [index, judge] of judges.entries()) {
          const verdict = judge?.verdict()
          if (verdict === 'mark') counts[index]!.marked++
          if (verdict !== 'drop') continue
          counts[index]!.dropped++
          return
        }
        keptBits.set(found)
        kept++
        characters += points
        length += units
        hash = hashOf(hash, hashOfPieces)
        languages[languageOfLetters(letters)]++
        longest.push({ file: first.file ?? '', line: first.line ?? 1, characters: points })
        longest.sort((one, other) => other.characters - one.characters)
        longest.length = Math.min(longest.length, longestShown)
      },
    }
  }

  for await (const document of documents()) {
    current ??= begin(document)
    current.read(document.text)
    if (document.continues) continue
    current.end()
    current = undefined
    found++
    if (found % progressEvery === 0) onProgress(found)
  }
  onProgress(found)

  const keptDocuments: Documents = async function* () {
    let index = 0
    for await (const document of documents()) {
      if (keptBits.has(index)) {
        yield { ...document, text: changeWith(filters, document.text) }
      }
      if (!document.continues) index++
    }
  }
  const report = { documents: found, kept, characters, filters: counts, languages, longest }
  return { documents: keptDocuments, report, length, hash }
}
