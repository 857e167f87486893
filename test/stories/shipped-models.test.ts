/** The models of the repository as people get them: small enough, complete, and at work. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openSprites } from '../../src/data/sprites/open.js'
import { pipeline } from '../../src/node.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { openModelFolder } from '../../src/storage/model-folder.js'
import { readImageTokenizer } from '../../src/tokenizers/image/model-folder.js'
import { sampleSprites, spritesContext } from '../support/sprites.js'

const folder = join(import.meta.dirname, '..', '..', 'pretrained')
const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

/** Megabytes that all files of a model may have together. */
const limitOf = (name: string): number => (name === 'csl-zh' ? 15 : 40)

describe.each(readdirSync(folder))('%s', (name) => {
  const path = join(folder, name)

  test('has a card, its recipe, and the size that was promised', () => {
    const names = readdirSync(path)
    expect(names).toEqual(expect.arrayContaining(['README.md', 'recipe.yaml', 'manifest.json']))
    // What is in folders counts as well, such as the tokenizer of a model of pictures.
    const bytes = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name: file }) => sum + statSync(join(parentPath, file)).size, 0)
    expect(bytes / 1e6).toBeLessThan(limitOf(name))
  })

  test('is what its manifest says', async () => {
    const { about } = await openModelFolder(createNodeFiles(), path)
    expect(about).toMatchObject({ seed: expect.any(Number), steps: expect.any(Number) })
  })
})

test('the tokenizer of emoji reads a picture and draws it again', async () => {
  const model = await openModelFolder(createNodeFiles(), join(folder, 'emoji-tokenizer'))
  const { tokenizer } = await readImageTokenizer(runtime, model)
  const { size } = tokenizer
  // A red disc on white.
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const [row, column] = [Math.floor(index / 3 / size), Math.floor(index / 3) % size]
    const isInside = Math.hypot(row - size / 2, column - size / 2) < size / 3
    return isInside ? [220, 40, 40][index % 3]! : 255
  })
  const again = await tokenizer.decode(await tokenizer.encode(pixels))
  expect(decibelsBetween(again, pixels)).toBeGreaterThan(20)
  await tokenizer.close()
})

test('the tokenizer of sprites reads clips and draws them again', async () => {
  const model = await openModelFolder(createNodeFiles(), join(folder, 'sprites-tokenizer'))
  const { tokenizer } = await readImageTokenizer(runtime, model)
  const shape = { size: tokenizer.size, frames: 8 }
  const cache = await openSprites(sampleSprites({ clips: 4 }), spritesContext(), shape)
  for (let clip = 0; clip < 4; clip++) {
    const { data } = await cache.picture(clip)
    const again = await tokenizer.decode(await tokenizer.encode(data, shape), shape)
    expect(decibelsBetween(again, data)).toBeGreaterThan(24)
  }
  await tokenizer.close()
})

/** The peak signal-to-noise ratio of bytes. */
const decibelsBetween = (some: Uint8Array, others: Uint8Array): number => {
  const error = some.reduce((sum, value, index) => sum + (value - others[index]!) ** 2, 0)
  return 10 * Math.log10(255 ** 2 / (error / some.length))
}

test('the classifier of Chinese titles tells medicine from farming', async () => {
  const classify = await pipeline('text-classification', join(folder, 'csl-zh'))
  const found = await classify(['高血压患者的护理干预', '氮肥运筹对水稻产量和品质的影响'])
  expect(found).toMatchObject([{ label: '医学' }, { label: '农学' }])
  await classify.dispose()
})

test('the model of emoji draws an apple as red or as green as it is told', async () => {
  const draw = await pipeline('text-to-image', join(folder, 'emoji'))
  const pictures = (await draw(['a red apple', '绿苹果'], { seed: 1 })).flat()
  const redder = pictures.map(({ data }) => {
    const sum = [0, 0, 0]
    for (const [index, value] of data.entries()) sum[index % 3]! += value
    return sum[0]! - sum[1]!
  })
  expect(redder[0]!).toBeGreaterThan(0)
  expect(redder[1]!).toBeLessThan(0)
  await draw.dispose()
})
