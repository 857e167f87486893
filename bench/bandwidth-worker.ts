/** Reads its half of the memory once for each message and answers with a sum. */

import { parentPort, workerData } from 'node:worker_threads'

const numbers = new Float64Array(workerData as number).fill(1)

parentPort!.on('message', () => {
  // Eight sums at once, so that additions do not wait for each other.
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let at = 0; at < numbers.length; at += 8) {
    a += numbers[at]!
    b += numbers[at + 1]!
    c += numbers[at + 2]!
    d += numbers[at + 3]!
    e += numbers[at + 4]!
    f += numbers[at + 5]!
    g += numbers[at + 6]!
    h += numbers[at + 7]!
  }
  parentPort!.postMessage(a + b + c + d + e + f + g + h)
})
