/**
 * The speed of decoding one token after another: 110M parameters, batch 1. Each token reads all
 * weights and the cache, so the ceiling is the memory's bandwidth, measured in the same run.
 */

import { Worker } from 'node:worker_threads'
import { createRandom, type Runtime } from 'tesserae/engine'
import { createDecoder } from 'tesserae/generation'
import { initializeParameters, transformer } from 'tesserae/network'
import { median, peakMemoryBytes, timed } from './measure.js'

const network = { vocabularySize: 16_384, width: 768, depth: 12, heads: 12 }
const promptLength = 128
const context = 256

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

export const benchDecoding = async (runtime: Runtime) => {
  const tensors = initializeParameters(transformer(network).parameters, { seed: 1 })
  const bytesOf = (chosen: typeof tensors) =>
    Object.values(chosen).reduce((sum, { data }) => sum + data.byteLength, 0)
  // Of the embedding a token reads one row; everything else it reads whole.
  const { embedding: _embedding, ...read } = tensors
  const buffers = await runtime.createBuffers(tensors)
  const positions = Array.from({ length: context + 1 }, (_, place) => [place, place, place])
  const decoder = await createDecoder({
    runtime,
    network,
    buffers,
    name: 'bench',
    batch: 1,
    positions,
    pad: -1,
    range: { start: 0, end: network.vocabularySize },
  })
  const bandwidth = createBandwidth()
  const random = createRandom(1, 'tokens')
  const draw = () => random.integer(network.vocabularySize)
  await decoder.start(Array.from({ length: promptLength }, draw))
  const seconds: number[] = []
  const ceilings: number[] = [await bandwidth.measure()]
  for (let place = promptLength; place < context; place++) {
    const time = await timed(() => decoder.next([draw()]))
    if (place >= promptLength + 8) seconds.push(time)
    if (place % 16 === 0) ceilings.push(await bandwidth.measure())
  }
  await bandwidth.close()
  const perToken = median(seconds)
  const cache = 2 * network.depth * network.width * context * 4
  const bytesPerSecond = (bytesOf(read) + cache) / perToken
  const bandwidthBytesPerSecond = Math.max(...ceilings)
  return {
    parameters: bytesOf(tensors) / 4,
    tokensPerSecond: 1 / perToken,
    bytesPerSecond,
    bandwidthBytesPerSecond,
    ratio: bytesPerSecond / bandwidthBytesPerSecond,
    peakMemoryBytes: peakMemoryBytes(),
  }
}
