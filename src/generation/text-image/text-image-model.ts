/**
 * A model of words and pictures, still or moving, at work: it draws what words say and says what
 * pictures show. A model of clips draws and reads first frames alone as well.
 */

import type { Question } from '../../data/question.js'
import type { Device, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { checkOptions } from '../check-options.js'
import type { SamplingOptions } from '../decoding/sample.js'
import { captionTree } from './caption-tree.js'
import type { TextImageConfig } from './config.js'
import { drawDrafts, inBatches } from './draw-drafts.js'
import { checkDrawOptions, type DrawOptions, type DrawRequest, draftsOf } from './draw-request.js'
import { loadNetwork } from './loaded-network.js'
import { sayCaption, seePicture, weighAnswers } from './read-picture.js'
import { tellsNothingApart } from './require-clips.js'

export interface Drawing {
  /** RGB bytes [frames, size, size, 3]. */
  readonly pixels: Uint8Array
  readonly codes: Int32Array
}

/** Which model it is, for those who ask later. */
export interface ModelSource {
  /** The end of its folder's path. */
  readonly name: string
  /** Of its manifest, which has the hashes of all its files. */
  readonly sha256: string
}

export interface TextImageModel {
  /** Undefined for a model that was put together in memory. */
  readonly source?: ModelSource
  readonly device: Device
  readonly config: TextImageConfig
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  /** The words of the captions that it learned from, where its folder names them. */
  readonly words?: ReadonlySet<string>
  /** What it can be asked about clips, where its folder says so. */
  readonly questions?: readonly Question[]
  /**
   * Draws what is asked for, in that order. Throws DataError for a phrase without words or with
   * more than the model reads, for codes or frames that it does not have, and for options out of
   * range.
   */
  draw(requests: readonly DrawRequest[], options?: DrawOptions): Promise<Drawing[]>
  /**
   * Says what a picture or clip shows: RGB bytes [frames, size, size, 3]. Throws DataError unless
   * there is one frame, or as many as the model draws, and for options out of range.
   */
  caption(pixels: Uint8Array, options?: SamplingOptions & { seed?: number }): Promise<string>
  /**
   * How likely each answer to each of the model's questions is for a picture or clip as `caption` reads
   * it: lists that add up to 1. Throws DataError as `caption` does, and for a model without questions.
   */
  answer(pixels: Uint8Array): Promise<readonly (readonly number[])[]>
  close(): Promise<void>
}

export interface TextImageModelOptions {
  readonly runtime: Runtime
  readonly config: TextImageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  readonly words?: ReadonlySet<string> | undefined
  readonly questions?: readonly Question[] | undefined
}

export const createTextImageModel = async ({
  runtime,
  config,
  tensors,
  text,
  image,
  words,
  questions,
}: TextImageModelOptions): Promise<TextImageModel> => {
  const tree = questions === undefined ? undefined : captionTree(questions, text, config.layout)
  const network = await loadNetwork(runtime, config, tensors)

  let last: Promise<unknown> = Promise.resolve()
  /** Does one work after another: decoders have one cache each. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  return {
    device: runtime.device,
    ...{ config, text, image },
    ...(words !== undefined && { words }),
    ...(questions !== undefined && { questions }),
    draw: (requests, options = {}) =>
      inTurn(async () => {
        const { frames = network.clipFrames } = options
        const asked = { ...config.defaults, ...options, frames }
        // All are checked before any is drawn.
        checkDrawOptions(network, asked)
        const drafts = requests.flatMap((request) =>
          draftsOf(request, asked.candidates, { network, text }),
        )
        const drawings: Drawing[] = []
        for (const batch of inBatches(await drawDrafts(network, drafts, asked))) {
          const codes = Int32Array.from(batch.flatMap((own) => Array.from(own)))
          const pixels = await image.decode(codes, { frames })
          const bytes = pixels.length / batch.length
          batch.forEach((own, picture) => {
            const shown = pixels.slice(picture * bytes, (picture + 1) * bytes)
            drawings.push({ pixels: shown, codes: own })
          })
        }
        return drawings
      }),
    caption: (pixels, options = {}) =>
      inTurn(async () => {
        checkOptions(options)
        return sayCaption(await seePicture(pixels, { network, image }), { network, text }, options)
      }),
    answer: (pixels) =>
      inTurn(async () => {
        if (tree === undefined) throw tellsNothingApart()
        return weighAnswers(await seePicture(pixels, { network, image }), tree, network)
      }),
    async close() {
      await last
      await network.close()
    },
  }
}
