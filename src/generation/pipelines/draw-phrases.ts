/** Drawings of phrases, each with how it was made: what pictures and clips have in common. */

import { createPhraseCheck } from '../text-image/check-phrase.js'
import { type DrawOptions, type DrawRequest, drawRequests } from '../text-image/draw-request.js'
import { unknownWordsOf } from '../text-image/known-words.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { type DrawingOrigin, originOf } from './drawing-origin.js'

export interface DrawnPhrase {
  readonly phrase: string
  /** RGB bytes [frames, size, size, 3]. */
  readonly pixels: Uint8Array
  readonly origin: DrawingOrigin
}

export interface PhraseOptions extends Pick<DrawRequest, 'seed' | 'start'> {
  /** Drawings of each phrase. */
  readonly count: number
}

/** Draws each phrase so many times, one phrase after another. Throws DataError. */
export const drawPhrases = async (
  model: TextImageModel,
  phrases: readonly string[],
  asked: PhraseOptions,
  options: DrawOptions,
  versions: { readonly tesserae: string },
): Promise<DrawnPhrase[]> => {
  const requests = drawRequests(phrases, asked)
  const drawings = await model.draw(requests, options)
  return drawings.map(({ pixels }, place) => ({
    phrase: requests[place]!.phrase,
    pixels,
    origin: originOf(model, requests[place]!, options, versions),
  }))
}

export interface WordsRead {
  /** Words of the phrase that no caption had from which the model learned; it draws the others. */
  readonly unknown_words: readonly string[]
}

/** The call of a pipeline that draws: a list for one phrase, and a list of lists for several. */
export const createPhraseCall = <Options, Shown extends object>(
  model: TextImageModel,
  versions: { readonly tesserae: string },
  prepare: (options: Options) => Promise<{
    readonly asked: PhraseOptions
    readonly options: DrawOptions
    show(drawn: DrawnPhrase): Shown
  }>,
) => {
  const checkPhrase = createPhraseCheck(model.text)
  const draw = async (phrases: readonly string[], given: Options) => {
    phrases.forEach(checkPhrase)
    const { asked, options, show } = await prepare(given)
    const drawn = await drawPhrases(model, phrases, asked, options, versions)
    const shown = drawn.map((one): Shown & WordsRead => ({
      ...show(one),
      unknown_words: unknownWordsOf(one.phrase, model),
    }))
    return phrases.map((_, place) => shown.slice(place * asked.count, (place + 1) * asked.count))
  }
  // All options may be left out.
  return async (phrases: string | readonly string[], options = {} as Options) =>
    typeof phrases === 'string' ? (await draw([phrases], options))[0] : draw(phrases, options)
}
