import { describe, expect, test } from 'vitest'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { LanguageConfig } from '../text/config.js'
import type { TextClassifierModel } from '../text-classification/text-classifier.js'
import { createTextClassification } from './text-classification.js'
import { createZeroShot } from './zero-shot-classification.js'

const classifier = createTextClassification({
  config: { labels: ['a', 'b', 'c'] },
  classify: async (texts: readonly string[]) =>
    texts.map((text) => ({
      probabilities: text === 'b' ? [0.1, 0.7, 0.2] : [0.6, 0.1, 0.3],
      isCut: false,
    })),
  close: async () => {},
} as unknown as TextClassifierModel) // The pipeline asks for nothing else.

const a = { label: 'a', score: 0.6 }
const b = { label: 'b', score: 0.7 }

describe('text classification has the shapes of transformers.js', () => {
  test('for a text: a list of one label, or of as many as asked for', async () => {
    expect(await classifier('b')).toEqual([b])
    expect(await classifier('b', { top_k: 2 })).toEqual([b, { label: 'c', score: 0.2 }])
    expect(await classifier('b', { top_k: null })).toHaveLength(3)
    await expect(classifier('b', { top_k: 1.5 })).rejects.toThrow('top_k: expected a whole number')
  })

  test('for several: a flat list of one label each, or a list for each', async () => {
    expect(await classifier(['b', 'x'])).toEqual([b, a])
    expect(await classifier(['b', 'x'], { top_k: 2 })).toEqual([
      [b, { label: 'c', score: 0.2 }],
      [a, { label: 'c', score: 0.3 }],
    ])
  })
})

/** Characters are ids; a sentence is likelier by 2 nats where the text has its label in it. */
const zeroShot = createZeroShot({
  config: { tokens: { pad: 0 }, skills: ['continue'] } as unknown as LanguageConfig,
  text: {
    encode: (text: string) => Array.from(text, (character) => character.charCodeAt(0)),
  } as TextTokenizer,
  scorer: {
    score: async (rows) =>
      rows.map(({ ids, from }) => {
        const [before, after] = [ids.slice(0, from), ids.slice(from)].map((part) =>
          String.fromCharCode(...part),
        )
        const label = after!.replace('It is ', '')
        return -after!.length + (before!.includes(label) ? 2 : 0)
      }),
    close: async () => {},
  },
})

describe('zero-shot classification', () => {
  const options = { hypothesis_template: 'It is {}' }
  const labels = ['sports', 'art', 'a label that is much longer']

  test('ranks labels by what the text adds to their likelihood, not by their length', async () => {
    const { sequence, labels: ranked, scores } = await zeroShot('about art', labels, options)
    expect(sequence).toBe('about art')
    expect(ranked[0]).toBe('art')
    const certain = Math.exp(2) / (Math.exp(2) + 2)
    expect(scores[0]).toBeCloseTo(certain)
    expect(scores[1]).toBeCloseTo((1 - certain) / 2)
    expect(await zeroShot('about art', 'art', options)).toMatchObject({
      labels: ['art'],
      scores: [1],
    })
  })

  test('scores each label by itself where several may be right', async () => {
    const found = await zeroShot(['about art and sports'], labels, {
      ...options,
      multi_label: true,
    })
    expect(found[0]!.labels.slice(0, 2)).toEqual(['sports', 'art'])
    for (const score of found[0]!.scores.slice(0, 2)) {
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-2)))
    }
    expect(found[0]!.scores[2]).toBeCloseTo(0.5)
  })

  test.each([
    [' ', labels, options, 'the text is empty'],
    ['text', [], options, 'there are no labels'],
    ['text', labels, { hypothesis_template: 'It is' }, 'expected {} in the place of the label'],
  ])('refuses %j, %j, %j', async (text, given, chosen, message) => {
    await expect(zeroShot(text, given, chosen)).rejects.toThrow(message)
  })
})
