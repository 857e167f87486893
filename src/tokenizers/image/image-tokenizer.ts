/** An image tokenizer at work: pictures to codes and back, a batch at a time. */

import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { parameterInputs } from '../../network/parameters.js'
import { fromPixels, toPixels } from './autoencoder.js'
import { autoencoderOf, type ImageTokenizerConfig } from './config.js'

export interface ImageTokenizer {
  /** Pixels along one side of a picture. */
  readonly size: number
  /** Rows and columns of a picture's codes. */
  readonly rows: number
  readonly columns: number
  /** How many different codes there are. */
  readonly codes: number
  /** RGB bytes [pictures, size, size, 3] → codes [pictures, rows · columns]. */
  encode(pixels: Uint8Array): Promise<Int32Array>
  /** Codes [pictures, rows · columns] → RGB bytes [pictures, size, size, 3]. */
  decode(codes: Int32Array): Promise<Uint8Array>
  close(): Promise<void>
}

export interface ImageTokenizerOptions {
  readonly runtime: Runtime
  readonly config: ImageTokenizerConfig
  /** The network's parameters by name. */
  readonly tensors: Tensors
}

/** Pictures that go through the network at once. */
const largestBatch = 32

export const createImageTokenizer = async ({
  runtime,
  config,
  tensors,
}: ImageTokenizerOptions): Promise<ImageTokenizer> => {
  const autoencoder = autoencoderOf(config)
  const { size, patch } = config
  const rows = size / patch
  const perPicture = { pixels: size * size * 3, codes: rows * rows }
  const buffers = await runtime.createBuffers(tensors)
  const programs = new Map<string, Promise<Program>>()

  const programOf = (direction: 'encode' | 'decode', batch: number): Promise<Program> => {
    const key = `${direction} ${batch}`
    let program = programs.get(key)
    if (program === undefined) {
      const { values } = parameterInputs(autoencoder.parameters)
      const graphOf: Record<typeof direction, () => Record<string, Value>> = {
        encode: () => {
          const pixels = input('pixels', { dtype: 'uint8', shape: [batch, perPicture.pixels] })
          return { codes: autoencoder.encode(values, fromPixels(pixels)).codes }
        },
        decode: () => {
          const codes = input('codes', { dtype: 'int32', shape: [batch * perPicture.codes] })
          return { pixels: toPixels(autoencoder.decodeCodes(values, codes)) }
        },
      }
      program = runtime.createProgram(createGraph(graphOf[direction]()), { buffers })
      programs.set(key, program)
    }
    return program
  }

  /** Runs all items in batches of one or the largest size; the last batch is filled up. */
  const runAll = async (
    direction: 'encode' | 'decode',
    items: number,
    feedOf: (start: number, batch: number) => Record<string, Tensor>,
    take: (results: Record<string, Tensor>, start: number, count: number) => void,
  ) => {
    for (let start = 0; start < items; start += largestBatch) {
      const count = Math.min(largestBatch, items - start)
      const batch = count === 1 ? 1 : largestBatch
      const program = await programOf(direction, batch)
      take(await program.run(feedOf(start, batch)), start, count)
    }
  }

  return {
    size,
    rows,
    columns: rows,
    codes: autoencoder.quantizer.codes,
    async encode(pixels) {
      const pictures = pixels.length / perPicture.pixels
      const codes = new Int32Array(pictures * perPicture.codes)
      await runAll(
        'encode',
        pictures,
        (start, batch) => {
          const data = new Uint8Array(batch * perPicture.pixels)
          const end = (start + batch) * perPicture.pixels
          data.set(pixels.subarray(start * perPicture.pixels, end))
          return { pixels: { dtype: 'uint8', shape: [batch, perPicture.pixels], data } }
        },
        (results, start, count) => {
          const found = results.codes!.data as Int32Array
          codes.set(found.subarray(0, count * perPicture.codes), start * perPicture.codes)
        },
      )
      return codes
    },
    async decode(codes) {
      const pictures = codes.length / perPicture.codes
      const pixels = new Uint8Array(pictures * perPicture.pixels)
      await runAll(
        'decode',
        pictures,
        (start, batch) => {
          const data = new Int32Array(batch * perPicture.codes)
          const end = (start + batch) * perPicture.codes
          data.set(codes.subarray(start * perPicture.codes, end))
          return { codes: { dtype: 'int32', shape: [data.length], data } }
        },
        (results, start, count) => {
          const drawn = results.pixels!.data as Uint8Array
          pixels.set(drawn.subarray(0, count * perPicture.pixels), start * perPicture.pixels)
        },
      )
      return pixels
    },
    async close() {
      for (const program of programs.values()) await (await program).close()
      await buffers.close()
    },
  }
}
