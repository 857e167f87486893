import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { openStream } from './gunzip.js'

test.each(['plain.bin', 'packed.gz', 'PACKED.GZ'])(
  'bytes of %s are taken in their order, whatever the pieces are that they come in',
  async (path) => {
    const bytes = new Uint8Array(600_000).map((_, place) => (place * 31) % 251)
    const files = createMemoryFiles()
    await files.write(path, /gz$/i.test(path) ? gzipSync(bytes) : bytes)
    const take = openStream(files, path)
    let place = 0
    for (const count of [16, 300_000, 0, 290_000, 9984]) {
      expect(Buffer.compare(await take(count), bytes.subarray(place, place + count))).toBe(0)
      place += count
    }
    await expect(take(3)).rejects.toThrow(`${path}: the file ends`)
  },
)
