/** What a network says about pictures and clips: captions, and answers to its questions. */

import { input } from '../../engine/graph/graph.js'
import { logSoftmax } from '../../engine/operations/index.js'
import { createRandom } from '../../engine/tensor/random.js'
import { ofDtype, tensorOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { seenIds } from '../../tokenizers/sequences.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { specialId } from '../../tokenizers/vocabulary.js'
import { type SamplingOptions, sampleId } from '../decoding/sample.js'
import { answerProbabilities, type CaptionTree } from './caption-tree.js'
import type { LoadedNetwork } from './loaded-network.js'

/** A picture or clip as its captions come after it. */
interface Seen {
  readonly frames: number
  readonly ids: readonly number[]
}

/**
 * Reads RGB bytes [frames, size, size, 3]. Throws DataError unless there is one frame, or as many as
 * the model draws.
 */
export const seePicture = async (
  pixels: Uint8Array,
  { network, image }: { readonly network: LoadedNetwork; readonly image: ImageTokenizer },
): Promise<Seen> => {
  const { clipFrames } = network
  const frames = pixels.length / (image.size ** 2 * 3)
  if (frames !== 1 && frames !== clipFrames) {
    const expected = clipFrames === 1 ? '' : ` or one clip of ${clipFrames} frames`
    throw new DataError(`expected one picture${expected} to look at, got ${frames}`)
  }
  const codes = await image.encode(pixels, { frames })
  return { frames, ids: seenIds(network.idsOf(codes)) }
}

/** The words about a picture or clip, one token after another. */
export const sayCaption = async (
  { frames, ids }: Seen,
  { network, text }: { readonly network: LoadedNetwork; readonly text: TextTokenizer },
  { seed = 0, temperature = 0, ...sampling }: SamplingOptions & { seed?: number },
): Promise<string> => {
  const longest = network.config.layout.textLength - 1
  const decoder = await network.decoder('caption', 1, frames)
  const random = createRandom(seed, 'caption')
  const words: number[] = []
  let scores = await decoder.start(ids)
  while (words.length < longest) {
    const { id } = sampleId(scores, { temperature, ...sampling }, random)
    if (id === specialId('<eos>')) break
    words.push(id)
    if (words.length < longest) scores = await decoder.next([id])
  }
  return text.decode(words)
}

/** How likely each answer to each question of a tree is, lists that add up to 1. */
export const weighAnswers = async (
  { frames, ids: seen }: Seen,
  tree: CaptionTree,
  network: LoadedNetwork,
): Promise<number[][]> => {
  const { parents, tokens } = tree
  const program = await network.program(`answers ${frames}`, (parameters) => {
    const ids = input('ids', { dtype: 'int32', shape: [seen.length + parents.length] })
    const options = { batch: 1, frames, parents }
    return { logarithms: logSoftmax(network.model.scoreCaptionTree(parameters, ids, options)) }
  })
  const { logarithms } = await program.run({ ids: tensorOf('int32', [...seen, ...tokens]) })
  return answerProbabilities(
    tree,
    ofDtype(logarithms!, 'float32').data,
    network.vocabulary.text.end,
  )
}
