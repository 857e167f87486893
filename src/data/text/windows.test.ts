import { describe, expect, test } from 'vitest'
import { createWindows } from './windows.js'

const streamOf = (length: number) => ({
  ...{ length, bytes: length, documents: 1 },
  read: async (start: number, end: number) =>
    Array.from({ length: end - start }, (_, place) => start + place),
})

const labelsOf = async (windows: ReturnType<typeof createWindows>, epochs: number) => {
  const labels = new Set<number>()
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let index = 0; index < windows.count; index++) {
      const ids = Array.from(await windows.read({ index, epoch }))
      for (const label of ids.slice(1)) labels.add(label)
    }
  }
  return [...labels].sort((a, b) => a - b)
}

describe.each([4, 5, 11, 12, 13, 19, 20, 21, 29, 30])('windows of %i tokens', (length) => {
  const all = Array.from({ length: length - 1 }, (_, place) => place + 1)

  test('hold each label once where they are not shifted', async () => {
    expect(await labelsOf(createWindows(streamOf(length), { time: 10 }), 1)).toEqual(all)
  })

  test('hold each label in some epoch where they are', async () => {
    const windows = createWindows(streamOf(length), { time: 10, isShifted: true, seed: 1 })
    expect(await labelsOf(windows, 200)).toEqual(all)
  })
})
