/** What work on clips needs, and how it is refused where it is not there. */

import { DataError } from '../../errors.js'
import type { TextImageModel } from './text-image-model.js'

/** How many frames the model's clips have. Throws DataError for a model of pictures. */
export const requireClips = ({ config, source }: TextImageModel): number => {
  const { frames } = config.layout
  if (frames > 1) return frames
  const name = source === undefined ? 'the model' : source.name
  throw new DataError(`${name}: it knows pictures only; choose a model of clips`)
}

/** The error about a picture in the place of a clip in which something is to happen. */
export const oneFrame = (name: string): DataError =>
  new DataError(
    `${name}: it has one frame, in which nothing happens; give it two or more, or ask for its caption`,
  )

/** The error about a model that has no questions. */
export const tellsNothingApart = (): DataError =>
  new DataError(
    'the model names nothing that it tells apart; train it on clips with attributes or few classes',
  )
