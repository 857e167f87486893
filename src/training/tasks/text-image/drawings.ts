/** What a model of words and pictures draws while it is trained: how much of it is recognised, and sheets. */

import type { PictureCache } from '../../../data/cache.js'
import type { Language } from '../../../data/example.js'
import type { Media } from '../../../data/media/media.js'
import { spreadOver } from '../../../data/order/spread-over.js'
import { drawContactSheet, type SheetCell } from '../../../data/sheets/contact-sheet.js'
import type { DrawRequest } from '../../../generation/text-image/draw-request.js'
import type { TextImageModel } from '../../../generation/text-image/text-image-model.js'
import { createNearestPicture } from '../../metrics/nearest-picture.js'
import { fitPhrase, namedLanguages, phraseOf } from '../examples.js'

/**
 * Training names that are drawn and recognised, and held-out ones that are only shown. Of clips they
 * are fewer, and recognised among some of all clips, for many are nearly alike.
 */
const drawnPictures = 32
const drawnClips = 12
const rivalClips = 512

export interface WatchedDrawingsOptions {
  readonly media: Media
  readonly cache: PictureCache
  readonly languages: readonly Language[]
  readonly isOfClips: boolean
  /** The examples that were trained on. */
  readonly train: readonly number[]
}

export interface WatchedDrawings {
  /** The share of training phrases whose drawing is nearest to the right picture of its style. */
  recognise(model: TextImageModel): Promise<number>
  /** A PNG of real pictures, each beside what is drawn for its words; undefined for none. */
  sheet(model: TextImageModel, members: readonly number[]): Promise<Uint8Array | undefined>
}

export const watchDrawings = (options: WatchedDrawingsOptions): WatchedDrawings => {
  const { media, cache, languages, isOfClips, train } = options
  const drawn = isOfClips ? drawnClips : drawnPictures
  const rivals = isOfClips ? spreadOver(train, rivalClips) : train
  const nearest = createNearestPicture(cache, rivals)

  /** Asks for examples, each in one of its languages, in turn. */
  const requestsOf = (members: readonly number[], model: TextImageModel): DrawRequest[] =>
    members.map((index, place) => {
      const example = cache.examples[index]!
      const named = namedLanguages(example, languages)
      const phrase = phraseOf(example, named[place % named.length] ?? 'en')
      return { phrase: fitPhrase(phrase, model.text, model.config.layout), seed: place }
    })

  return {
    async recognise(model) {
      const chosen = spreadOver(rivals, drawn)
      const drawings = await model.draw(requestsOf(chosen, model))
      let right = 0
      for (const [place, index] of chosen.entries()) {
        if ((await nearest.rank(drawings[place]!.pixels, index)) === 0) right++
      }
      return right / chosen.length
    },
    async sheet(model, members) {
      const chosen = spreadOver(members, drawn)
      if (chosen.length === 0) return undefined
      const requests = requestsOf(chosen, model)
      const drawings = await model.draw(requests)
      const cells: SheetCell[] = []
      for (const [place, index] of chosen.entries()) {
        const real = await cache.picture(index)
        cells.push(
          { picture: real, caption: requests[place]!.phrase },
          { picture: { ...real, data: drawings[place]!.pixels } },
        )
      }
      const columns = isOfClips ? {} : { columns: 8 }
      return media.encodePng(await drawContactSheet(cells, { media, ...columns, pictureSize: 96 }))
    },
  }
}
