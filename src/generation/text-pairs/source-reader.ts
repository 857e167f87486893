/** Reads a source once, and then targets token by token, through decoders with a cache. */

import { openOnce } from '../../engine/runtime/open-once.js'
import type { Buffers, Runtime } from '../../engine/runtime/runtime.js'
import type { EncoderDecoderOptions } from '../../network/models/encoder-decoder.js'
import { createMemoryDecoder, type MemoryDecoder } from '../decoding/memory-decoder.js'
import { roundUp } from '../decoding/round-up.js'
import type { Reader } from '../text/reader.js'

export interface SourceReaderOptions {
  readonly runtime: Runtime
  readonly network: EncoderDecoderOptions
  /** They hold the parameters. */
  readonly buffers: Buffers
  /** The token with which targets begin. */
  readonly start: number
}

/** Lengths of sources and of targets are multiples of these, so that few programs serve all. */
const sourceStep = 32
const targetStep = 32

export const createSourceReader = ({
  runtime,
  network,
  buffers,
  start,
}: SourceReaderOptions): Reader => {
  const decoders = openOnce<MemoryDecoder>()
  let count = 0
  /** Decoders that nobody uses, by their sizes; texts written side by side get their own. */
  const idle = new Map<string, MemoryDecoder[]>()

  const create = (
    batch: number,
    capacity: number,
    sourceLength: number,
  ): Promise<MemoryDecoder> => {
    const name = `target ${count++}`
    const sizes = { batch, capacity, sourceLength }
    return decoders.get(name, () =>
      createMemoryDecoder({ runtime, network, buffers, name, ...sizes }),
    )
  }

  return {
    async open(source, { sequences, maxTokens }) {
      const sourceLength = roundUp(Math.max(1, source.length), sourceStep)
      const capacity = roundUp(maxTokens + 1, targetStep)
      const key = `${sequences} ${capacity} ${sourceLength}`
      const decoder = idle.get(key)?.pop() ?? (await create(sequences, capacity, sourceLength))
      const rowsOf = (scores: Float32Array): Float32Array[] => {
        const { vocabularySize: size } = network
        return Array.from({ length: sequences }, (_, row) =>
          scores.subarray(row * size, (row + 1) * size),
        )
      }
      return {
        async start() {
          const padding = new Array<number>(sourceLength - source.length).fill(network.pad)
          const starts = new Array<number>(sequences).fill(start)
          return rowsOf(await decoder.start([...source, ...padding], starts))
        },
        async next(parents, ids) {
          if (parents.some((parent, row) => parent !== row)) await decoder.reorder(parents)
          return rowsOf(await decoder.next(ids))
        },
        end: () => {
          idle.set(key, [...(idle.get(key) ?? []), decoder])
        },
      }
    },
    close: decoders.close,
  }
}
