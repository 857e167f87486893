/** Windows of a token stream: the rows that a language model learns from. */

import { hashOf } from '../../engine/tensor/random.js'
import type { TokenStream } from './token-stream.js'

export interface Windows {
  /** Windows in an epoch. */
  readonly count: number
  /** The ids of a window: up to one more than the network reads, as each needs the next as label. */
  read(window: { readonly index: number; readonly epoch: number }): Promise<ArrayLike<number>>
}

export interface WindowsOptions {
  /** Tokens that the network reads. */
  readonly time: number
  /** Whether every epoch cuts the stream elsewhere; otherwise all of it is in some window. */
  readonly isShifted?: boolean
  readonly seed?: number
}

export const createWindows = (
  stream: TokenStream,
  { time, isShifted = false, seed = 0 }: WindowsOptions,
): Windows => {
  const { length } = stream
  const labels = Math.max(0, length - 1)
  if (!isShifted) {
    return {
      count: Math.ceil(labels / time),
      read: ({ index }) => stream.read(index * time, Math.min(length, (index + 1) * time + 1)),
    }
  }
  // At least a window's length less one is left over, by which an epoch may be shifted: then all labels
  // come in some epoch.
  const count = Math.max(1, Math.floor((labels - time + 1) / time))
  const room = Math.max(0, labels - count * time)
  return {
    count,
    read: ({ index, epoch }) => {
      const start = (hashOf(seed, 'shift', epoch) % (room + 1)) + index * time
      return stream.read(start, Math.min(length, start + time + 1))
    },
  }
}
