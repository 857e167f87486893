/**
 * The speed of decoding one token after another: 110M parameters, batch 1, with weights in float32
 * and of fewer bits, side by side. Each token reads all weights and the cache, so beside its speed stands
 * that at which two plain threads read memory, in the same run.
 */

import { Worker } from 'node:worker_threads'
import { createRandom, type Runtime, type Tensor } from 'tesserae/engine'
import { createDecoder, type Decoder, weightsAtWork } from 'tesserae/generation'
import {
  initializeParameters,
  type QuantizedPrecision,
  quantizedPrecisions,
  quantizeWeights,
  transformer,
} from 'tesserae/network'
import { median, peakMemoryBytes, timed } from './measure.js'

const network = { vocabularySize: 16_384, width: 768, depth: 12, heads: 12 }
const promptLength = 128
const context = 256
/** The first steps also set up memory. */
const warmUp = 8

export type DecodingPrecision = 'float32' | QuantizedPrecision

export const decodingPrecisions = ['float32', ...quantizedPrecisions] as const

const gibibyte = 2 ** 30

/** Reads 1 GiB with two plain threads; bytes a second. */
const createBandwidth = () => {
  const workers = [0, 1].map(
    () =>
      new Worker(new URL('./bandwidth-worker.js', import.meta.url), {
        workerData: gibibyte / 2 / 8,
      }),
  )
  const once = (worker: Worker) =>
    new Promise<void>((resolve) => {
      worker.once('message', () => resolve())
      worker.postMessage('read')
    })
  return {
    measure: async () => gibibyte / (await timed(() => Promise.all(workers.map(once)))),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}

interface Contestant {
  readonly decoder: Decoder
  /** What a token reads of the weights: all, but of the embedding one row. */
  readonly weightBytes: number
  /** Of each step that counts. */
  readonly seconds: number[]
}

const sumBytes = (tensors: readonly Tensor[]): number =>
  tensors.reduce((sum, { data }) => sum + data.byteLength, 0)

const createContestant = async (
  runtime: Runtime,
  tensors: Readonly<Record<string, Tensor>>,
  precision: DecodingPrecision,
  blockSize: number | undefined,
): Promise<Contestant> => {
  const weights =
    precision === 'float32'
      ? { tensors, quantized: new Map() as ReturnType<typeof quantizeWeights>['quantized'] }
      : quantizeWeights(tensors, precision, blockSize === undefined ? {} : { blockSize })
  const matrices = Array.from(weights.quantized).flatMap(([name, { matrix }]) =>
    name === 'embedding' ? [] : [matrix.codes, matrix.scales],
  )
  const { embedding: _embedding, ...read } = weights.tensors
  const atWork = weightsAtWork(runtime, weights)
  const decoder = await createDecoder({
    runtime: atWork.runtime,
    network,
    buffers: await atWork.runtime.createBuffers(atWork.tensors),
    name: 'bench',
    batch: 1,
    positions: Array.from({ length: context + 1 }, (_, place) => [place, place, place]),
    pad: -1,
    range: { start: 0, end: network.vocabularySize },
  })
  return { decoder, weightBytes: sumBytes([...Object.values(read), ...matrices]), seconds: [] }
}

export interface DecodingOptions {
  /** How the weights are stored, each measured in turn for every token; float32 when left out. */
  readonly precisions?: readonly DecodingPrecision[]
  /** Elements that share a scale; the library's own choice when left out. */
  readonly blockSize?: number
}

/**
 * Keys without a precision in front are those of the first one; `speedup` is the time of a token in
 * the first precision over that in another.
 */
export const benchDecoding = async (
  runtime: Runtime,
  { precisions = ['float32'], blockSize }: DecodingOptions = {},
): Promise<Record<string, number>> => {
  const tensors = initializeParameters(transformer(network).parameters, { seed: 1 })
  const contestants = new Map<DecodingPrecision, Contestant>()
  for (const precision of precisions) {
    contestants.set(precision, await createContestant(runtime, tensors, precision, blockSize))
  }
  const random = createRandom(1, 'tokens')
  const draw = () => random.integer(network.vocabularySize)
  const prompt = Array.from({ length: promptLength }, draw)
  for (const { decoder } of contestants.values()) await decoder.start(prompt)
  // Before what reads memory takes some for itself.
  const peak = peakMemoryBytes()
  const bandwidth = createBandwidth()
  const ceilings: number[] = []
  // The first time also compiles what reads.
  await bandwidth.measure()
  for (let place = promptLength; place < context; place++) {
    const token = draw()
    for (const { decoder, seconds } of contestants.values()) {
      const time = await timed(() => decoder.next([token]))
      if (place >= promptLength + warmUp) seconds.push(time)
    }
    if (place % 16 === 0) ceilings.push(await bandwidth.measure())
  }
  await bandwidth.close()
  // Keys and values of the tokens before, half way between the first and the last.
  const before = (promptLength + warmUp + context) / 2
  const cacheBytes = 2 * network.depth * network.width * before * 4
  const bandwidthBytesPerSecond = median(ceilings)
  const [first] = Array.from(contestants.values())
  const figures = Array.from(contestants, ([precision, { weightBytes, seconds }], index) => {
    const perToken = median(seconds)
    const bytesPerSecond = (weightBytes + cacheBytes) / perToken
    const own = {
      tokensPerSecond: 1 / perToken,
      bytesPerSecond,
      ratio: bytesPerSecond / bandwidthBytesPerSecond,
      ...(index === 0 ? {} : { speedup: median(first!.seconds) / perToken }),
    }
    const prefix = index === 0 ? '' : `${precision}.`
    return Object.entries(own).map(([key, value]) => [`${prefix}${key}`, value] as const)
  })
  return {
    parameters: sumBytes(Object.values(tensors)) / 4,
    bandwidthBytesPerSecond,
    ...Object.fromEntries(figures.flat()),
    peakMemoryBytes: peak,
  }
}
