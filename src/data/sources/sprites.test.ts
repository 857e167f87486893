import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  leastDifference,
  openWardrobe,
  sampleSprites,
  spritesContext,
  spritesFolder,
} from '../../../test/support/sprites.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { workerFile } from '../../platform/node/worker-thread.js'
import { captionOf } from '../captions.js'
import type { Example } from '../example.js'
import { splitExamples } from '../split.js'
import { chooseAttributes } from '../sprites/attributes.js'
import { openSprites } from '../sprites/open.js'
import { spritesSource } from './sprites.js'

const context = spritesContext()

/** Few sheets, so that little is decoded. */
const fewSheets = {
  sexes: ['female'],
  skins: ['light'],
  hairStyles: ['plain'],
  hairColours: ['red'],
  clothes: ['shirt'],
  headgear: [],
  actions: ['walk', 'hurt'],
}

const shape = { size: 64, frames: 8 }

const readAll = async (options: object): Promise<Example[]> => {
  const examples: Example[] = []
  for await (const example of spritesSource.examples(sampleSprites(options), context)) {
    examples.push(example)
  }
  return examples
}

describe('sprites', () => {
  it('are clips with captions, attributes and a ground', async () => {
    const [first, ...others] = await readAll({ ...fewSheets, clips: 4 })
    expect(others).toHaveLength(3)
    expect(first).toMatchObject({
      id: 'sprite-0',
      group: expect.stringMatching(/^female, red hair, [a-z]+, shirt$/),
      attributes: { sex: 'female', hairColour: 'red', clothing: 'shirt' },
      license: 'CC-BY-SA-3.0 OR GPL-3.0',
      flippable: false,
      picture: { width: 64, height: 512, frames: 8 },
    })
    expect(first!.captions).toHaveLength(8)
    const { data } = first!.picture as { data: Uint8Array }
    expect([...data.subarray(0, 3)]).toEqual([...first!.background!])
  })

  it('are the same for the same seed, and others for another', async () => {
    const pixelsOf = async (options: object) =>
      (await readAll({ ...fewSheets, clips: 3, ...options })).map(({ picture }) => picture)
    const first = await pixelsOf({})
    expect(await pixelsOf({})).toEqual(first)
    expect(await pixelsOf({ seed: 1 })).not.toEqual(first)
  })

  it('move, and keep their ground', async () => {
    for (const { picture, background } of await readAll({ ...fewSheets, clips: 6 })) {
      const { data } = picture as { data: Uint8Array }
      const bytes = 64 * 64 * 3
      const frames = Array.from({ length: 8 }, (_, frame) =>
        data.slice(frame * bytes, (frame + 1) * bytes),
      )
      expect(new Set(frames.map(String)).size).toBeGreaterThan(4)
      for (const frame of frames) expect([...frame.slice(-3)]).toEqual([...background!])
    }
  })

  it('show their first frame where pictures are wanted', async () => {
    const options = sampleSprites({ ...fewSheets, clips: 2 })
    const clips = await openSprites(options, context, shape)
    const pictures = await openSprites(options, context, { size: 64, frames: 1 })
    const first = (await clips.picture(1)).data.subarray(0, 64 * 64 * 3)
    expect((await pictures.picture(1)).data).toEqual(first)
  })

  it('have a digest of their sheets and options', async () => {
    const digestOf = async (options: object) =>
      (await openSprites(sampleSprites({ ...fewSheets, ...options }), context, shape)).digest!()
    const first = await digestOf({})
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(await digestOf({})).toBe(first)
    expect(await digestOf({ seed: 1 })).not.toBe(first)
  })
})

describe('what captions name', async () => {
  const options = sampleSprites()
  const draw = await openWardrobe(options)
  const clips = Array.from({ length: 60 }, (_, clip) => chooseAttributes(options, 0, clip))

  it('is hair that is to be seen in every frame', async () => {
    for (const shown of clips.filter(({ hairColour }) => hairColour !== undefined)) {
      const hairColour = shown.hairColour === 'red' ? 'black' : 'red'
      const pixels = leastDifference(await draw(shown), await draw({ ...shown, hairColour }))
      expect(pixels, JSON.stringify(shown)).toBeGreaterThan(9)
    }
  })

  it('are clothes whose colour is to be seen in every frame', async () => {
    for (const shown of clips.filter(({ clothingColour }) => clothingColour !== undefined)) {
      const clothingColour = shown.clothingColour === 'red' ? 'blue' : 'red'
      const pixels = leastDifference(await draw(shown), await draw({ ...shown, clothingColour }))
      expect(pixels, JSON.stringify(shown)).toBeGreaterThan(20)
    }
  })
})

describe('the split of sprites', async () => {
  const undrawn = {
    ...context,
    media: {
      ...context.media,
      openSheets: async () => ({
        compose: async () => {
          throw new Error('nothing is drawn here')
        },
      }),
    },
  }
  const { examples } = await openSprites(sampleSprites({ clips: 3000 }), undrawn, shape)
  const split = splitExamples(examples, { seed: 0, heldOutShare: 0.2, heldOutPairs: 0 })

  it('holds out combinations, never single clips', () => {
    const groupsOf = (part: readonly number[]) =>
      new Set(part.map((index) => examples[index]!.group))
    const [train, heldOut] = [groupsOf(split.train), groupsOf(split.heldOut)]
    expect(heldOut.size).toBeGreaterThan(10)
    expect([...heldOut].filter((group) => train.has(group))).toEqual([])
    for (const attribute of ['sex', 'hairColour', 'clothing', 'clothingColour']) {
      const valuesOf = (part: readonly number[]) =>
        new Set(part.map((index) => examples[index]!.attributes![attribute]))
      expect(valuesOf(split.train)).toEqual(valuesOf([...split.train, ...split.heldOut]))
    }
  })

  it('leaves no caption of held-out clips in training', () => {
    const phraseOf = (index: number, epoch: number, isComplete: boolean) =>
      captionOf(examples[index]!, { seed: 0, epoch, isComplete }).text
    const learned = new Set(
      split.train.flatMap((index) => examples[index]!.captions.map(({ text }) => text)),
    )
    const asked = split.heldOut.flatMap((index) =>
      [0, 1, 2].map((epoch) => phraseOf(index, epoch, true)),
    )
    expect(asked.filter((phrase) => learned.has(phrase))).toEqual([])
    // Phrases with less in them do occur on both sides.
    const partial = split.heldOut.flatMap((index) =>
      [0, 1, 2].map((epoch) => phraseOf(index, epoch, false)),
    )
    expect(partial.some((phrase) => learned.has(phrase))).toBe(true)
  })
})

describe('sheets that cannot be used', () => {
  const made: string[] = []
  afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))

  const copyOfSheets = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sprites-'))
    made.push(folder)
    await cp(spritesFolder, folder, { recursive: true })
    return folder
  }

  it('are named when they are missing', async () => {
    const path = await copyOfSheets()
    const sheet = join(path, 'body/female/light.png')
    await rm(sheet)
    await expect(openSprites(sampleSprites({ path }), context, shape)).rejects.toThrow(
      `sprites: the sheet ${sheet} is missing; copy the data set again, or leave out what needs it`,
    )
  })

  it('are named when they are damaged', async () => {
    const path = await copyOfSheets()
    const sheet = join(path, 'body/female/light.png')
    await truncate(sheet, 5000)
    await expect(
      openSprites(sampleSprites({ path, ...fewSheets }), context, shape),
    ).rejects.toThrow(`${sheet}: the picture is damaged or cut short`)
  })

  it('are refused for pictures of another size', async () => {
    await expect(openSprites(sampleSprites(), context, { size: 32, frames: 8 })).rejects.toThrow(
      'sprites: the characters are 64 pixels high, got size 32; set size to 64',
    )
  })
})

const workerUrl = workerFile(new URL('../../platform/node/sheet-worker.js', import.meta.url))

describe.skipIf(!existsSync(workerUrl))('a worker thread', () => {
  const media = createNodeMedia({ workers: 1 })
  const pooled = { ...context, media }
  afterAll(() => media.close())

  it('draws the same clips', async () => {
    const options = sampleSprites({ ...fewSheets, clips: 6 })
    const here = await openSprites(options, context, shape)
    const there = await openSprites(options, pooled, shape)
    const all = (from: typeof here) =>
      Promise.all(Array.from({ length: 6 }, (_, clip) => from.picture(clip)))
    expect(await all(there)).toEqual(await all(here))
  })

  it('reports damaged sheets', async () => {
    const sheets = new Map([['a', { name: 'a.png', bytes: new TextEncoder().encode('hello') }]])
    await expect(media.openSheets(sheets)).rejects.toThrow('a.png: not a picture in one of')
  })
})
