/** A model of words and pictures that draws and says what its input tells it to, at once. */

import type { DrawOptions, DrawRequest } from '../../src/generation/text-image/draw-request.js'
import type { TextImageModel } from '../../src/generation/text-image/text-image-model.js'
import { createCharacterTokenizer } from '../../src/tokenizers/text/index.js'

const size = 8
const rows = 4

/** What the model was asked, beside the model. */
export const createFakeModel = () => {
  const calls = {
    draw: [] as { requests: readonly DrawRequest[]; options: DrawOptions | undefined }[],
    isClosed: false,
  }
  const model = {
    source: { name: 'pretrained/fake', sha256: 'abc' },
    device: 'cpu',
    config: {
      drawing: 'next-code',
      layout: { textLength: 12, rows, columns: rows, frames: 1 },
      defaults: { guidance: 3, temperature: 1, topK: 0, topP: 1, passes: 12, candidates: 1 },
    },
    text: createCharacterTokenizer({
      kind: 'character',
      vocabulary: ['a', '果'],
      specialTokens: [],
    }),
    image: {
      size,
      rows,
      columns: rows,
      codes: 16,
      // A picture's codes count from 0, whatever it shows.
      encode: async () => Int32Array.from({ length: rows * rows }, (_, place) => place),
    },
    draw: async (requests: readonly DrawRequest[], options?: DrawOptions) => {
      calls.draw.push({ requests, options })
      return requests.map(({ index = 0 }) => ({
        pixels: new Uint8Array(size * size * 3).fill(index),
        codes: new Int32Array(rows * rows),
      }))
    },
    caption: async (pixels: Uint8Array) => `a picture of the shade ${pixels[0]}`,
    close: async () => {
      calls.isClosed = true
    },
  }
  // The rest of a model, such as its network, is no concern of the command line.
  return { model: model as unknown as TextImageModel, calls }
}
