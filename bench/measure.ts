/** What all benchmarks measure with: medians, the ceiling of the machine, the memory of the process. */

import { createGraph, input, operations, type Runtime, zeroTensor } from 'tesserae/engine'

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** Seconds that a function takes. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The most memory that the process ever held, in bytes, by the system's own account in kilobytes. */
export const peakMemoryBytes = (): number => process.resourceUsage().maxRSS * 1024

const ceilingSize = 1024

/** Measures what a plain product of two 1024 x 1024 matrices reaches, in GFLOP/s. */
export const createCeiling = async (runtime: Runtime) => {
  const type = { dtype: 'float32' as const, shape: [ceilingSize, ceilingSize] }
  const buffers = await runtime.createBuffers({ a: zeroTensor(type), b: zeroTensor(type) })
  // Summed up inside, so that the time of fetching the product is not part of it.
  const product = operations.matmul(input('a', type), input('b', type))
  const corner = operations.slice(operations.slice(product, { axis: 0, end: 1 }), {
    axis: 1,
    end: 1,
  })
  const program = await runtime.createProgram(createGraph({ corner }), { buffers })
  return async (): Promise<number> => {
    const seconds = await timed(() => program.run({}))
    return (2 * ceilingSize ** 3) / seconds / 1e9
  }
}
