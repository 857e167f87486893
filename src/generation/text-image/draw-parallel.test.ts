import { describe, expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { drawParallel, type ParallelDrawer } from './draw-parallel.js'

const [places, alphabet, firstCode, mask] = [16, 5, 100, 5]

/** Scores that depend on the place and on what the neighbour before it is; remembers what it saw. */
const fakeDrawer = () => {
  const seen: number[][] = []
  const drawer: ParallelDrawer = {
    places,
    firstCode,
    score: async (ids) => {
      seen.push([...ids])
      const scores = new Float32Array(ids.length * alphabet)
      for (const [place, id] of ids.entries()) {
        for (let code = 0; code < alphabet; code++) {
          const random = createRandom(
            1,
            'score',
            place % places,
            place > 0 ? ids[place - 1]! : id,
            code,
          )
          scores[place * alphabet + code] = 2 * random.normal()
        }
      }
      return { scores, codes: alphabet }
    },
  }
  return { drawer, seen }
}

const randomOf = (picture: number, pass: number) => createRandom(9, 'draw', picture, pass)
const openPictures = (count: number) => new Int32Array(count * places).fill(-1)
const countOpen = (ids: readonly number[]) => ids.filter((id) => id === mask).length

describe('drawing in parallel', () => {
  test.each([1, 2, 8, 40])('fills every code in %i passes', async (passes) => {
    const { drawer, seen } = fakeDrawer()
    const codes = await drawParallel(drawer, openPictures(3), { randomOf, passes })
    expect(seen).toHaveLength(passes)
    expect(Math.min(...codes)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...codes)).toBeLessThan(alphabet)
  })

  test('leaves as many codes open after each pass as the cosine says', async () => {
    const { drawer, seen } = fakeDrawer()
    await drawParallel(drawer, openPictures(1), { randomOf, passes: 4 })
    const expected = [0, 1, 2, 3].map((pass) => Math.floor(16 * Math.cos((Math.PI * pass) / 8)))
    expect(seen.map(countOpen)).toEqual(expected)
  })

  test('counts on from the codes that were open at the start', async () => {
    const { drawer, seen } = fakeDrawer()
    const start = openPictures(1).fill(3, 0, 8)
    await drawParallel(drawer, start, { randomOf, passes: 4 })
    const expected = [0, 1, 2, 3].map((pass) => Math.floor(8 * Math.cos((Math.PI * pass) / 8)))
    expect(seen.map(countOpen)).toEqual(expected)
  })

  test('never changes a code again, nor one that was given', async () => {
    const { drawer, seen } = fakeDrawer()
    const start = openPictures(2)
    start.set([4, 3, 2], 5)
    start.fill(1, places, places + 12)
    const codes = await drawParallel(drawer, start, { randomOf, passes: 6 })
    for (const [place, code] of start.entries()) if (code !== -1) expect(codes[place]).toBe(code)
    for (const ids of seen) {
      for (const [place, id] of ids.entries()) {
        if (id !== mask) expect(id).toBe(firstCode + codes[place]!)
      }
    }
    expect(start[0]).toBe(-1)
  })

  test('keeps a picture that is finished as it is', async () => {
    const start = new Int32Array(places).fill(2)
    const { drawer } = fakeDrawer()
    expect(await drawParallel(drawer, start, { randomOf, passes: 3 })).toEqual(start)
  })

  test('keeps the surest guesses first where chance has no say', async () => {
    const { drawer, seen } = fakeDrawer()
    const options = { randomOf, passes: 4, temperature: 0, choiceTemperature: 0 }
    await drawParallel(drawer, openPictures(1), options)
    const { scores } = await drawer.score(new Int32Array(places).fill(mask))
    const sureness = Array.from({ length: places }, (_, place) => {
      const row = [...scores.subarray(place * alphabet, (place + 1) * alphabet)]
      const weights = row.map(Math.exp)
      return Math.max(...weights) / weights.reduce((sum, weight) => sum + weight, 0)
    })
    const kept = seen[1]!.flatMap((id, place) => (id === mask ? [] : [place]))
    const best = [...sureness.keys()].sort((a, b) => sureness[b]! - sureness[a]!)
    expect(kept.sort()).toEqual(best.slice(0, kept.length).sort())
  })

  test('draws a picture the same whatever is drawn beside it, and again for the same seed', async () => {
    const draw = async (count: number) =>
      drawParallel(fakeDrawer().drawer, openPictures(count), { randomOf, passes: 5 })
    const three = await draw(3)
    expect((await draw(1)).slice(0, places)).toEqual(three.slice(0, places))
    expect(await draw(3)).toEqual(three)
    const other = (picture: number, pass: number) => createRandom(10, 'draw', picture, pass)
    const { drawer } = fakeDrawer()
    expect(await drawParallel(drawer, openPictures(3), { randomOf: other, passes: 5 })).not.toEqual(
      three,
    )
  })
})
