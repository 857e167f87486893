import { describe, expect, test } from 'vitest'
import { tinyTextModel } from '../../../test/support/tiny-text-model.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { TextModel } from '../text/text-model.js'
import type { WriteOptions } from '../text/writer.js'
import { createFeatureExtraction } from './feature-extraction.js'
import { createFillMask } from './fill-mask.js'
import { createTextGeneration } from './text-generation.js'

const runtime = createInlineRuntime({ threads: 1 })
const chatTemplate = '{% for m in messages %}{{ m.content }}<eos>{% endfor %}'
const { model } = await tinyTextModel(runtime, {
  skills: ['continue', 'fill'],
  chatTemplate,
  hasEnd: false,
})

const write = async (of: TextModel, prompt: readonly number[], options: WriteOptions) => {
  let text = ''
  for await (const piece of of.write(prompt, options)) text += piece.text
  return text
}

describe('text-generation', () => {
  const generate = createTextGeneration(model)
  const limit = { max_new_tokens: 6 }

  test('goes on from a text, or from each of several, without chance', async () => {
    const expected = await write(model, model.promptOf('abc'), { temperature: 0, maxTokens: 6 })
    const one = await generate('abc', limit)
    expect(one).toEqual([{ generated_text: `abc${expected}` }])
    expect(await generate(['abc', 'd'], limit)).toEqual([one, await generate('d', limit)])
    expect(await generate('abc', { ...limit, return_full_text: false })).toEqual([
      { generated_text: expected },
    ])
  })

  test('draws what the model draws with the same options', async () => {
    const options = { top_k: 5, top_p: 0.9, repetition_penalty: 1.3, no_repeat_ngram_size: 2 }
    const drawn = await generate('abc', {
      ...limit,
      ...options,
      do_sample: true,
      temperature: 2,
      num_return_sequences: 2,
      seed: 3,
    })
    const common = { maxTokens: 6, temperature: 2, topK: 5, topP: 0.9, seed: 3 }
    for (const [index, { generated_text: text }] of drawn.entries()) {
      const expected = { ...common, repetitionPenalty: 1.3, noRepeatNgram: 2, index }
      expect(text).toBe(`abc${await write(model, model.promptOf('abc'), expected)}`)
    }
  })

  test('searches with beams', async () => {
    const [{ generated_text: text }] = (await generate('abc', { ...limit, num_beams: 3 })) as [
      { generated_text: string },
    ]
    expect(text).toBe(`abc${await write(model, model.promptOf('abc'), { beams: 3, maxTokens: 6 })}`)
  })

  test('puts the answer at the end of a conversation', async () => {
    const chat = [{ role: 'user', content: 'ab' }]
    const content = await write(model, [4, 5, 2], { temperature: 0, maxTokens: 6 })
    const answer = { role: 'assistant', content }
    expect(await generate(chat, limit)).toEqual([{ generated_text: [...chat, answer] }])
    expect(await generate([chat, chat], limit)).toHaveLength(2)
  })

  test('streams text and ids', async () => {
    const texts: string[] = []
    const ids: bigint[] = []
    let ends = 0
    const streamer = {
      put: ([row]: bigint[][]) => {
        ids.push(...row!)
      },
      end: () => {
        ends++
      },
    }
    const [output] = await generate('abc', {
      ...limit,
      streamer,
      callback_function: (text) => texts.push(text),
    })
    expect(`abc${texts.join('')}`).toBe(output!.generated_text)
    expect(ids.slice(0, 4)).toEqual([1n, 4n, 5n, 6n])
    expect(ids).toHaveLength(10)
    expect(ends).toBe(1)
  })
})

describe('fill-mask', () => {
  const fill = createFillMask(model)

  test('gives the likeliest tokens with their probabilities, however the gap is written', async () => {
    const all = await fill('ab[MASK]d', { top_k: 100 })
    expect(all).toHaveLength(model.text.vocabularySize)
    expect(all.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 6)
    const scores = await model.scoresAt([1, 4, 5, 3, 7], 3)
    const order = Array.from(scores, (_, id) => id).sort((a, b) => scores[b]! - scores[a]!)
    expect(all.map(({ token }) => token)).toEqual(order)
    for (const { token, token_str: spelling, sequence } of all) {
      expect(spelling).toBe(model.text.tokenOf(token))
      expect(sequence).toBe(`ab${token < 4 ? '' : spelling}d`)
    }
    expect(await fill('ab<mask>d', { top_k: 3 })).toEqual(all.slice(0, 3))
    await expect(fill('ab<mask>d', { top_k: -1 })).rejects.toThrow('top_k: expected a whole number')
    expect(await fill(['ab[MASK]d', 'a[MASK]'])).toEqual([all.slice(0, 5), await fill('a[MASK]')])
  })

  test('sees both sides of the gap', async () => {
    const [before] = await fill('ab[MASK]d', { top_k: 1 })
    const [after] = await fill('ab[MASK]h', { top_k: 1 })
    expect(before!.score).not.toBeCloseTo(after!.score, 6)
  })

  test('is about the gap where a character that the tokenizer does not know is read as one too', async () => {
    const [found] = await fill('aZ[MASK]d', { top_k: 1 })
    const scores = await model.scoresAt([1, 4, 3, 3, 7], 3)
    expect(found!.token).toBe(scores.indexOf(Math.max(...scores)))
  })

  test('of a model that continues texts as well reads a gap at the token before', async () => {
    const both = { skills: ['continue', 'fill'], readsGapsBefore: true, hasStart: false } as const
    const { model: other } = await tinyTextModel(runtime, both)
    const fill = createFillMask(other)
    const [found] = await fill('ab[MASK]d', { top_k: 1 })
    const scores = await other.scoresAt([4, 5, 3, 7], 1)
    expect(found!.token).toBe(scores.indexOf(Math.max(...scores)))
    await expect(fill('[MASK]b')).rejects.toThrow('the gap is the first token')
    await other.close()
  })

  test('needs a gap, and a model that fills them', async () => {
    await expect(fill('abc')).rejects.toThrow('fill-mask: expected a text with a gap')
    const { model: other } = await tinyTextModel(runtime)
    expect(() => createFillMask(other)).toThrow('trained to continue')
    await other.close()
  })
})

describe('feature-extraction', () => {
  const extract = createFeatureExtraction(model)
  const width = 16

  test('gives a vector for each token, and zeros where a text is shorter', async () => {
    const { type, dims, data, size, tolist } = await extract(['abc', 'd'])
    expect({ type, dims, size }).toEqual({ type: 'float32', dims: [2, 4, width], size: 128 })
    const states = await model.states([1, 7])
    expect(data.slice(64, 96)).toEqual(states)
    expect(data.slice(96).every((value) => value === 0)).toBe(true)
    expect(tolist()[1]).toHaveLength(4)
    expect((tolist() as number[][][])[1]![0]).toEqual([...states.slice(0, width)])
  })

  test('gives their mean, or the first, as long as they are or of length 1', async () => {
    const rows = ((await extract('abc')).tolist() as number[][][])[0]!
    const mean = rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / 4)
    const pooled = await extract('abc', { pooling: 'mean' })
    expect(pooled.dims).toEqual([1, width])
    for (const [column, value] of pooled.data.entries()) expect(value).toBeCloseTo(mean[column]!, 5)
    for (const pooling of ['cls', 'first_token'] as const) {
      expect([...(await extract('abc', { pooling })).data]).toEqual(rows[0])
    }
    expect([...(await extract('abc', { pooling: 'last_token' })).data]).toEqual(rows[3])
    const unknown = extract('abc', { pooling: 'Mean' as 'mean' })
    await expect(unknown).rejects.toThrow('feature-extraction: expected a pooling of none, mean,')
    const { data } = await extract('abc', { pooling: 'mean', normalize: true })
    const length = Math.hypot(...mean)
    for (const [column, value] of data.entries()) {
      expect(value).toBeCloseTo(mean[column]! / length, 5)
    }
  })

  test('does not see padding: a text alone or with a longer one is the same', async () => {
    const alone = await extract('d', { pooling: 'mean' })
    const { data } = await extract(['abcdefgh', 'd'], { pooling: 'mean' })
    expect(data.slice(width)).toEqual(alone.data)
  })

  test('a text that is too long or empty of tokens is refused', async () => {
    await expect(extract('a'.repeat(40))).rejects.toThrow(
      'the text: expected at most 24 tokens, the model’s context, got 41',
    )
  })
})
