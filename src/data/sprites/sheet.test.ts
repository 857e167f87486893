import { describe, expect, it } from 'vitest'
import { sheetOf } from '../../../test/support/sprites.js'
import { DataError } from '../../errors.js'
import { actions, cellsOf, readSheet } from './sheet.js'

describe('the cells of an action', () => {
  it('are its row and its columns', () => {
    expect(cellsOf('walk', 'right', 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((x) => 11 * 13 + x))
    expect(cellsOf('spellcast', 'away', 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 0])
    expect(cellsOf('hurt', 'towards', 8)).toEqual([0, 1, 2, 3, 3, 5, 5, 5].map((x) => 20 * 13 + x))
  })

  it('are spread evenly over it where fewer are wanted', () => {
    expect(cellsOf('thrust', 'left', 4)).toEqual([0, 2, 4, 6].map((x) => 5 * 13 + x))
    expect(cellsOf('shoot', 'towards', 1)).toEqual([18 * 13])
  })

  it('stay inside of the sheet', () => {
    for (const [name, { row, frames }] of Object.entries(actions)) {
      expect(frames, name).toHaveLength(8)
      expect(Math.max(...frames), name).toBeLessThan(13)
      expect(row + (name === 'hurt' ? 1 : 4), name).toBeLessThanOrEqual(21)
    }
  })
})

describe('a sheet', () => {
  it('keeps its visible pixels, cell by cell', () => {
    const { starts, places, pixels, brightest } = readSheet(
      sheetOf([0, 0, 5, [10, 20, 30, 255]], [14, 63, 63, [255, 255, 255, 7]]),
      'a.png',
    )
    expect([starts[0], starts[1], starts[14], starts[15], starts[273]]).toEqual([0, 1, 1, 2, 2])
    expect([...places]).toEqual([5, 63 * 64 + 63])
    expect([...pixels]).toEqual([10, 20, 30, 255, 255, 255, 255, 7])
    expect(brightest).toBeCloseTo(255)
  })

  it('has 13 x 21 cells', () => {
    const small = { width: 64, height: 64, channels: 4, data: new Uint8Array(64 * 64 * 4) } as const
    expect(() => readSheet(small, 'hair.png')).toThrow(DataError)
    expect(() => readSheet(small, 'hair.png')).toThrow(
      'hair.png: expected a sheet of 832 x 1344 pixels, 13 x 21 cells, found 64 x 64; replace it',
    )
  })
})
