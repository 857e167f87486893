/**
 * Clips of three frames of 8 × 8 pixels: one of three colours that dims or glows, with captions in two
 * orders and the questions that they answer.
 */

import type { CachedExample, PictureCache } from '../../src/data/cache.js'
import { type Clip, joinFrames, type Picture } from '../../src/data/media/media.js'
import type { Question } from '../../src/data/question.js'
import type { ImageTokenizer } from '../../src/tokenizers/image/image-tokenizer.js'

const size = 8
const colours = { red: [240, 30, 30], green: [30, 240, 30], blue: [30, 30, 240] } as const
const actions = ['dims', 'glows'] as const

const shades = Array.from({ length: 8 }, (_, shade) => shade)

type Colour = keyof typeof colours
type Action = (typeof actions)[number]

const ask = (name: string, values: readonly string[], flags: Partial<Question>): Question => ({
  attributes: [{ name, of: [name] }],
  ...{ changes: false, isInFrames: false, ...flags },
  answers: values.map((value) => ({ values: [value], phrases: [value] })),
})

export const glowingQuestions: readonly Question[] = [
  ask('action', actions, { changes: true }),
  ask('colour', Object.keys(colours), { isInFrames: true }),
]

/** How bright the colour is in each frame, of 1. */
const lights: Readonly<Record<Action, readonly number[]>> = {
  dims: [1, 0.55, 0.1],
  glows: [0.1, 0.55, 1],
}

/** Clips of one kind differ by a shade. */
const drawClip = (action: Action, colour: Colour, shade: number): Clip =>
  joinFrames(
    lights[action].map((light): Picture => {
      const data = Uint8Array.from(
        { length: size * size * 3 },
        (_, at) => (colours[colour][at % 3]! + shade) * light,
      )
      return { width: size, height: size, channels: 3, data }
    }),
  )

/** Six kinds of clips, each in eight shades: clip n is the same in every cache. */
export const glowingClips = (): PictureCache => {
  const all = actions.flatMap((action) =>
    Object.keys(colours).flatMap((colour) =>
      shades.map((shade) => ({ action, colour: colour as Colour, shade })),
    ),
  )
  return {
    size,
    frames: 3,
    examples: all.map(
      ({ action, colour, shade }): CachedExample => ({
        id: `${colour} ${action} ${shade}`,
        group: `${colour} ${action} ${shade}`,
        captions: [`${colour} ${action}`, `${action} ${colour}`].map((text) => ({
          language: 'en',
          text,
        })),
        attributes: { action, colour },
        fingerprint: `${colour} ${action} ${shade}`,
      }),
    ),
    picture: async (index) => {
      const { action, colour, shade } = all[index]!
      return drawClip(action, colour, shade)
    },
    next: async (index, place) => {
      const { action: own, colour, shade } = all[index]!
      const action = actions[(actions.indexOf(own) + 1 + place) % 2]!
      return { attributes: { action, colour }, picture: drawClip(action, colour, shade) }
    },
    questions: () => glowingQuestions,
    said: (caption) => {
      const words = caption.split(' ')
      const action = actions.find((one) => words.includes(one))
      const colour = Object.keys(colours).find((one) => words.includes(one))
      return { ...(action && { action }), ...(colour && { colour }) }
    },
  }
}

/** Each colour in each light, without a shade: what the codes of `glowingTokenizer` mean. */
const palette = Object.values(colours).flatMap((colour) =>
  lights.dims.map((light) => colour.map((value) => Math.floor(value * light))),
)

const nearestCode = (pixel: ArrayLike<number>): number => {
  const distances = palette.map((colour) =>
    colour.reduce((sum, value, channel) => sum + (value - pixel[channel]!) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}

/** A tokenizer that knows these clips: four equal codes for a first frame, one for each other. */
export const glowingTokenizer = (): ImageTokenizer => {
  const [bytes, firstCodes] = [size * size * 3, 4]
  const codesOf = (frames: number) => firstCodes + frames - 1
  return {
    ...{ size, frames: 3, rows: 2, columns: 2, following: { rows: 1, columns: 1 } },
    codes: palette.length,
    codesOf,
    encode: async (pixels, { frames = 1 } = {}) =>
      Int32Array.from(
        Array.from({ length: pixels.length / bytes }, (_, frame) => {
          const code = nearestCode(pixels.subarray(frame * bytes, frame * bytes + 3))
          return frame % frames === 0 ? new Array<number>(firstCodes).fill(code) : [code]
        }).flat(),
      ),
    decode: async (codes, { frames = 1 } = {}) =>
      Uint8Array.from(
        Array.from({ length: (codes.length / codesOf(frames)) * frames }, (_, frame) => {
          const place = Math.floor(frame / frames) * codesOf(frames)
          const within = frame % frames
          const colour = palette[codes[place + (within === 0 ? 0 : firstCodes + within - 1)]!]!
          return Array.from({ length: bytes }, (_, at) => colour[at % 3]!)
        }).flat(),
      ),
    close: async () => {},
  }
}
