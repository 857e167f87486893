import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { tinyCache, tinySplit } from '../../../../test/support/tiny-pictures.js'
import { describeData } from './describe-data.js'

const files = createMemoryFiles()
const environment = { files, packageFolder: async (name: string) => `packages/${name}` }
const data = { cache: tinyCache(), split: tinySplit(), key: '' }
const folder = { source: { kind: 'folder', path: 'pictures' } }

const describe = (recipe: object, prepared = data) =>
  // A description looks at nothing but the source.
  describeData(recipe as Parameters<typeof describeData>[0], prepared, environment)

test('data is counted by what it is for', async () => {
  expect(await describe(folder)).toMatchObject({
    source: folder.source,
    size: 8,
    examples: { train: 8, heldOut: 2, heldOutPairs: 2 },
  })
})

test('its hash follows pixels, captions and order, and not how the examples came to be', async () => {
  const { examples } = data.cache
  const hashOf = async (changed: typeof examples) => {
    const { sha256 } = await describe(folder, {
      ...data,
      cache: { ...data.cache, examples: changed },
    })
    return sha256
  }
  const hash = await hashOf(examples)
  const [first, ...others] = examples
  const turned = Object.fromEntries(Object.entries(first!).reverse()) as typeof first
  expect(await hashOf([turned!, ...others])).toBe(hash)
  expect(await hashOf([{ ...first!, fingerprint: 'other' }, ...others])).not.toBe(hash)
  expect(await hashOf([{ ...first!, captions: [] }, ...others])).not.toBe(hash)
  expect(await hashOf([...others, first!])).not.toBe(hash)
})

test('of packages it names the versions', async () => {
  for (const [name, version] of [
    ['emojibase-data', '17.0.0'],
    ['@iconify-json/noto', '1.2.9'],
  ]) {
    await files.write(`packages/${name}/package.json`, JSON.stringify({ version }))
  }
  const { packages } = await describe({ source: { kind: 'emoji', styles: ['noto'] } })
  expect(packages).toEqual(['emojibase-data@17.0.0', '@iconify-json/noto@1.2.9'])
})
