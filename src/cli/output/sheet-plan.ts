/** How a sheet shows drawings of phrases: decided before any is made. */

import type { Picture } from '../../data/media/media.js'
import {
  contactSheetSize,
  largestSheet,
  type SheetCell,
  usualColumns,
} from '../../data/sheets/contact-sheet.js'
import { UsageError } from '../parsing/usage-error.js'

export interface SheetPlan {
  readonly columns: number
  readonly pictureSize: number
  readonly title?: string | undefined
  /** What each place shows, by rows; undefined stays empty. */
  readonly places: readonly (PlannedCell | undefined)[]
}

interface PlannedCell {
  readonly drawing: number
  readonly caption?: string | undefined
}

export interface SheetPlanOptions {
  /** Frames of a clip that are side by side in its cell; 1 by default. */
  readonly framesAcross?: number
  /** What the sheet's file can hold. */
  readonly limits?: { readonly side: number; readonly pixels: number }
}

/** Drawings of a phrase beside each other, before its row is broken. */
const widestRow = 16

/** Pixels along the side of a shown drawing, smaller where there are many. */
const pictureSizes = [128, 96, 64, 48, 32]

/**
 * How a sheet shows drawings of each phrase, decided before any is made: a sheet that turns out too
 * large would lose them all. One phrase is the title of its drawings, several are a caption or begin
 * a row each. Throws UsageError for more than a sheet can show.
 */
export const planSheet = (
  phrases: readonly string[],
  count: number,
  { framesAcross = 1, limits = largestSheet }: SheetPlanOptions = {},
): SheetPlan => {
  const title = phrases.length === 1 ? phrases[0] : undefined
  for (const pictureSize of pictureSizes) {
    for (const columns of columnsToTry(phrases.length, count, framesAcross)) {
      const places = placesOf(phrases, count, framesAcross === 1 ? columns : count)
      const { width, height } = contactSheetSize({
        ...{ columns, pictureSize, frames: framesAcross, count: places.length },
        hasTitle: title !== undefined,
        hasCaptions: title === undefined,
      })
      if (Math.max(width, height) <= limits.side && width * height <= limits.pixels) {
        return { columns, pictureSize, title, places }
      }
    }
  }
  throw new UsageError(
    `${phrases.length * count} drawings are more than the sheet that shows them together has ` +
      'room for. Draw fewer at a time, by --count, or by --also in several runs.',
  )
}

/** Columns in the order of preference; the last make about as many rows as columns. */
const columnsToTry = (phrases: number, count: number, framesAcross: number): number[] => {
  const square = Math.ceil(Math.sqrt((phrases * count) / framesAcross))
  if (framesAcross > 1) return [usualColumns(framesAcross), square]
  if (phrases === 1 || count === 1) return [square]
  const rowsOfPhrase = Math.ceil(count / Math.max(widestRow, square))
  const phrasesOfRow = Math.max(1, Math.floor(square / count))
  return [Math.ceil(count / rowsOfPhrase), ...(phrasesOfRow > 1 ? [phrasesOfRow * count] : [])]
}

/** Each phrase begins a row of so many columns, unless several share one. */
const placesOf = (
  phrases: readonly string[],
  count: number,
  columns: number,
): (PlannedCell | undefined)[] => {
  const drawings = (first: number) => Array.from({ length: count }, (_, index) => first + index)
  if (phrases.length === 1) return drawings(0).map((drawing) => ({ drawing }))
  return phrases.flatMap((caption, phrase) => {
    const cells: (PlannedCell | undefined)[] = drawings(phrase * count).map((drawing, index) =>
      index === 0 ? { drawing, caption } : { drawing },
    )
    const isLast = phrase === phrases.length - 1
    const sharesRow = isLast || columns % count === 0
    const empty = sharesRow ? 0 : (columns - (count % columns)) % columns
    return [...cells, ...new Array<undefined>(empty).fill(undefined)]
  })
}

/** The cells of a planned sheet, from the pictures of all drawings in their order. */
export const cellsOf = (
  { places }: SheetPlan,
  pictures: readonly Picture[],
): (SheetCell | undefined)[] =>
  places.map((cell) => cell && { picture: pictures[cell.drawing]!, caption: cell.caption })
