import { describe, expect, it } from 'vitest'
import { sheetOf } from '../../../test/support/sprites.js'
import type { Color } from '../media/media.js'
import { composeClip, type SheetUse } from './compose.js'
import { readSheet } from './sheet.js'

const opaque = (red: number, green: number, blue: number) => [red, green, blue, 255]

const sheets = new Map(
  Object.entries({
    body: sheetOf(
      [0, 0, 0, opaque(200, 0, 0)],
      [0, 0, 1, opaque(200, 0, 0)],
      [2, 0, 0, opaque(9, 9, 9)],
    ),
    shirt: sheetOf([0, 0, 1, opaque(200, 200, 200)], [0, 0, 2, opaque(100, 100, 100)]),
    veil: sheetOf([0, 0, 0, [0, 0, 255, 51]]),
  }).map(([name, layer]) => [name, readSheet(layer, name)]),
)

const compose = (layers: readonly SheetUse[], cells: readonly number[] = [0]) =>
  composeClip({ layers, cells, background: [1, 2, 3] }, sheets)

const pixel = ({ data }: { data: Uint8Array }, column: number, frame = 0): Color => {
  const offset = frame * 64 * 64 * 3 + column * 3
  return [data[offset]!, data[offset + 1]!, data[offset + 2]!]
}

describe('a composition', () => {
  it('draws sheets over each other on its ground', () => {
    const clip = compose([{ sheet: 'body' }, { sheet: 'shirt' }])
    expect([0, 1, 2, 3].map((column) => pixel(clip, column))).toEqual([
      [200, 0, 0],
      [200, 200, 200],
      [100, 100, 100],
      [1, 2, 3],
    ])
    const inverse = compose([{ sheet: 'shirt' }, { sheet: 'body' }])
    expect(pixel(inverse, 1)).toEqual([200, 0, 0])
  })

  it('lets what is below shine through', () => {
    expect(pixel(compose([{ sheet: 'body' }, { sheet: 'veil' }]), 0)).toEqual([160, 0, 51])
  })

  it('dyes a sheet and keeps its light', () => {
    const clip = compose([{ sheet: 'shirt', dye: [250, 100, 0] }])
    expect(pixel(clip, 1)).toEqual([250, 100, 0])
    expect(pixel(clip, 2)).toEqual([125, 50, 0])
  })

  it('has a frame for each cell', () => {
    const clip = compose([{ sheet: 'body' }], [0, 1, 2])
    expect([clip.width, clip.height, clip.frames]).toEqual([64, 192, 3])
    expect([0, 1, 2].map((frame) => pixel(clip, 0, frame))).toEqual([
      [200, 0, 0],
      [1, 2, 3],
      [9, 9, 9],
    ])
  })
})
