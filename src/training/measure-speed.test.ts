import { expect, test } from 'vitest'
import type { Runtime } from '../engine/runtime/runtime.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { measureSpeed, shareOfPeak } from './measure-speed.js'

test('the speed is that of the fastest product, times the share that training reaches', async () => {
  let time = 0
  let isClosed = false
  const durations = [500, 12, 10, 15]
  const runtime = {
    createProgram: async () => ({
      run: async () => {
        time += durations.shift() ?? 100
        return {}
      },
      close: async () => {
        isClosed = true
      },
    }),
  } as Partial<Runtime> as Runtime
  const speed = await measureSpeed(runtime, { duration: 30, now: () => time })
  // The first run, which takes 500 ms, is not measured.
  expect(speed).toBeCloseTo((2 * 1024 ** 3 * shareOfPeak) / 0.01, 0)
  expect(isClosed).toBe(true)
})

test('the real runtime is faster than a gigaflop a second', async () => {
  const runtime = createInlineRuntime()
  expect(await measureSpeed(runtime, { duration: 1 })).toBeGreaterThan(1e9)
  await runtime.close()
})
