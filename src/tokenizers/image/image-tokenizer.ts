/** An image tokenizer at work: pictures to codes and back, a batch at a time. */

import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
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
  /** RGB bytes [pictures, size, size, 3] → codes [pictures, rows · columns]. Throws DataError. */
  encode(pixels: Uint8Array): Promise<Int32Array>
  /** Codes [pictures, rows · columns] → RGB bytes [pictures, size, size, 3]. Throws DataError. */
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
  const perPicture = { bytes: size * size * 3, codes: rows * rows }
  const alphabet = autoencoder.quantizer.codes
  const buffers = await runtime.createBuffers(tensors)
  const programs = new Map<string, Promise<Program>>()

  const programOf = (direction: 'encode' | 'decode', batch: number): Promise<Program> => {
    const key = `${direction} ${batch}`
    let program = programs.get(key)
    if (program === undefined) {
      const { values } = parameterInputs(autoencoder.parameters)
      const graphOf: Record<typeof direction, () => Record<string, Value>> = {
        encode: () => {
          const pixels = input('pixels', { dtype: 'uint8', shape: [batch, perPicture.bytes] })
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

  /** How many pictures an array holds. */
  const countPictures = (length: number, unit: keyof typeof perPicture): number => {
    const pictures = length / perPicture[unit]
    if (Number.isInteger(pictures)) return pictures
    throw new DataError(
      `image tokenizer: expected ${perPicture[unit]} ${unit} for each picture of ${size} × ${size}, ` +
        `got ${length}; resize the pictures, or choose the tokenizer that made the codes`,
    )
  }

  return {
    size,
    rows,
    columns: rows,
    codes: alphabet,
    async encode(pixels) {
      const pictures = countPictures(pixels.length, 'bytes')
      const codes = new Int32Array(pictures * perPicture.codes)
      await runAll(
        'encode',
        pictures,
        (start, batch) => {
          const data = new Uint8Array(batch * perPicture.bytes)
          const end = (start + batch) * perPicture.bytes
          data.set(pixels.subarray(start * perPicture.bytes, end))
          return { pixels: { dtype: 'uint8', shape: [batch, perPicture.bytes], data } }
        },
        (results, start, count) => {
          const found = results.codes!.data as Int32Array
          codes.set(found.subarray(0, count * perPicture.codes), start * perPicture.codes)
        },
      )
      return codes
    },
    async decode(codes) {
      const pictures = countPictures(codes.length, 'codes')
      const unknown = codes.find((code) => !(code >= 0 && code < alphabet))
      if (unknown !== undefined) {
        throw new DataError(
          `image tokenizer: expected codes from 0 to ${alphabet - 1}, got ${unknown}; ` +
            'choose the tokenizer that made them',
        )
      }
      const pixels = new Uint8Array(pictures * perPicture.bytes)
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
          pixels.set(drawn.subarray(0, count * perPicture.bytes), start * perPicture.bytes)
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
