/** An image tokenizer at work: pictures and clips to codes and back, a batch at a time. */

import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { ofDtype, type Tensor } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { parameterInputs } from '../../network/parameters.js'
import { fromPixels, toPixels } from './autoencoder.js'
import { codesOfClip } from './clip-layout.js'
import { autoencoderOf, type ImageTokenizerConfig } from './config.js'

export interface ImageTokenizer {
  /** Pixels along one side of a picture. */
  readonly size: number
  /** Frames of a clip at most; 1 where it knows pictures only. */
  readonly frames: number
  /** Rows and columns of a picture's codes. */
  readonly rows: number
  readonly columns: number
  /** The same of each frame of a clip after the first. */
  readonly following: { readonly rows: number; readonly columns: number }
  /** How many different codes there are. */
  readonly codes: number
  /** Codes of a clip; those of its first frame, rows · columns, come first. */
  codesOf(frames: number): number
  /** RGB bytes [clips, frames, size, size, 3] → codes [clips, codes of a clip]. Throws DataError. */
  encode(pixels: Uint8Array, shape?: ClipFrames): Promise<Int32Array>
  /** Codes [clips, codes of a clip] → RGB bytes [clips, frames, size, size, 3]. Throws DataError. */
  decode(codes: Int32Array, shape?: ClipFrames): Promise<Uint8Array>
  close(): Promise<void>
}

/** How many frames each of the clips has; they are pictures, with one frame, when left out. */
export interface ClipFrames {
  readonly frames?: number
}

export interface ImageTokenizerOptions {
  readonly runtime: Runtime
  readonly config: ImageTokenizerConfig
  /** The network's parameters by name. */
  readonly tensors: Tensors
}

/** Frames that go through the network at once. */
const largestBatch = 32

export const createImageTokenizer = async ({
  runtime,
  config,
  tensors,
}: ImageTokenizerOptions): Promise<ImageTokenizer> => {
  const autoencoder = autoencoderOf(config)
  const { size, patch, followingPatch } = config
  const [rows, followingRows] = [size / patch, size / followingPatch]
  const sizesOf = (frames: number) => ({
    bytes: frames * size * size * 3,
    codes: codesOfClip(config, frames),
  })
  const alphabet = autoencoder.quantizer.codes
  const buffers = await runtime.createBuffers(tensors)
  const programs = openOnce<Program>()

  const build = (
    direction: 'encode' | 'decode',
    batch: number,
    frames: number,
  ): Promise<Program> => {
    const { values } = parameterInputs(autoencoder.parameters)
    const perClip = sizesOf(frames)
    const graphOf: Record<typeof direction, () => Record<string, Value>> = {
      encode: () => {
        const pixels = input('pixels', { dtype: 'uint8', shape: [batch, perClip.bytes] })
        return { codes: autoencoder.encode(values, fromPixels(pixels)).codes }
      },
      decode: () => {
        const codes = input('codes', { dtype: 'int32', shape: [batch * perClip.codes] })
        return { pixels: toPixels(autoencoder.decodeCodes(values, codes, { frames })) }
      },
    }
    return runtime.createProgram(createGraph(graphOf[direction]()), { buffers })
  }

  /** Runs all items in batches of one or the largest size; the last batch is filled up. */
  const runAll = async (
    direction: 'encode' | 'decode',
    { items, frames }: { readonly items: number; readonly frames: number },
    feedOf: (start: number, batch: number) => Record<string, Tensor>,
    take: (results: Record<string, Tensor>, start: number, count: number) => void,
  ) => {
    const largest = Math.max(1, Math.floor(largestBatch / frames))
    for (let start = 0; start < items; start += largest) {
      const count = Math.min(largest, items - start)
      const batch = count === 1 ? 1 : largest
      const program = await programs.get(`${direction} ${batch} ${frames}`, () =>
        build(direction, batch, frames),
      )
      take(await program.run(feedOf(start, batch)), start, count)
    }
  }

  /** How many pictures or clips an array holds. */
  const countClips = (length: number, unit: 'bytes' | 'codes', frames: number): number => {
    if (!Number.isInteger(frames) || frames < 1 || frames > config.frames) {
      throw new DataError(
        `image tokenizer: expected clips of 1 to ${config.frames} frames, got ${frames}; choose a tokenizer of longer clips`,
      )
    }
    const expected = sizesOf(frames)[unit]
    const clips = length / expected
    if (Number.isInteger(clips)) return clips
    const item = frames === 1 ? 'picture' : `clip of ${frames} frames`
    throw new DataError(
      `image tokenizer: expected ${expected} ${unit} for each ${item} of ${size} × ${size}, ` +
        `got ${length}; resize the pictures, or choose the tokenizer that made the codes`,
    )
  }

  return {
    size,
    frames: config.frames,
    rows,
    columns: rows,
    following: { rows: followingRows, columns: followingRows },
    codes: alphabet,
    codesOf: (frames) => sizesOf(frames).codes,
    async encode(pixels, { frames = 1 } = {}) {
      const items = countClips(pixels.length, 'bytes', frames)
      const perClip = sizesOf(frames)
      const codes = new Int32Array(items * perClip.codes)
      await runAll(
        'encode',
        { items, frames },
        (start, batch) => {
          const data = new Uint8Array(batch * perClip.bytes)
          const end = (start + batch) * perClip.bytes
          data.set(pixels.subarray(start * perClip.bytes, end))
          return { pixels: { dtype: 'uint8', shape: [batch, perClip.bytes], data } }
        },
        (results, start, count) => {
          const found = ofDtype(results.codes!, 'int32').data
          codes.set(found.subarray(0, count * perClip.codes), start * perClip.codes)
        },
      )
      return codes
    },
    async decode(codes, { frames = 1 } = {}) {
      const items = countClips(codes.length, 'codes', frames)
      const perClip = sizesOf(frames)
      const unknown = codes.find((code) => !(code >= 0 && code < alphabet))
      if (unknown !== undefined) {
        throw new DataError(
          `image tokenizer: expected codes from 0 to ${alphabet - 1}, got ${unknown}; ` +
            'choose the tokenizer that made them',
        )
      }
      const pixels = new Uint8Array(items * perClip.bytes)
      await runAll(
        'decode',
        { items, frames },
        (start, batch) => {
          const data = new Int32Array(batch * perClip.codes)
          const end = (start + batch) * perClip.codes
          data.set(codes.subarray(start * perClip.codes, end))
          return { codes: { dtype: 'int32', shape: [data.length], data } }
        },
        (results, start, count) => {
          const drawn = ofDtype(results.pixels!, 'uint8').data
          pixels.set(drawn.subarray(0, count * perClip.bytes), start * perClip.bytes)
        },
      )
      return pixels
    },
    async close() {
      await programs.close()
      await buffers.close()
    },
  }
}
