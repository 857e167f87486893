import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { rowsOf } from '../../../test/support/rows.js'
import { type TinyTextModelOptions, tinyTextModel } from '../../../test/support/tiny-text-model.js'
import { input } from '../../engine/graph/graph.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { languageModelOf } from './config.js'
import type { TextModel } from './text-model.js'
import type { WriteOptions } from './writer.js'

const runtime = createInlineRuntime({ threads: 1 })
type Tiny = Awaited<ReturnType<typeof tinyTextModel>>

const collect = async (model: TextModel, prompt: readonly number[], options: WriteOptions) => {
  const pieces = []
  for await (const piece of model.write(prompt, options)) pieces.push(piece)
  return {
    pieces,
    text: pieces.map((piece) => piece.text).join(''),
    ids: pieces.flatMap((piece) => piece.ids),
    finish: pieces.at(-1)!.finish,
  }
}

/** Natural logarithms of the next token's probabilities after each sequence, read as a whole. */
const logProbabilities = async ({ config, tensors }: Tiny, sequences: readonly number[][]) => {
  const network = languageModelOf(config)
  const ids = tensorOf('int32', sequences.flat())
  const { values } = parameterInputs(network.parameters)
  const states = network.read(values, { ids: input('ids', ids) }, { batch: sequences.length })
  const scores = network.score(values, states)
  const rows = rowsOf((await compute(runtime, { scores }, { ids, ...tensors })).scores!)
  const time = sequences[0]!.length
  return sequences.map((_, index) => {
    const row = rows[(index + 1) * time - 1]!
    const total = Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0))
    return row.map((score) => score - total)
  })
}

const largest = (row: readonly number[]) => row.indexOf(Math.max(...row))

describe('writing', () => {
  test('without chance gives what reading the whole text again for each token gives', async () => {
    const tiny = await tinyTextModel(runtime, { hasEnd: false })
    const prompt = tiny.model.promptOf('abc')
    const expected = [...prompt]
    for (let step = 0; step < 12; step++) {
      const [row] = await logProbabilities(tiny, [expected])
      expected.push(largest(row!))
    }
    const { ids, finish } = await collect(tiny.model, prompt, { temperature: 0, maxTokens: 12 })
    expect([...prompt, ...ids]).toEqual(expected)
    expect(finish).toBe('length')
    await tiny.model.close()
  })

  test('never takes an id beyond the tokenizer, of a table that is padded in length', async () => {
    const { model, text } = await tinyTextModel(runtime, {
      ...{ hasEnd: false, letters: 'ab', network: { vocabularySize: 60 } },
    })
    for (const options of [{ temperature: 2, seed: 1 }, { beams: 3 }]) {
      const { ids } = await collect(model, model.promptOf('ab'), { ...options, maxTokens: 12 })
      expect(ids).toHaveLength(12)
      expect(Math.max(...ids)).toBeLessThan(text.vocabularySize)
    }
    await model.close()
  })

  test('goes on past the context', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false, context: 8 })
    const { ids } = await collect(model, model.promptOf('abcdefg'), { maxTokens: 30 })
    expect(ids).toHaveLength(30)
    await model.close()
  })

  test('follows its seed and the index of the text', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false })
    const write = (seed: number, index: number) =>
      collect(model, model.promptOf('a'), { seed, index, maxTokens: 10 })
    const [first, again, other, next] = [
      await write(1, 0),
      await write(1, 0),
      await write(2, 0),
      await write(1, 1),
    ]
    expect(again).toEqual(first)
    expect(other.ids).not.toEqual(first.ids)
    expect(next.ids).not.toEqual(first.ids)
    await model.close()
  })

  test('several texts at the same time do not disturb each other', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false })
    const write = (prompt: string) =>
      collect(model, model.promptOf(prompt), { temperature: 0, maxTokens: 8 })
    const alone = [await write('ab'), await write('gh')]
    expect(await Promise.all([write('ab'), write('gh')])).toEqual(alone)
    await model.close()
  })

  test('ends before a stop string that spans tokens, and shows nothing of it', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false })
    const free = await collect(model, model.promptOf('a'), { seed: 5, maxTokens: 16 })
    for (const stop of [free.text.slice(4, 7), free.text.slice(2, 3)]) {
      const stopped = await collect(model, model.promptOf('a'), {
        seed: 5,
        maxTokens: 16,
        stop: [stop],
      })
      expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)))
      expect(stopped.finish).toBe('stop')
    }
    await model.close()
  })

  test('never says a pair of tokens twice where that is ruled out', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false })
    const { ids } = await collect(model, model.promptOf('ab'), {
      temperature: 0,
      maxTokens: 40,
      noRepeatNgram: 2,
    })
    const all = [...model.promptOf('ab'), ...ids]
    const pairs = all.slice(1).map((id, place) => `${all[place]} ${id}`)
    expect(new Set(pairs).size).toBe(pairs.length)
    await model.close()
  })
})

describe('a prompt', () => {
  test('that is longer than the context is refused, unless its end is asked for', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false, context: 8 })
    const prompt = model.promptOf('abcdefghabcdefgh')
    await expect(collect(model, prompt, {})).rejects.toThrow(
      'the prompt: expected at most 8 tokens, the model’s context, got 17. Shorten it',
    )
    const options = { temperature: 0, maxTokens: 5 }
    const kept = await collect(model, prompt, { ...options, shouldKeepEnd: true })
    expect(kept).toEqual(await collect(model, prompt.slice(-8), options))
    await model.close()
  })

  test('that is empty is refused, as are options that make no sense', async () => {
    const { model } = await tinyTextModel(runtime)
    await expect(collect(model, [], {})).rejects.toThrow('the prompt is empty')
    for (const options of [
      { maxTokens: 0 },
      { beams: 1.5 },
      { noRepeatNgram: -1 },
      { repetitionPenalty: 0 },
    ]) {
      await expect(collect(model, [1], options)).rejects.toThrow(/expected a .* got/)
    }
    await model.close()
  })
})

describe('beam search', () => {
  test('writes one text, and goes with nothing that draws', async () => {
    const { model } = await tinyTextModel(runtime)
    const write = (options: WriteOptions) =>
      collect(model, [4, 5], { beams: 2, maxTokens: 3, ...options })
    for (const options of [{ temperature: 1 }, { topK: 3 }, { minP: 0.1 }, { index: 0 }]) {
      await expect(write(options)).rejects.toThrow(
        'the option beams: a search with 2 beams finds one text and draws nothing at random;',
      )
    }
    expect(await write({ temperature: 0 })).toEqual(await write({}))
    expect((await write({ beams: 1, topK: 3, index: 1 })).ids).toHaveLength(3)
    await model.close()
  })

  /** All texts of up to `length` tokens after a prompt, with the mean of their logarithms. */
  const allTexts = async (tiny: Tiny, prompt: readonly number[], length: number, end?: number) => {
    let open: { ids: number[]; sum: number }[] = [{ ids: [], sum: 0 }]
    const complete: { ids: number[]; sum: number; length: number }[] = []
    for (let step = 1; step <= length; step++) {
      const rows = await logProbabilities(
        tiny,
        open.map(({ ids }) => [...prompt, ...ids]),
      )
      const longer = open.flatMap(({ ids, sum }, index) =>
        rows[index]!.map((logarithm, id) => ({ ids: [...ids, id], sum: sum + logarithm })),
      )
      for (const { ids, sum } of longer) {
        if (ids.at(-1) === end) complete.push({ ids: ids.slice(0, -1), sum, length: step })
      }
      open = longer.filter(({ ids }) => ids.at(-1) !== end)
    }
    return [...complete, ...open.map((text) => ({ ...text, length }))]
  }

  test.each([
    { lengthPenalty: 0, hasEnd: true, seed: 1 },
    { lengthPenalty: 0, hasEnd: true, seed: 3 },
    { lengthPenalty: 1, hasEnd: false, seed: 2 },
  ])(
    'with enough beams finds the best of all texts: $lengthPenalty, $hasEnd, $seed',
    async ({ lengthPenalty, ...options }) => {
      const tiny = await tinyTextModel(runtime, { letters: 'abc', ...options })
      const prompt = tiny.model.promptOf('ab')
      const texts = await allTexts(tiny, prompt, 3, options.hasEnd ? 2 : undefined)
      const best = texts.reduce((a, b) =>
        b.sum / b.length ** lengthPenalty > a.sum / a.length ** lengthPenalty ? b : a,
      )
      const { ids } = await collect(tiny.model, prompt, { beams: 49, maxTokens: 3, lengthPenalty })
      expect(ids).toEqual(best.ids)
      await tiny.model.close()
    },
  )

  test('ends before a stop string', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false, seed: 4 })
    const prompt = model.promptOf('abc')
    const free = await collect(model, prompt, { beams: 2, maxTokens: 6 })
    const stop = [free.text.slice(0, 1)]
    const stopped = await collect(model, prompt, { beams: 2, maxTokens: 6, stop })
    expect(stopped.finish).toBe('stop')
    expect(stopped.text).not.toContain(stop[0])
    await model.close()
  })

  test('goes on past the context, and gives the same each time', async () => {
    const { model } = await tinyTextModel(runtime, { hasEnd: false, context: 8 })
    const write = () => collect(model, model.promptOf('abc'), { beams: 2, maxTokens: 14 })
    const first = await write()
    expect(first.ids).toHaveLength(14)
    expect(await write()).toEqual(first)
    await model.close()
  })

  test.each([
    { what: 'a short prompt', given: 'abc', context: 24 },
    // Past the places that the cache has at first.
    { what: 'a long one', given: 'abcdefgh é中'.repeat(5), context: 160 },
  ])(
    'with few beams finds what following them without a cache finds: $what',
    async ({ given, context }) => {
      const options: TinyTextModelOptions = { hasEnd: false, seed: 4, context }
      const tiny = await tinyTextModel(runtime, options)
      const prompt = tiny.model.promptOf(given)
      let beams: { ids: number[]; sum: number }[] = [{ ids: [], sum: 0 }]
      for (let step = 0; step < 10; step++) {
        const rows = await logProbabilities(
          tiny,
          beams.map(({ ids }) => [...prompt, ...ids]),
        )
        beams = beams
          .flatMap(({ ids, sum }, index) =>
            rows[index]!.map((logarithm, id) => ({ ids: [...ids, id], sum: sum + logarithm })),
          )
          .sort((a, b) => b.sum - a.sum)
          .slice(0, 3)
      }
      const { ids, pieces } = await collect(tiny.model, prompt, { beams: 3, maxTokens: 10 })
      expect(ids).toEqual(beams[0]!.ids)
      expect(pieces).toHaveLength(1)
      await tiny.model.close()
    },
  )
})
