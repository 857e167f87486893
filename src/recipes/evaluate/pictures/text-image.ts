/**
 * Measures a model of words and pictures: do its drawings look like what was asked for, and do its
 * captions name what is shown? Each part of the data stands for itself, beside a baseline and a
 * ceiling; a part without members is left out.
 */

import { createNearestPicture } from '../../../training/metrics/nearest-picture.js'
import { distanceName } from '../../../training/metrics/picture-distance.js'
import { namedLanguages } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { measureCaptions, measureCommonestName } from './captions.js'
import { choose } from './choose.js'
import { measureAnyPictures, measureDrawings } from './drawings.js'
import { measureCeiling, measurePictures } from './tokenizer.js'

/** All measures of a model on the data that it was trained and held out on. */
export const evaluateTextImage = async (options: EvaluateOptions): Promise<Measures> => {
  const { data, seed, count, languages } = options
  const { cache, split } = data
  const nearest = createNearestPicture(cache)
  const drawn: Record<string, Measures> = {}
  const drawnBaseline: Record<string, Measures> = {}
  const captions: Record<string, Measures> = {}
  const captionsBaseline: Record<string, Measures> = {}
  const parts = { train: split.train, heldOutStyle: split.heldOutPairs, heldOut: split.heldOut }
  for (const [part, members] of Object.entries(parts)) {
    const named = members.filter(
      (index) => namedLanguages(cache.examples[index]!, languages).length > 0,
    )
    if (named.length === 0) continue
    const chosen = choose(named, count, seed, 'evaluate', part)
    drawn[part] = await measureDrawings(part, chosen, options, nearest)
    drawnBaseline[part] = await measureAnyPictures(part, chosen, options, nearest)
    captions[part] = await measureCaptions(part, chosen, options)
    captionsBaseline[part] = await measureCommonestName(chosen, options)
  }
  const { image } = options.model
  const pictures = await measurePictures(image, data, { seed })
  return {
    distance: distanceName,
    ...drawn,
    baseline: { ...trainFirst(drawnBaseline), caption: trainFirst(captionsBaseline) },
    caption: trainFirst(captions),
    tokenizer: pictures.measures,
    ceiling: await measureCeiling(pictures, nearest, count),
  }
}

/** The measures of training pictures, with those of the other parts below their names. */
const trainFirst = ({ train = {}, ...others }: Readonly<Record<string, Measures>>): Measures => ({
  ...train,
  ...others,
})
