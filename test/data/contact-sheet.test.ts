import { describe, expect, it } from 'vitest'
import { joinFrames, type Media, type Picture } from '../../src/data/media/media.js'
import {
  contactSheetSize,
  drawContactSheet,
  largestSheet,
} from '../../src/data/sheets/contact-sheet.js'
import { DataError } from '../../src/errors.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { blankPicture } from '../support/pictures.js'

const media = createNodeMedia()
const square = (gray: number) => blankPicture(16, 16, [gray, 0, 0])
const cells = Array.from({ length: 5 }, (_, index) => ({
  picture: square(40 * index),
  caption: index % 2 ? 'a <red> apple & a very long explanation of it that goes on' : '一个红苹果',
}))

/** Where pixels of a cell's own colour are: left, top and how many. */
const find = ({ width, data }: Picture, gray: number) => {
  const places: number[] = []
  for (let index = 0; index < data.length / 3; index++) {
    const [red, green, blue] = data.subarray(index * 3, index * 3 + 3)
    if (red === gray && green === 0 && blue === 0) places.push(index)
  }
  return { left: places[0]! % width, top: Math.floor(places[0]! / width), count: places.length }
}

/** The same media on a machine whose fonts draw nothing, or boxes. */
const withFonts = (drawing: string): Media => ({
  ...media,
  rasterize: (svg, options) => media.rasterize(svg.replace(/<text.*?<\/text>/g, drawing), options),
})

describe('a contact sheet', () => {
  it('shows every picture whole, in rows', async () => {
    const sheet = await drawContactSheet(cells, { media, columns: 3, pictureSize: 16 })
    const places = cells.map((_, index) => find(sheet, 40 * index))
    expect(places.map(({ count }) => count).slice(1)).toEqual([256, 256, 256, 256])
    expect(new Set(places.map(({ top }) => top)).size).toBe(2)
    expect(places[3]!.left).toBe(places[0]!.left)
    expect(places[1]!.left).toBeGreaterThan(places[0]!.left + 16)
  })

  it('leaves out the card of a place without a picture', async () => {
    const [first, second, third] = cells
    const options = { media, columns: 3, pictureSize: 16 }
    const sheet = await drawContactSheet([first, undefined, second, third], options)
    const whole = await drawContactSheet([first!, first!, second!, third!], options)
    expect([sheet.width, sheet.height]).toEqual([whole.width, whole.height])
    expect([find(sheet, 40), find(sheet, 80)]).toEqual([find(whole, 40), find(whole, 80)])
  })

  it('has at most the size that is worked out without pictures', async () => {
    for (const title of [undefined, 'Apples']) {
      const sheet = await drawContactSheet(cells, { media, columns: 3, pictureSize: 16, title })
      const size = contactSheetSize({
        ...{ count: cells.length, columns: 3, frames: 1, pictureSize: 16 },
        ...{ hasCaptions: true, hasTitle: title !== undefined },
      })
      expect(sheet.width).toBe(size.width)
      expect(sheet.height).toBeLessThanOrEqual(size.height)
    }
  })

  it('can be drawn as large as it may be', async () => {
    const cell = { picture: square(40) }
    const options = { columns: 2, pictureSize: 16 }
    // Cards of 36 pixels with 14 between them: the sides of a sheet have 48 - 14 more.
    const rows = Math.floor((largestSheet.side - 34) / 50)
    const sheet = await drawContactSheet(new Array(2 * rows).fill(cell), { media, ...options })
    expect(sheet.height).toBe(34 + 50 * rows)
    expect(find(sheet, 40).count).toBe(2 * rows * 256)
  })

  it('shows the frames of clips side by side', async () => {
    const clips = [0, 1].map((first) => ({
      picture: joinFrames([first, first + 2, first + 4].map((gray) => square(40 * gray))),
      caption: 'a walk',
    }))
    const sheet = await drawContactSheet(clips, { media, pictureSize: 16 })
    const places = [0, 2, 4, 1, 3, 5].map((gray) => find(sheet, 40 * gray))
    expect(places.slice(1).every(({ count }) => count === 256)).toBe(true)
    const [first, second, third] = places
    expect([second!.top, third!.top]).toEqual([first!.top, first!.top])
    expect([second!.left - first!.left, third!.left - first!.left]).toEqual([18, 36])
    // Rows of eight frames have room for two clips of three.
    expect(places[3]!.top).toBe(first!.top)
    expect(places[3]!.left).toBeGreaterThan(third!.left)
  })

  it('is higher with captions and a title than without', async () => {
    const heightOf = async (withCaption: boolean, title?: string) => {
      const shown = cells.map(({ picture }) => ({
        picture,
        ...(withCaption ? { caption: 'red apple' } : {}),
      }))
      const options = { media, ...(title === undefined ? {} : { title }) }
      return (await drawContactSheet(shown, options)).height
    }
    const bare = await heightOf(false)
    expect(await heightOf(true)).toBeGreaterThanOrEqual(bare)
    expect(await heightOf(false, 'Apples')).toBeGreaterThanOrEqual(bare)
  })

  it('leaves captions out on machines without fonts, and never fails', async () => {
    const bare = await drawContactSheet(
      cells.map(({ picture }) => ({ picture })),
      { media },
    )
    for (const drawing of [
      '',
      '<rect x="4" y="36" width="8" height="12" fill="none" stroke="#000"/>',
    ]) {
      const fontless = withFonts(drawing)
      const sheet = await drawContactSheet(cells, { media: fontless, title: 'Apples 苹果' })
      // Compared as bytes: a matcher takes seconds for a million numbers.
      expect([sheet.width, sheet.height]).toEqual([bare.width, bare.height])
      expect(Buffer.compare(sheet.data, bare.data)).toBe(0)
    }
  })

  it('needs a picture', async () => {
    await expect(drawContactSheet([], { media })).rejects.toThrow(DataError)
  })
})
