/**
 * chrF2: how many runs of 1 to 6 characters written texts share with references (Popović 2015), as
 * sacreBLEU computes it for a corpus.
 */

import { countNgrams, countShared } from './ngrams.js'

/** As sacreBLEU names what it does here. */
export const chrfSettings = 'chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no'

const highestOrder = 6
/** Recall counts as much as β² times precision. */
const beta = 2

/** Spaces do not count. */
const charactersOf = (text: string): string[] => Array.from(text.replace(/\s+/g, ''))

/** From 0 to 100, of texts and the reference of each. */
export const chrf = (written: readonly string[], references: readonly string[]): number => {
  const counts = Array.from({ length: highestOrder }, () => ({ own: 0, wanted: 0, shared: 0 }))
  for (const [index, text] of written.entries()) {
    const [own, wanted] = [charactersOf(text), charactersOf(references[index]!)]
    for (const [place, sums] of counts.entries()) {
      const order = place + 1
      const runs = Math.max(0, wanted.length - order + 1)
      // Runs of a text whose reference is too short to have any do not count.
      sums.own += runs === 0 ? 0 : Math.max(0, own.length - order + 1)
      sums.wanted += runs
      sums.shared += countShared(countNgrams(own, order), countNgrams(wanted, order))
    }
  }
  const measured = counts.filter(({ own, wanted }) => own > 0 && wanted > 0)
  const meanOf = (ratio: (sums: (typeof counts)[number]) => number) =>
    measured.reduce((sum, sums) => sum + ratio(sums), 0) / Math.max(1, measured.length)
  const precision = meanOf(({ own, shared }) => shared / own)
  const recall = meanOf(({ wanted, shared }) => shared / wanted)
  if (precision + recall === 0) return 0
  const factor = beta ** 2
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall)
}
