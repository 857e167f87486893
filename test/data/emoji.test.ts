/** Emoji from npm packages, drawn: a few that are part of the tests, and the whole packages. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { prepareEmoji } from '../../src/data/emoji/prepare.js'
import type { Example } from '../../src/data/example.js'
import type { Media } from '../../src/data/media/media.js'
import { allEmojiStyles, emojiSource } from '../../src/data/sources/emoji.js'
import { splitExamples } from '../../src/data/split.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { findPackageFolder } from '../../src/platform/node/packages.js'
import { mirror } from '../support/pictures.js'

const files = createNodeFiles()
const media = createNodeMedia()
const fixtures = fileURLToPath(new URL('../fixtures/emoji/', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'tesserae-emoji-'))
afterAll(() => rm(folder, { recursive: true }))

describe('a few emoji', () => {
  const options = {
    files,
    media,
    folder: join(folder, 'few'),
    packageFolder: async (name: string) => join(fixtures, name),
    styles: ['noto', 'twemoji', 'fluent', 'emojione'],
  } as const

  it('are drawn once, with names in both languages', async () => {
    const drawn: string[] = []
    const prepare = () => prepareEmoji({ ...options, onProgress: ({ id }) => drawn.push(id) })
    const cache = await prepare()
    expect(cache.examples.map(({ id }) => id)).toEqual([
      'noto/1f63a',
      'noto/1f34e',
      'noto/1f680',
      'twemoji/1f34e',
      'fluent/1f448',
      'fluent/1f449',
      'emojione/1f63a',
      'emojione/1f34e',
      'emojione/1f697',
    ])
    expect(cache.examples[1]).toMatchObject({
      group: '1f34e',
      style: 'Noto',
      license: 'Apache-2.0',
      flippable: true,
    })
    const names = cache.examples[1]!.captions.filter(({ role }) => role === 'name')
    expect(names.map(({ text }) => text)).toEqual(['red apple', '红苹果'])
    await prepare()
    expect(drawn).toHaveLength(9)
  })

  it('fill white squares with the right colours', async () => {
    const cache = await prepareEmoji(options)
    for (const [index, { captions }] of cache.examples.entries()) {
      const { width, height, data } = await cache.picture(index)
      expect([width, height]).toEqual([64, 64])
      if (captions[0]!.text !== 'red apple') continue
      const [red, green, blue] = data.subarray((40 * 64 + 32) * 3)
      expect(red).toBeGreaterThan(180)
      expect(Math.max(green!, blue!)).toBeLessThan(100)
    }
  })

  it('draw an alias with hFlip as a mirror image', async () => {
    const cache = await prepareEmoji(options)
    const [left, right] = await Promise.all([4, 5].map((index) => cache.picture(index)))
    const mirrored = mirror(left!).data
    const difference = right!.data.reduce(
      (sum, value, index) => sum + Math.abs(value - mirrored[index]!),
      0,
    )
    // Edges are smoothed a little differently.
    expect(difference / mirrored.length).toBeLessThan(1)
    expect(cache.examples[4]!.flippable).toBe(false)
  })

  it('fill the square where that is wanted, and are drawn anew for it', async () => {
    const fits = new Set<unknown>()
    const watched: Media = {
      ...media,
      decode: (bytes, decoding) => {
        fits.add(decoding.fit)
        return media.decode(bytes, decoding)
      },
    }
    for (const fit of ['contain', 'cover'] as const) {
      await prepareEmoji({ ...options, media: watched, folder: join(folder, 'fit'), fit })
      expect(fits).toContain(fit)
    }
  })

  it('leave out what cannot be seen on white', async () => {
    const cache = await prepareEmoji({ ...options, styles: ['twemoji'] })
    expect(cache.examples.map(({ id }) => id)).toEqual(['twemoji/1f34e'])
  })

  it('say which package is missing and how to install it', async () => {
    const packageFolder = async (name: string) =>
      name === '@iconify-json/noto' ? undefined : join(fixtures, name)
    await expect(prepareEmoji({ ...options, packageFolder })).rejects.toThrow(
      'the npm package @iconify-json/noto is not installed; install it with: npm install --save-dev @iconify-json/noto',
    )
  })
})

describe('the installed packages', async () => {
  const examples: (Example & { fingerprint: string })[] = []
  const context = { files, media, packageFolder: findPackageFolder }
  for await (const example of emojiSource.examples({ styles: [...allEmojiStyles] }, context)) {
    const svg = 'bytes' in example.picture ? new TextDecoder().decode(example.picture.bytes) : ''
    examples.push({ ...example, fingerprint: `${example.style} ${svg}` })
  }

  it('hold 7,644 pictures of 1,652 emoji', () => {
    expect(new Set(examples.map(({ group }) => group)).size).toBe(1652)
    const countOf = (style: string) => examples.filter((one) => one.style === style).length
    for (const [style, count] of Object.entries(expectedCounts)) expect(countOf(style)).toBe(count)
  })

  it('have names and keywords in both languages, and neither flags nor skin tones', () => {
    const isNamed = ({ captions }: Example) =>
      ['en', 'zh'].every((language) => {
        const names = captions.filter((one) => one.language === language && one.role === 'name')
        return names.length === 1 && !/[:：’()]|skin tone/.test(names[0]!.text)
      })
    expect(examples.filter((example) => !isNamed(example))).toEqual([])
    // Skin tone modifiers, regional letters, and the selector that is no part of the names here.
    expect(examples.filter(({ id }) => /1f3f[b-f]|1f1e6|fe0f/.test(id))).toEqual([])
  })

  it('are split without a leak', () => {
    const { train, heldOut, heldOutPairs } = splitExamples(examples, { seed: 1 })
    const valuesOf = (part: readonly number[], value: (example: (typeof examples)[0]) => string) =>
      part.map((index) => value(examples[index]!))
    const known = new Set(valuesOf([...train, ...heldOutPairs], ({ group }) => group))
    const knownPictures = new Set(valuesOf(train, ({ fingerprint }) => fingerprint))
    const trained = new Set(valuesOf(train, ({ group }) => group))
    expect(valuesOf(heldOut, ({ group }) => group).filter((group) => known.has(group))).toEqual([])
    const hidden = valuesOf([...heldOut, ...heldOutPairs], ({ fingerprint }) => fingerprint)
    expect(hidden.filter((picture) => knownPictures.has(picture))).toEqual([])
    const pairGroups = valuesOf(heldOutPairs, ({ group }) => group)
    expect(pairGroups.filter((group) => !trained.has(group))).toEqual([])
    expect(heldOut.length / examples.length).toBeCloseTo(0.1, 1)
    expect(heldOutPairs.length).toBeGreaterThanOrEqual(300)
    expect(heldOutPairs.length).toBeLessThan(350)
  })
})

/** Counted in the packages' own tables: base emoji without country flags. */
const expectedCounts: Record<string, number> = {
  Noto: 1652,
  Twemoji: 1652,
  OpenMoji: 1652,
  Fluent: 1595,
  EmojiOne: 1093,
}
