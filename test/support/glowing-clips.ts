/**
 * Clips of three frames of 8 × 8 pixels: one of three colours that dims or glows, with captions in two
 * orders and the questions that they answer.
 */

import type { CachedExample, PictureCache } from '../../src/data/cache.js'
import { type Clip, joinFrames, type Picture } from '../../src/data/media.js'
import type { Question } from '../../src/data/question.js'

const size = 8
const colours = { red: [240, 30, 30], green: [30, 240, 30], blue: [30, 30, 240] } as const
const actions = ['dims', 'glows'] as const

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
        (_, at) => (colours[colour][at % 3]! + 3 * shade) * light,
      )
      return { width: size, height: size, channels: 3, data }
    }),
  )

/** Six kinds of clips, each in four shades: clip n is the same in every cache. */
export const glowingClips = (): PictureCache => {
  const all = actions.flatMap((action) =>
    Object.keys(colours).flatMap((colour) =>
      [0, 1, 2, 3].map((shade) => ({ action, colour: colour as Colour, shade })),
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
  }
}
