/** Measures captions: do they name what a picture shows? */

import type { CachedExample, PictureCache } from '../../../data/cache.js'
import { phrasingsOf } from '../../../data/captions.js'
import { namesOf } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'

/** What the model says of the chosen pictures. */
export const measureCaptions = (
  part: string,
  chosen: readonly number[],
  { model, data: { cache }, onProgress }: EvaluateOptions,
): Promise<Measures> =>
  scoreCaptions(chosen, cache, async (index, place) => {
    const { data: pixels } = await cache.picture(index)
    const caption = await model.caption(pixels)
    onProgress(`captions ${part}`, place + 1, chosen.length)
    return caption
  })

/** The commonest name of the training pictures, said of every picture: what not looking scores. */
export const measureCommonestName = (
  chosen: readonly number[],
  { data: { cache, split } }: Pick<EvaluateOptions, 'data'>,
): Promise<Measures> => {
  const counts = new Map<string, number>()
  for (const index of split.train) {
    for (const name of new Set(namesOf(cache.examples[index]!).map(normalize))) {
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const [commonest] = Array.from(counts).sort(([, a], [, b]) => b - a)
  return scoreCaptions(chosen, cache, async () => commonest![0])
}

const scoreCaptions = async (
  chosen: readonly number[],
  { examples }: PictureCache,
  captionOf: (index: number, place: number) => Promise<string>,
): Promise<Measures> => {
  let exact = 0
  let contains = 0
  for (const [place, index] of chosen.entries()) {
    const { fingerprint } = examples[index]!
    const twins = examples.filter((other) => other.fingerprint === fingerprint)
    const caption = normalize(await captionOf(index, place))
    const isExact = twins.some((twin) => isPhrasing(caption, twin))
    if (isExact) exact++
    if (isExact || twins.some((twin) => hasName(caption, twin))) contains++
  }
  const count = chosen.length
  return { exact: exact / count, contains: contains / count, examples: count }
}

/** Whether a caption is one that training could have said of the example, without keywords. */
const isPhrasing = (caption: string, example: CachedExample): boolean =>
  Array.from(phrasingsOf(example)).some((phrasing) => normalize(phrasing) === caption)

/** Whether a caption has one of an example's names in it, whatever else it says. */
const hasName = (caption: string, example: CachedExample): boolean =>
  namesOf(example).some((name) => hasWords(caption, normalize(name)))

const normalize = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

/** Chinese is written without spaces; where its words end, a dictionary says. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

const hasWords = (text: string, words: string): boolean => {
  if (words === '') return false
  const boundaries = new Set(Array.from(segmenter.segment(text), ({ index }) => index))
  boundaries.add(text.length)
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (boundaries.has(at) && boundaries.has(at + words.length)) return true
  }
  return false
}
