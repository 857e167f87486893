/** Tar archives that another program wrote. */

import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { webdatasetSource } from '../../src/data/sources/webdataset.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { contextOf } from '../support/sources.js'

const longName = `${'a-very-long-folder-name-'.repeat(5)}/${'and-a-very-long-file-name-'.repeat(6)}-一只猫`

for (const format of ['gnu', 'pax']) {
  it(`of Python's ${format} format are read as they were written`, async () => {
    const path = fileURLToPath(new URL(`../fixtures/tar/${format}.tar`, import.meta.url))
    const found: unknown[] = []
    const context = contextOf(createNodeFiles())
    for await (const example of webdatasetSource.examples({ path, flippable: true }, context)) {
      const { id, picture, captions } = example
      const size = 'bytes' in picture ? picture.bytes.length : 0
      found.push([id, size, captions[0]])
    }
    expect(found).toEqual([
      [`${format}.tar/pets/001`, 3, { language: 'en', text: 'a cat' }],
      [`${format}.tar/pets/002`, 600, { language: 'zh', text: '一只狗' }],
      [`${format}.tar/${longName}`, 4, { language: 'en', text: 'a long name' }],
    ])
  })
}
