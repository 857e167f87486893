/**
 * How a drawing was made, in the text of its file: all that is needed to make it again, whatever the
 * defaults of its model become.
 */

import { z } from 'zod'
import { readClipText } from '../../data/media/clip-file.js'
import { DataError } from '../../errors.js'
import { drawingOrders } from '../text-image/config.js'
import type { DrawOptions, DrawRequest } from '../text-image/draw-request.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { withoutGaps } from '../without-gaps.js'

/** The key of the text in the file. */
export const originKey = 'tesserae'

const schema = z.object({
  phrase: z.string(),
  seed: z.int(),
  index: z.int(),
  start: z.array(z.int()).exactOptional().describe('codes that it went on from, -1 where open'),
  guidance: z.number(),
  temperature: z.number(),
  topK: z.int(),
  topP: z.number(),
  candidates: z.int().describe('of which it was the best one'),
  passes: z.int().exactOptional().describe('of parallel drawing'),
  frames: z.int().exactOptional().describe('of a model of clips'),
  order: z.enum(drawingOrders).exactOptional().describe('in which a clip was filled in parallel'),
  framesPerSecond: z.number().exactOptional().describe('of the file of a clip'),
  model: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  device: z.string().describe('others may round differently'),
  tesserae: z.string().describe('version'),
})

/** As it is written. `model` is null for a model that came from no folder. */
export type DrawingOrigin = z.infer<typeof schema>

/** What a drawing of a model is made from. */
export const originOf = (
  { config, source, device }: TextImageModel,
  { phrase, seed = 0, index = 0, start }: DrawRequest,
  options: DrawOptions,
  { tesserae }: { readonly tesserae: string },
): DrawingOrigin => {
  const { passes, order, frames, ...sampling } = {
    frames: config.layout.frames,
    ...config.defaults,
    ...options,
  }
  const isParallel = config.drawing === 'masked-codes'
  const isOfClips = config.layout.frames > 1
  return {
    phrase,
    seed,
    index,
    ...(start === undefined ? {} : { start: Array.from(start) }),
    ...sampling,
    ...(isParallel && { passes }),
    ...(isOfClips && { frames }),
    ...(isOfClips && isParallel && { order }),
    model: source ?? null,
    device,
    tesserae,
  }
}

export interface RememberedDrawing {
  readonly origin: DrawingOrigin
  /** What the model of that origin draws the same picture from. */
  readonly request: DrawRequest
  readonly options: DrawOptions
}

/**
 * Reads how a file (PNG, GIF or WebP) was made. Throws DataError, calling it `name`, where it does
 * not say.
 */
export const readOrigin = (file: Uint8Array, name = 'the picture'): RememberedDrawing => {
  const { [originKey]: text } = readClipText(file, name)
  const origin = text === undefined ? undefined : schema.safeParse(parse(text)).data
  if (origin === undefined) {
    throw new DataError(
      `${name}: it does not say how it was made; choose a file as Tesserae has written it`,
    )
  }
  const { phrase, seed, index, start, guidance, temperature, topK, topP } = origin
  const { candidates, passes, frames, order } = origin
  const given = withoutGaps({ passes, frames, order })
  const options = { guidance, temperature, topK, topP, candidates, ...given }
  const codes = start === undefined ? {} : { start: Int32Array.from(start) }
  return { origin, request: { phrase, seed, index, ...codes }, options }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Text of another program.
  }
}
