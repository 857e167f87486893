import { expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import type { Decoder } from '../decoding/decoder.js'
import { drawNextCode } from './draw-next-code.js'

const size = { places: 4, firstCode: 50, codes: 3 }
const openCode = -1

/** Gives sequence n the scores [n, 0, step], and remembers what it was told. */
const fakeDecoder = (sequences: number) => {
  const read: number[][] = []
  let step = 0
  const scores = () =>
    Float32Array.from({ length: sequences * 3 }, (_, place) => {
      const [sequence, code] = [Math.floor(place / 3), place % 3]
      return [sequence, 0, step / 2][code]!
    })
  const decoder: Decoder = {
    capacity: 10,
    reorder: async () => {},
    start: async (ids) => {
      read.push([...ids])
      return scores()
    },
    next: async (ids) => {
      read.push([...ids])
      step++
      return scores()
    },
    close: async () => {},
  }
  return { decoder, read }
}

const randomOf = (picture: number) => createRandom(1, 'draw', picture)

test('reads its own codes, one after another, and not the last', async () => {
  const { decoder, read } = fakeDecoder(1)
  const start = new Int32Array(4).fill(openCode)
  const options = { randomOf, guidance: 1, temperature: 0 }
  const codes = await drawNextCode(decoder, [7, 8], start, size, options)
  // Scores [0, 0, step / 2]: the first of equals, then the last code.
  expect([...codes]).toEqual([0, 2, 2, 2])
  expect(read).toEqual([[7, 8], [50], [52], [52]])
})

test('keeps the codes that were given, and reads them', async () => {
  const { decoder, read } = fakeDecoder(1)
  const start = Int32Array.of(1, openCode, 1, openCode)
  const options = { randomOf, guidance: 1, temperature: 0 }
  expect([...(await drawNextCode(decoder, [7], start, size, options))]).toEqual([1, 2, 1, 2])
  expect(read.slice(1)).toEqual([[51], [52], [51]])
})

test('guidance goes on from the scores without words, past those with them', async () => {
  // With words [0, 0, 0], without [1, 0, 0]: 1 + 3 · (0 - 1) = -2 for the first code.
  const { decoder, read } = fakeDecoder(2)
  const start = new Int32Array(4).fill(openCode)
  const guided = { randomOf, guidance: 3, temperature: 0 }
  const codes = await drawNextCode(decoder, [7, 8], start, size, guided)
  expect(codes[0]).toBe(1)
  // Both sequences of a picture read the same codes.
  for (const ids of read.slice(1)) expect(ids[0]).toBe(ids[1])
  const backwards = { ...guided, guidance: -1 }
  const again = await drawNextCode(fakeDecoder(2).decoder, [7, 8], start, size, backwards)
  expect(again[0]).toBe(0)
})

test('given codes do not change what chance does after them', async () => {
  const options = { randomOf, guidance: 1, temperature: 2 }
  const free = await drawNextCode(
    fakeDecoder(1).decoder,
    [7],
    new Int32Array(4).fill(openCode),
    size,
    options,
  )
  const start = Int32Array.of(free[0]!, free[1]!, openCode, openCode)
  const rest = await drawNextCode(fakeDecoder(1).decoder, [7], start, size, options)
  expect(rest).toEqual(free)
})
