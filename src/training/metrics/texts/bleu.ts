/**
 * BLEU: how many runs of 1 to 4 words written texts share with references, less where they are
 * shorter (Papineni et al. 2002), as sacreBLEU computes it for a corpus (Post 2018), with its
 * exponential smoothing.
 */

import { type BleuTokenizer, bleuTokens } from './bleu-tokens.js'
import { countNgrams, countShared } from './ngrams.js'

/** As sacreBLEU names what it does here. */
export const bleuSettings = (tokenizer: BleuTokenizer): string =>
  `BLEU|nrefs:1|case:mixed|eff:no|tok:${tokenizer}|smooth:exp`

const highestOrder = 4

/** From 0 to 100, of texts and the reference of each. */
export const bleu = (
  written: readonly string[],
  references: readonly string[],
  tokenizer: BleuTokenizer,
): number => {
  const counts = Array.from({ length: highestOrder }, () => ({ own: 0, shared: 0 }))
  let [length, wantedLength] = [0, 0]
  for (const [index, text] of written.entries()) {
    const own = bleuTokens(text, tokenizer)
    const wanted = bleuTokens(references[index]!, tokenizer)
    length += own.length
    wantedLength += wanted.length
    for (const [place, sums] of counts.entries()) {
      sums.own += Math.max(0, own.length - place)
      sums.shared += countShared(countNgrams(own, place + 1), countNgrams(wanted, place + 1))
    }
  }
  const hasOrders = counts.every(({ own }) => own > 0)
  if (!hasOrders || counts.every(({ shared }) => shared === 0)) return 0
  let smoothing = 1
  let logarithms = 0
  for (const { own, shared } of counts) {
    if (shared === 0) smoothing *= 2
    logarithms += Math.log(shared === 0 ? 1 / (smoothing * own) : shared / own)
  }
  const brevity = length < wantedLength ? Math.exp(1 - wantedLength / length) : 1
  return 100 * brevity * Math.exp(logarithms / highestOrder)
}
