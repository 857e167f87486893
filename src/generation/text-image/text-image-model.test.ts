import { describe, expect, test } from 'vitest'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel, tinyModel } from '../../../test/support/tiny-model.js'
import { DataError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { DrawOptions, DrawRequest } from './draw-request.js'

const runtime = createInlineRuntime({ threads: 1 })

describe.each(['next-code', 'masked-codes'] as const)('drawing by %s', async (drawing) => {
  const { model } = await tinyModel(runtime, { drawing })
  const codesOf = async (requests: readonly DrawRequest[], options = {}) =>
    (await model.draw(requests, options)).map(({ codes }) => [...codes])

  test('gives a picture and its codes', async () => {
    const [found, ...others] = await model.draw([{ phrase: 'red cat' }])
    expect(others).toEqual([])
    expect(found!.pixels).toHaveLength(8 * 8 * 3)
    expect(found!.codes).toHaveLength(4)
    expect(found!.pixels).toEqual(await model.image.decode(found!.codes))
  })

  test('is the same for the same seed and index, and another for others', async () => {
    const at = (seed: number, index: number) => ({ phrase: 'red cat', seed, index })
    const [first] = await codesOf([at(1, 0)])
    expect(await codesOf([at(1, 0)])).toEqual([first])
    const others = await codesOf([at(2, 0), at(3, 0), at(1, 1), at(1, 2)])
    expect(others.filter((codes) => `${codes}` === `${first}`).length).toBeLessThan(2)
  })

  test('does not depend on what is drawn beside it, nor on the batch', async () => {
    const requests = Array.from({ length: 9 }, (_, index) => ({
      phrase: index % 2 === 0 ? 'green house' : 'cat',
      seed: 3,
      index,
    }))
    const together = await codesOf(requests)
    expect(await codesOf(requests.slice(0, 2))).toEqual(together.slice(0, 2))
    expect(await codesOf(requests.slice(8))).toEqual(together.slice(8))
    expect(await codesOf([requests[5]!, requests[1]!])).toEqual([together[5], together[1]])
  })

  test('depends on the words', async () => {
    const phrases = ['red cat', 'green house', 'blue square', '红']
    const found = await codesOf(phrases.map((phrase) => ({ phrase, seed: 1 })))
    expect(new Set(found.map(String)).size).toBeGreaterThan(1)
  })

  test('keeps the codes that it starts from', async () => {
    const start = Int32Array.of(7, -1, -1, 59)
    const [codes] = await codesOf([{ phrase: 'cat', start }])
    expect([codes![0], codes![3]]).toEqual([7, 59])
    expect(Math.min(...codes!)).toBeGreaterThanOrEqual(0)
    const whole = Int32Array.of(1, 2, 3, 4)
    expect(await codesOf([{ phrase: 'cat', start: whole }])).toEqual([[1, 2, 3, 4]])
  })

  test('with a guidance of 1 is the model as it is', async () => {
    const requests = [0, 1, 2].map((index) => ({ phrase: 'red house', index }))
    // Nearly 1 goes the long way, with sequences without words beside the others.
    expect(await codesOf(requests, { guidance: 1 })).toEqual(
      await codesOf(requests, { guidance: 1 + 1e-7 }),
    )
    expect(await codesOf(requests, { guidance: 1 })).not.toEqual(
      await codesOf(requests, { guidance: 30 }),
    )
  })

  test('takes its options from the configuration unless it is told others', async () => {
    const requests = [0, 1, 2, 3].map((index) => ({ phrase: 'red house', index }))
    const { guidance, temperature, topK, topP, passes } = model.config.defaults
    const given = await codesOf(requests, { guidance, temperature, topK, topP, passes })
    expect(await codesOf(requests)).toEqual(given)
    expect(await codesOf(requests, { temperature: 5 })).not.toEqual(given)
  })

  test('keeps the candidate that the model reads best as the words', async () => {
    const requests = ['red cat', 'green house', 'cat', '红'].map((phrase) => ({ phrase, seed: 4 }))
    const [one, six] = [await codesOf(requests), await codesOf(requests, { candidates: 6 })]
    expect(six).not.toEqual(one)
    expect(await codesOf(requests.slice(2), { candidates: 6 })).toEqual(six.slice(2))
    // Nothing is left to choose where all codes are given.
    const start = Int32Array.of(1, 2, 3, 4)
    expect(await codesOf([{ phrase: 'cat', start }], { candidates: 3 })).toEqual([[1, 2, 3, 4]])
    await expect(codesOf(requests, { passes: 0 })).rejects.toThrow(
      'passes: expected a whole number',
    )
    await expect(codesOf(requests, { candidates: 1.5 })).rejects.toThrow(
      'candidates: expected a whole number of at least 1, got 1.5',
    )
  })

  test('gives several callers at a time what each would get alone', async () => {
    const one = () => codesOf([{ phrase: 'red cat', seed: 1 }])
    const other = () => codesOf([{ phrase: 'green house', seed: 2 }])
    const caption = () => model.caption(tinyPixels(1))
    const alone = [await one(), await other(), await caption()]
    expect(await Promise.all([one(), other(), caption()])).toEqual(alone)
    const failing = codesOf([{ phrase: '' }])
    const after = one()
    await expect(failing).rejects.toThrow(DataError)
    expect(await after).toEqual(alone[0])
  })

  test('of nothing is nothing', async () => {
    expect(await model.draw([])).toEqual([])
  })
})

describe('what cannot be drawn is refused before anything is', async () => {
  const { model } = await tinyModel(runtime)
  const drawn = { phrase: 'cat' }

  test.each([
    { phrase: '', message: 'the phrase is empty' },
    { phrase: ' \n ', message: 'the phrase is empty' },
    {
      phrase: 'a phrase with many, many words',
      message: /the phrase has \d+ pieces and the model reads 11: say it in fewer words/,
    },
  ])('phrase $phrase', async ({ phrase, message }) => {
    const drawing = model.draw([drawn, { phrase }])
    await expect(drawing).rejects.toThrow(DataError)
    await expect(drawing).rejects.toThrow(message)
  })

  test.each([[[1, 2, 3]], [[1, 2, 3, 60]], [[-2, 0, 0, 0]], [[0, 0, 0, 0, 0]]])(
    'codes %j to go on from',
    async (start) => {
      const drawing = model.draw([drawn, { phrase: 'cat', start: Int32Array.from(start) }])
      await expect(drawing).rejects.toThrow(DataError)
      await expect(drawing).rejects.toThrow('expected 4, each from 0 to 59 or -1')
    },
  )

  test('words that spell special tokens are words', async () => {
    const [one, other] = await model.draw([{ phrase: '<eos>' }, { phrase: '<pad>' }])
    expect(one!.codes).not.toEqual(other!.codes)
  })
})

describe('captions', async () => {
  const { model, text } = await tinyModel(runtime)
  const pixels = tinyPixels(3)
  const picture = (index: number) => pixels.subarray(index * 192, (index + 1) * 192)

  test('are words about the picture, the same each time', async () => {
    const captions = [
      await model.caption(picture(0)),
      await model.caption(picture(1)),
      await model.caption(picture(2)),
    ]
    expect(await model.caption(picture(0))).toBe(captions[0])
    expect(new Set(captions).size).toBeGreaterThan(1)
    for (const caption of captions) {
      for (const token of text.specialTokens) expect(caption).not.toContain(token)
    }
  })

  test('differ by seed when drawn by chance', async () => {
    const options = { temperature: 2 }
    const found = await Promise.all(
      [1, 2, 3, 4].map((seed) => model.caption(picture(0), { ...options, seed })),
    )
    expect(new Set(found).size).toBeGreaterThan(1)
    expect(await model.caption(picture(0), { ...options, seed: 2 })).toBe(found[1])
  })

  test('are for one picture of the right size', async () => {
    await expect(model.caption(pixels)).rejects.toThrow('expected one picture to look at, got 3')
    await expect(model.caption(picture(0).subarray(3))).rejects.toThrow(DataError)
  })
})

describe.each(['next-code', 'masked-codes'] as const)('clips by %s', async (drawing) => {
  const { model } = await tinyClipModel(runtime, { drawing })
  const request = { phrase: 'red cat', seed: 1 }
  const draw = async (changes: Partial<DrawRequest> = {}, options: DrawOptions = {}) =>
    (await model.draw([{ ...request, ...changes }], options))[0]!

  test('have all frames, of which fewer are the beginning', async () => {
    const whole = await draw()
    expect([whole.codes.length, whole.pixels.length]).toEqual([6, 3 * 192])
    expect(whole.pixels).toEqual(await model.image.decode(whole.codes, { frames: 3 }))
    for (const frames of [1, 2]) {
      const fewer = await draw({}, { frames })
      expect(fewer.codes).toEqual(whole.codes.subarray(0, 3 + frames))
      expect(fewer.pixels).toEqual(whole.pixels.subarray(0, frames * 192))
    }
  })

  test('go on from a first frame', async () => {
    const start = Int32Array.of(7, 8, 9, 10)
    const { codes } = await draw({ start })
    expect(codes.subarray(0, 4)).toEqual(start)
    const other = await draw({ start: Int32Array.of(50, 40, 30, 20) })
    expect([...codes.subarray(4), ...other.codes.subarray(4)].every((code) => code >= 0)).toBe(true)
    const open = Int32Array.of(7, 8, 9, 10, -1, 3)
    expect((await draw({ start: open })).codes[5]).toBe(3)
  })

  test('do not depend on what is drawn beside them', async () => {
    const requests = [0, 1, 2].map((index) => ({ phrase: 'green house', seed: 2, index }))
    const together = await model.draw(requests)
    expect(await model.draw([requests[2]!])).toEqual([together[2]])
  })

  test('are captioned as a whole or by their first frame', async () => {
    const { pixels } = await draw()
    expect(await model.caption(pixels)).toBe(await model.caption(pixels))
    expect(typeof (await model.caption(pixels.subarray(0, 192)))).toBe('string')
    await expect(model.caption(pixels.subarray(192))).rejects.toThrow(
      'expected one picture or one clip of 3 frames to look at, got 2',
    )
  })

  test.each([0, 4, 1.5])('of %d frames are refused', async (frames) => {
    const drawn = draw({}, { frames })
    await expect(drawn).rejects.toThrow(DataError)
    await expect(drawn).rejects.toThrow(
      `the model draws clips of 1 to 3 frames, got ${frames}; ask for fewer`,
    )
  })
})

test('the frames of a clip are filled one after another or together', async () => {
  const { model } = await tinyClipModel(runtime, { drawing: 'masked-codes' })
  const requests = [0, 1, 2, 3].map((index) => ({ phrase: 'red cat', index }))
  const [inStages, together] = [
    await model.draw(requests, { order: 'first-frame' }),
    await model.draw(requests, { order: 'together' }),
  ]
  expect(await model.draw(requests)).toEqual(inStages)
  expect(together).not.toEqual(inStages)
})
