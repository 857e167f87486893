/** Measures captions: do they name what a picture shows? */

import { namesOf } from '../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from './measures.js'

/** The share of the chosen pictures in whose caption one of their names is, in any language. */
export const measureCaptions = async (
  part: string,
  chosen: readonly number[],
  { model, data: { cache }, onProgress }: EvaluateOptions,
): Promise<Measures> => {
  let exact = 0
  for (const [place, index] of chosen.entries()) {
    const { data: pixels } = await cache.picture(index)
    const caption = (await model.caption(pixels)).toLowerCase()
    const { fingerprint } = cache.examples[index]!
    const twins = cache.examples.filter((other) => other.fingerprint === fingerprint)
    const names = twins.flatMap((twin) => namesOf(twin)).map((name) => name.toLowerCase())
    if (names.some((name) => name !== '' && caption.includes(name))) exact++
    onProgress(`captions ${part}`, place + 1, chosen.length)
  }
  return { exact: exact / chosen.length, examples: chosen.length }
}
