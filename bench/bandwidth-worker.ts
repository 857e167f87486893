/** Reads its half of the memory once for each message and answers with a sum. */

import { parentPort, workerData } from 'node:worker_threads'

const numbers = new Float64Array(workerData as number).fill(1)

/** Short enough for many calls of the sum: a single long loop is not always compiled well. */
const rangeLength = 2 ** 17

const sumOf = (from: number, to: number): number => {
  // Four sums at once, so that additions do not wait for each other.
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let at = from; at < to; at += 4) {
    a += numbers[at]!
    b += numbers[at + 1]!
    c += numbers[at + 2]!
    d += numbers[at + 3]!
  }
  return a + b + c + d
}

parentPort!.on('message', () => {
  let sum = 0
  for (let at = 0; at < numbers.length; at += rangeLength) sum += sumOf(at, at + rangeLength)
  parentPort!.postMessage(sum)
})
