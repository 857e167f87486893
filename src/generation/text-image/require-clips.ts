/** For work that needs a model of clips: those that draw pictures only are refused. */

import { DataError } from '../../errors.js'
import type { TextImageModel } from './text-image-model.js'

/** How many frames the model's clips have. Throws DataError for a model of pictures. */
export const requireClips = ({ config, source }: TextImageModel): number => {
  const { frames } = config.layout
  if (frames > 1) return frames
  const name = source === undefined ? 'the model' : source.name
  throw new DataError(`${name}: it knows pictures only; choose a model of clips`)
}
