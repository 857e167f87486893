import { expect, test } from 'vitest'
import { blankPicture } from '../../../test/support/pictures.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { joinFrames, type Media } from '../media/media.js'
import { drawTimelineSheet } from './timeline-sheet.js'

/** Media that draw a level stroke for everything, and the documents that they were given. */
const strokeMedia = () => {
  const drawn: string[] = []
  const rasterize: Media['rasterize'] = async (svg, { width, height }) => {
    drawn.push(svg)
    const picture = blankPicture(width, height)
    picture.data.fill(0, 0, width * 3)
    return picture
  }
  return { drawn, media: { ...createNodeMedia(), rasterize } }
}

const ticksOf = async (frames: number, framesPerSecond: number): Promise<string[]> => {
  const { drawn, media } = strokeMedia()
  const clip = joinFrames(Array.from({ length: frames }, () => blankPicture(4, 4)))
  const part = { start: 0, end: frames, keyFrame: 0, label: '', caption: '' }
  await drawTimelineSheet(clip, [part], { media, framesPerSecond })
  return Array.from(drawn.at(-1)!.matchAll(/font-size="10">([^<]+)/g), ([, text]) => text!)
}

test('a ruler names frames, and seconds where they begin', async () => {
  expect(await ticksOf(5, 2)).toEqual(['0 · 0 s', '1', '2 · 1 s', '3', '4 · 2 s'])
  const film = await ticksOf(27, 24_000 / 1001)
  expect(film.filter((tick) => tick.includes('s'))).toEqual(['0 · 0 s', '24 · 1 s'])
  const long = await ticksOf(96, 25)
  expect(long.slice(8, 11)).toEqual(['24', '27 · 1.1 s', '30'])
})
