/** How often something happens in a run: a number of steps, or a time such as "10 m". */

import { z } from 'zod'

const secondsIn = { s: 1, m: 60, h: 3600 } as const

type Unit = keyof typeof secondsIn

/** No time at all would be due at every step. */
const pattern = /^(?!0+(?:\.0+)? ?[smh])(\d+(?:\.\d+)?) ?([smh])$/

const error = ({ input }: { readonly input?: unknown }) =>
  `expected a number of steps or a time such as "90 s", "10 m" or "2 h", got ${JSON.stringify(input)}.`

/** As recipes write it; `readInterval` tells steps from seconds. */
export const intervalSchema = z.union(
  [z.int().positive({ error }), z.string().regex(pattern, { error })],
  { error },
)

export type Interval = z.output<typeof intervalSchema>

/** What an interval means; it has been checked by its schema. */
export const readInterval = (
  interval: Interval,
): { readonly steps: number } | { readonly seconds: number } => {
  if (typeof interval === 'number') return { steps: interval }
  const [, amount, unit] = pattern.exec(interval)!
  // The pattern has no other units.
  return { seconds: Number(amount) * secondsIn[unit as Unit] }
}
