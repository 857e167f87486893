import { describe, expect, test } from 'vitest'
import { tinyPairModel } from '../../../test/support/tiny-pair-model.js'
import { DataError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { questionWindows } from '../text-pairs/question-windows.js'
import { createQuestionAnswering } from './question-answering.js'
import { createSummarization, createText2Text, createTranslation } from './text-to-text.js'

const runtime = createInlineRuntime({ threads: 1 })

describe.each(['encoder-decoder', 'decoder-only'] as const)('of a model %s', (kind) => {
  test('text2text-generation and summarization give a text for each text', async () => {
    const { model } = await tinyPairModel(runtime, { kind })
    const written = async (source: string) =>
      (await model.writeWhole(model.sourceOf(source).ids)).text
    const generate = createText2Text(model)
    expect(await generate('abc')).toEqual([{ generated_text: await written('abc') }])
    expect(await createSummarization(model)(['abc', 'd'])).toEqual([
      { summary_text: await written('abc') },
      { summary_text: await written('d') },
    ])
    // The model searches by default, and several texts of one source are drawn.
    const { ids } = model.sourceOf('abc')
    const second = { maxTokens: 3, index: 1 }
    expect(await model.writeWhole(ids, second)).toEqual(
      await model.writeWhole(ids, { ...second, beams: 1 }),
    )
    const texts = await Promise.all(
      [1, 2, 3, 4].map((index) => model.writeWhole(ids, { ...second, index })),
    )
    expect(new Set(texts.map(({ text }) => text)).size).toBeGreaterThan(1)
    const drawn = { do_sample: true, temperature: 3, max_new_tokens: 3, seed: 2 }
    const { text } = await model.writeWhole(model.sourceOf('abc').ids, {
      ...{ temperature: 3, maxTokens: 3, seed: 2 },
    })
    expect(await generate('abc', drawn)).toEqual([{ generated_text: text }])
    await expect(generate(' ')).rejects.toThrow('the source is empty')
    await generate.dispose()
  })

  test('translation asks for a language', async () => {
    const { model } = await tinyPairModel(runtime, { kind, isBothWays: true })
    const translate = createTranslation(model)
    const { text } = await model.writeWhole(model.sourceOf('abc', 'zh').ids)
    expect(await translate('abc', { tgt_lang: 'zh' })).toEqual([{ translation_text: text }])
    await expect(translate('abc', { tgt_lang: 'fr' })).rejects.toThrow('expected en or zh, got fr')
    await expect(translate('abc')).rejects.toThrow('tgt_lang: expected en or zh, got none')
    await translate.dispose()
  })

  test('question-answering reads passages of any length, and takes the likeliest answer', async () => {
    const { model } = await tinyPairModel(runtime, { kind, content: 'questions' })
    const answer = createQuestionAnswering(model)
    const passage = 'abc def abc def abc def abc def'
    const windows = questionWindows('b?', passage, model.text, model.config)
    expect(windows.length).toBeGreaterThan(1)
    const answers = []
    for (const { ids } of windows) answers.push(await model.writeWhole(ids))
    const best = answers.reduce((one, other) => (other.score > one.score ? other : one))
    const whole = { answer: best.text, score: best.score }
    expect(await answer('b?', passage)).toEqual(whole)
    expect(await answer(['b?'], [passage])).toEqual([whole])
    expect(await answer(['b?', 'c?'], [passage, 'abc'])).toEqual([whole, await answer('c?', 'abc')])
    await expect(answer('b?', '')).rejects.toThrow('the passage is empty')
    await answer.dispose()
  })
})

test.each(['encoder-decoder', 'decoder-only'] as const)(
  'with a bias to copy, %s says what the source says',
  async (kind) => {
    const { model } = await tinyPairModel(runtime, { kind })
    const { ids } = model.sourceOf('abc')
    for (const beams of [1, 3]) {
      const { text } = await model.writeWhole(ids, { copyBias: 50, beams })
      expect(text).toMatch(/^[abc]*$/)
    }
    await model.close()
  },
)

test('a question is answered on one context, and a list of them on as many', async () => {
  const { model } = await tinyPairModel(runtime, { content: 'questions' })
  // Types forbid them to callers that have types.
  const answer = createQuestionAnswering(model) as (
    ...given: readonly (string | readonly string[])[]
  ) => Promise<unknown>
  for (const [questions, contexts, found] of [
    [['b?', 'c?'], 'abc', 'a list of 2 and a text'],
    ['b?', ['abc'], 'a text and a list of 1'],
    [['b?', 'c?'], ['abc'], 'a list of 2 and a list of 1'],
  ] as const) {
    const answering = answer(questions, contexts)
    await expect(answering).rejects.toThrow(DataError)
    await expect(answering).rejects.toThrow(`a context for each question, got ${found}.`)
  }
  await model.close()
})

test('a model of texts answers no questions', async () => {
  const { model } = await tinyPairModel(runtime)
  expect(() => createQuestionAnswering(model)).toThrow('the model was trained on texts')
  await expect(model.answer('b?', 'abc')).rejects.toThrow('the model was trained on texts')
  await model.close()
})
