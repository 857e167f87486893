/** An image tokenizer at work: pictures and clips to codes and back, a batch at a time. */

import { createGraph, type Graph, input } from '../../engine/graph/graph.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { ofDtype } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { parameterInputs } from '../../network/parameters.js'
import { fromPixels, type ImageAutoencoder, toPixels } from './autoencoder.js'
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

export const createImageTokenizer = async ({
  runtime,
  config,
  tensors,
}: ImageTokenizerOptions): Promise<ImageTokenizer> => {
  const autoencoder = autoencoderOf(config)
  const { size, patch, followingPatch } = config
  const [rows, followingRows] = [size / patch, size / followingPatch]
  const alphabet = autoencoder.quantizer.codes
  const buffers = await runtime.createBuffers(tensors)
  const programs = openOnce<Program>()
  const open = (key: string, graphOf: () => Graph): Promise<Program> =>
    programs.get(key, () => runtime.createProgram(graphOf(), { buffers }))

  return {
    size,
    frames: config.frames,
    rows,
    columns: rows,
    following: { rows: followingRows, columns: followingRows },
    codes: alphabet,
    codesOf: (frames) => codesOfClip(config, frames),
    async encode(pixels, { frames = 1 } = {}) {
      const clips = countClips(config, { length: pixels.length, unit: 'bytes', frames })
      const perClip = lengthsOf(config, frames)
      const codes = new Int32Array(clips * perClip.codes)
      for (const { start, count, batch } of divide(clips, frames)) {
        const shape = [batch, perClip.bytes] as const
        const program = await open(`encode ${shape}`, () => encodingGraph(autoencoder, shape))
        const data = new Uint8Array(batch * perClip.bytes)
        data.set(pixels.subarray(start * perClip.bytes, (start + batch) * perClip.bytes))
        const results = await program.run({ pixels: { dtype: 'uint8', shape, data } })
        const found = ofDtype(results.codes!, 'int32').data
        codes.set(found.subarray(0, count * perClip.codes), start * perClip.codes)
      }
      return codes
    },
    async decode(codes, { frames = 1 } = {}) {
      const clips = countClips(config, { length: codes.length, unit: 'codes', frames })
      checkCodes(codes, alphabet)
      const perClip = lengthsOf(config, frames)
      const pixels = new Uint8Array(clips * perClip.bytes)
      for (const { start, count, batch } of divide(clips, frames)) {
        const length = batch * perClip.codes
        const program = await open(`decode ${length} ${frames}`, () =>
          decodingGraph(autoencoder, length, frames),
        )
        const data = new Int32Array(length)
        data.set(codes.subarray(start * perClip.codes, (start + batch) * perClip.codes))
        const results = await program.run({ codes: { dtype: 'int32', shape: [length], data } })
        const drawn = ofDtype(results.pixels!, 'uint8').data
        pixels.set(drawn.subarray(0, count * perClip.bytes), start * perClip.bytes)
      }
      return pixels
    },
    async close() {
      await programs.close()
      await buffers.close()
    },
  }
}

/** The graph from RGB bytes, fed as `pixels` [batch, bytes of a clip], to all their codes. */
const encodingGraph = (
  autoencoder: ImageAutoencoder,
  shape: readonly [batch: number, bytes: number],
): Graph => {
  const { values } = parameterInputs(autoencoder.parameters)
  const pixels = input('pixels', { dtype: 'uint8', shape })
  return createGraph({ codes: autoencoder.encode(values, fromPixels(pixels)).codes })
}

/** The graph from `codes`, so many of clips of so many frames, to RGB bytes. */
const decodingGraph = (autoencoder: ImageAutoencoder, length: number, frames: number): Graph => {
  const { values } = parameterInputs(autoencoder.parameters)
  const codes = input('codes', { dtype: 'int32', shape: [length] })
  return createGraph({ pixels: toPixels(autoencoder.decodeCodes(values, codes, { frames })) })
}

/** How long a clip of so many frames is. */
const lengthsOf = (config: ImageTokenizerConfig, frames: number) => ({
  bytes: frames * config.size * config.size * 3,
  codes: codesOfClip(config, frames),
})

/** How many clips an array of so many bytes or codes holds. Throws DataError. */
const countClips = (
  config: ImageTokenizerConfig,
  {
    length,
    unit,
    frames,
  }: { readonly length: number; readonly unit: 'bytes' | 'codes'; readonly frames: number },
): number => {
  const { size } = config
  if (!Number.isInteger(frames) || frames < 1 || frames > config.frames) {
    throw new DataError(
      `image tokenizer: expected clips of 1 to ${config.frames} frames, got ${frames}; choose a tokenizer of longer clips`,
    )
  }
  const expected = lengthsOf(config, frames)[unit]
  const clips = length / expected
  if (Number.isInteger(clips)) return clips
  const item = frames === 1 ? 'picture' : `clip of ${frames} frames`
  throw new DataError(
    `image tokenizer: expected ${expected} ${unit} for each ${item} of ${size} × ${size}, ` +
      `got ${length}; resize the pictures, or choose the tokenizer that made the codes`,
  )
}

/** Throws DataError where one is not among the `alphabet` first codes. */
const checkCodes = (codes: Int32Array, alphabet: number): void => {
  const unknown = codes.find((code) => !(code >= 0 && code < alphabet))
  if (unknown === undefined) return
  throw new DataError(
    `image tokenizer: expected codes from 0 to ${alphabet - 1}, got ${unknown}; ` +
      'choose the tokenizer that made them',
  )
}

/** Frames that go through the network at once. */
const largestBatch = 32

interface Part {
  readonly start: number
  readonly count: number
  /** How many clips its program reads: one, or as many as fit; the last part is filled up. */
  readonly batch: number
}

/** Divides clips of so many frames into parts that go through the network at once. */
const divide = (clips: number, frames: number): Part[] => {
  const largest = Math.max(1, Math.floor(largestBatch / frames))
  return Array.from({ length: Math.ceil(clips / largest) }, (_, place) => {
    const start = place * largest
    const count = Math.min(largest, clips - start)
    return { start, count, batch: count === 1 ? 1 : largest }
  })
}
