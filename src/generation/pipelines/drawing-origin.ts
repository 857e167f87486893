/**
 * How a drawing was made, in the text of its PNG file: all that is needed to make it again, whatever
 * the defaults of its model become.
 */

import { z } from 'zod'
import { readPngText } from '../../data/png-text.js'
import { DataError } from '../../errors.js'
import type { DrawOptions, DrawRequest, TextImageModel } from '../text-image/text-image-model.js'

/** The key of the PNG text chunk. */
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
  passes: z.int().exactOptional().describe('of parallel drawing'),
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
  const { passes, ...sampling } = { ...config.defaults, ...options }
  return {
    phrase,
    seed,
    index,
    ...(start === undefined ? {} : { start: Array.from(start) }),
    ...sampling,
    ...(config.drawing === 'masked-codes' ? { passes } : {}),
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

/** Reads how a PNG file was made. Throws DataError, calling the file `name`, where it does not say. */
export const readOrigin = (png: Uint8Array, name = 'the picture'): RememberedDrawing => {
  const { [originKey]: text } = readPngText(png, name)
  const origin = text === undefined ? undefined : schema.safeParse(parse(text)).data
  if (origin === undefined) {
    throw new DataError(
      `${name}: it does not say how it was made; choose a PNG file as Tesserae has written it`,
    )
  }
  const { phrase, seed, index, start, model: _, device: __, tesserae: ___, ...options } = origin
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
