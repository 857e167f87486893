/** Prepared pictures for tests of training: coloured squares of 8 × 8 pixels with names. */

import type { CachedExample, PictureCache } from '../../src/data/cache.js'
import { joinFrames } from '../../src/data/media/media.js'
import type { Split } from '../../src/data/split.js'
import { tinyPixels } from './tiny-image-tokenizer.js'

const colours = ['red', 'green', 'blue', 'white']
const shapes = ['square', 'cat', 'house']
const styles = ['Noto', 'Twemoji']

/** A cache in memory; picture n is the same in every one. */
export const tinyCache = (count = 12): PictureCache => {
  const size = 8
  const bytes = size * size * 3
  const pixels = tinyPixels(count)
  const examples = Array.from({ length: count }, (_, index): CachedExample => {
    const name = `${colours[index % colours.length]} ${shapes[index % shapes.length]} ${index}`
    return {
      id: `picture-${index}`,
      captions: [
        { language: 'en', text: name, role: 'name' },
        { language: 'zh', text: `图${index}`, role: 'name' },
      ],
      group: `group-${index >> 1}`,
      style: styles[index % 2]!,
      flippable: true,
      fingerprint: `fingerprint-${index}`,
    }
  })
  return {
    size,
    examples,
    picture: async (index) => ({
      width: size,
      height: size,
      channels: 3,
      data: pixels.subarray(index * bytes, (index + 1) * bytes),
    }),
  }
}

/** Clips of three frames, each a picture of `tinyCache`. */
export const tinyClipCache = (count = 12): PictureCache => {
  const pictures = tinyCache(3 * count)
  const { size } = pictures
  return {
    size,
    frames: 3,
    examples: pictures.examples.slice(0, count),
    picture: async (index) =>
      joinFrames(await Promise.all([0, 1, 2].map((frame) => pictures.picture(3 * index + frame)))),
  }
}

/** All but the first four to train on, of which two each are held out. */
export const tinySplit = (count = 12): Split => {
  const all = Array.from({ length: count }, (_, index) => index)
  return { heldOutPairs: all.slice(0, 2), heldOut: all.slice(2, 4), train: all.slice(4) }
}
