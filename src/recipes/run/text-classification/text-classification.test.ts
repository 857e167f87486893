import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../../test/support/tiny-recipes.js'
import type { Media } from '../../../data/media/media.js'
import { numbersOf } from '../../../engine/tensor/tensor.js'
import {
  openTextClassifier,
  readTextClassification,
} from '../../../generation/text-classification/model-folder.js'
import { openModelFolder } from '../../../storage/model-folder.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import { parseRecipe } from '../../parse-recipe.js'
import { runRecipe } from '../run-recipe.js'

const files = createMemoryFiles()
const media = {} as Media // No picture is looked at.

const subjects = ['film', 'play', 'song', 'book']
const words = { good: ['lovely', 'fine', 'great'], bad: ['dull', 'poor', 'weak'] }

/** Rows whose label one of two words gives away. */
const rowsOf = (count: number, start = 0): string[] =>
  Array.from({ length: count }, (_, index) => {
    const label = (index + start) % 2 === 0 ? 'good' : 'bad'
    const place = index + start
    return `a ${words[label][place % 3]} ${subjects[place % 4]} ${place}\t${label}`
  })

const recipeOf = (lines: readonly string[] = [], overrides: readonly string[] = []) =>
  parseRecipe(
    `
task: text-classification
data: { path: train.tsv, validation: 0.25, test: test.tsv }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 24, dropout: 0 }
training: { steps: 30, batch: 8, learningRate: 0.02, schedule: constant, average: 0.5 }
${lines.join('\n')}`,
    { name: 'recipe.yaml', overrides },
  )

const run = async (
  recipe: ReturnType<typeof recipeOf>,
  out: string,
  options: { shouldResume?: boolean; stopAfter?: number } = {},
) => {
  const { shouldResume = false, stopAfter = Number.POSITIVE_INFINITY } = options
  const stop = new AbortController()
  const notices: string[] = []
  const tiny = tinyEnvironment(files, media, { signal: stop.signal })
  const { observer } = tiny.environment
  const finished = await runRecipe(
    recipe,
    { out, shouldResume },
    {
      ...tiny.environment,
      observer: {
        ...observer,
        step: async (report) => {
          await observer.step(report)
          if (report.step >= stopAfter) stop.abort()
        },
        notice: async (line) => void notices.push(line),
      },
    },
  )
  return { ...finished, notices, steps: tiny.steps }
}

const partsOf = async (out: string) =>
  readTextClassification(await openModelFolder(files, `${out}/model`))

beforeAll(async () => {
  await files.write('train.tsv', rowsOf(64).join('\n'))
  await files.write('test.tsv', rowsOf(20, 100).join('\n'))
  await run(recipeOf(), 'whole')
  await files.write('plain.txt', rowsOf(200).join('\n'))
  const language = parseRecipe(
    `
task: language-model
data: { path: plain.txt, documents: line }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 32 }
training: { steps: 3, batch: 4 }
samples: []`,
    { name: 'language.yaml' },
  )
  await runRecipe(language, { out: 'language' }, tinyEnvironment(files, media).environment)
})

describe('a classifier', () => {
  test('learns in seconds, and is measured beside linear n-grams on the rows for testing', async () => {
    const { environment } = tinyEnvironment(files, media)
    const measures = await evaluateModel('whole/model', environment)
    expect(measures.model).toMatchObject({ rows: 20 })
    expect((measures.model as { accuracy: number }).accuracy).toBeGreaterThan(0.9)
    expect(measures).toHaveProperty(['linear n-grams', 'accuracy'])
    expect(measures).toHaveProperty(['model less linear n-grams', 'share'])
    expect(Object.keys(measures.confusion as object)).toEqual(['bad', 'good'])
  })

  test('is measured beside another one, and how sure the difference is', async () => {
    const { environment } = tinyEnvironment(files, media)
    const against = 'barely/model'
    await run(recipeOf([], ['training.steps=1', 'model.linear=none']), 'barely')
    const measures = await evaluateModel('whole/model', environment, { against })
    const [own, other] = [measures.model, measures.other] as { accuracy: number }[]
    expect(other).toEqual((await evaluateModel(against, environment)).model)
    const { difference, low, high } = measures['model less other'] as Record<string, number>
    expect(difference).toBeCloseTo(own!.accuracy - other!.accuracy, 6)
    expect(low).toBeLessThanOrEqual(difference!)
    expect(high).toBeGreaterThanOrEqual(difference!)
  })

  test('gives probabilities, whatever the company of a text, and says where it was cut', async () => {
    const { environment } = tinyEnvironment(files, media)
    const model = await openTextClassifier(files, environment.runtime, 'whole/model')
    const texts = ['a great film', 'a dull play', `a poor song ${'on and '.repeat(9)}on`]
    const together = await model.classify(texts)
    const [alone] = await model.classify([texts[0]!])
    expect(together[0]!.probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1)
    expect(alone!.probabilities[1]).toBeCloseTo(together[0]!.probabilities[1]!, 4)
    expect(together.map(({ isCut }) => isCut)).toEqual([false, false, true])
    await expect(model.classify(['a', ' '])).rejects.toThrow('text 2 of 2 is empty')
    await model.close()
  })

  test('has a linear classifier that counts as much as the run measured that it should', async () => {
    const { measures } = await run(recipeOf([], ['training.steps=4']), 'voting')
    const { votes } = (await partsOf('voting')).linear!
    expect(votes.network).toBeCloseTo(measures['votes.network']!, 5)
    expect(votes.linear).toBeCloseTo(measures['votes.linear']!, 5)
    expect(votes).not.toEqual({ network: 0.5, linear: 0.5 })
  })

  test('that was stopped and resumed ends with the same bits', async () => {
    await run(recipeOf(), 'stopped', { stopAfter: 11 })
    await run(recipeOf(), 'stopped', { shouldResume: true })
    expect(await files.sha256('stopped/model/model.safetensors')).toBe(
      await files.sha256('whole/model/model.safetensors'),
    )
  })

  test('that was stopped is not resumed where labels have other names', async () => {
    await files.write('renamed.tsv', rowsOf(32).join('\n'))
    const recipe = recipeOf([], ['data.path=renamed.tsv', 'training.steps=4'])
    await run(recipe, 'renamed', { stopAfter: 2 })
    const rows = rowsOf(32).map((row) => row.replace('\tgood', '\tnice'))
    await files.write('renamed.tsv', rows.join('\n'))
    await expect(run(recipe, 'renamed', { shouldResume: true })).rejects.toThrow(
      'renamed: the run was started with other data',
    )
  })

  test.each(['merges', 'linear epochs'])(
    'that was stopped while it prepared its %s ends in good order',
    async (work) => {
      const recipe = recipeOf(
        [],
        ['text.kind=byte-pair', 'text.vocabulary=300', 'training.steps=2'],
      )
      const stop = new AbortController()
      const { environment, steps } = tinyEnvironment(files, media, {
        signal: stop.signal,
        onProgress: (current) => {
          if (current === work) stop.abort()
        },
      })
      const out = `stopped at ${work}`
      const stopped = await runRecipe(recipe, { out }, environment)
      expect(stopped).toMatchObject({ step: 0, isFinished: false, modelFolder: undefined })
      expect(steps).toEqual([])
      expect(await run(recipe, out, { shouldResume: true })).toMatchObject({ isFinished: true })
    },
  )

  test('ends early where nothing gets better, with the best weights', async () => {
    const recipe = recipeOf(
      ['patience: 2'],
      [...['training.steps=200', 'training.evaluateEvery=5', 'training.learningRate=0.05']],
    )
    const { step, isFinished } = await run(recipe, 'patient')
    expect(isFinished).toBe(true)
    expect(step).toBeLessThan(200)
  })

  test('is trained with label weights, smoothing and dropped tokens', async () => {
    const { steps } = await run(
      recipeOf(
        ['objective: { labelWeights: balanced, smoothing: 0.1 }'],
        ['model.tokenDropout=0.2', 'model.dropout=0.1', 'model.pooling=first'],
      ),
      'varied',
    )
    expect(steps.at(-1)!.measures.loss).toBeLessThan(steps[0]!.measures.loss!)
    await expect(
      run(recipeOf(['objective: { labelWeights: { god: 2 } }']), 'misspelt'),
    ).rejects.toThrow('there is no label god. Did you mean good?')
  })
})

describe('what stands still keeps its bits', () => {
  const movedBy = async (lines: readonly string[], out: string): Promise<string[]> => {
    await run(recipeOf(['start: whole/model', ...lines], ['training.steps=3']), out)
    const [before, after] = [await partsOf('whole'), await partsOf(out)]
    return Object.keys(after.tensors).filter((name) => {
      const [a, b] = [before, after].map(({ tensors }) => numbersOf(tensors[name]!))
      return a!.some((value, index) => value !== b![index])
    })
  }

  test.each(['head', 'last'])('tuning: %s, from a classifier', async (tuning) => {
    const moved = await movedBy([`tuning: ${tuning}`], `tuned ${tuning}`)
    expect(moved).toContain('output.head.weight')
    expect(moved.some((name) => name.startsWith('layers.'))).toBe(tuning === 'last')
    expect(moved).not.toContain('embedding')
  })

  test('frozen: patterns of names, from a classifier', async () => {
    const frozen = ['embedding', 'layers.*.attention*', 'output.head.b*']
    const moved = await movedBy([`frozen: ${JSON.stringify(frozen)}`], 'frozen')
    const isFrozen = /^embedding$|^layers\..*\.attention|^output\.head\.b/
    const names = Object.keys((await partsOf('whole')).tensors)
    expect(names.filter((name) => isFrozen.test(name)).length).toBeGreaterThanOrEqual(5)
    expect(moved.sort()).toEqual(names.filter((name) => !isFrozen.test(name)).sort())
  })
})

test('a language model gives its blocks and its tokenizer', async () => {
  const recipe = recipeOf(['start: language/model', 'tuning: head'], ['training.steps=3'])
  await run(recipe, 'from language')
  const folder = await openModelFolder(files, 'language/model')
  const started = (await folder.tensors('model.safetensors')).tensors
  const { tensors, text } = await partsOf('from language')
  const name = 'layers.0.attention.output'
  expect(numbersOf(tensors[name] ?? tensors[`${name}.weight`]!)).toEqual(
    numbersOf(started.get(name) ?? started.get(`${name}.weight`)!),
  )
  expect(text.encode('a fine')).toHaveLength(6)
})

describe('a language model that writes labels', () => {
  test('learns to, from a trained one or anew, and is measured as any classifier', async () => {
    const options = ['model.output=label-tokens', 'model.linear=none', 'training.steps=100']
    const { measures } = await run(recipeOf([], options), 'written')
    expect(measures['heldOut.accuracy']).toBeGreaterThan(0.9)
    const { config, tensors } = await partsOf('written')
    expect(config.labelTokens!.ids).toHaveLength(2)
    expect(Object.keys(tensors).some((name) => name.startsWith('output.'))).toBe(false)
    const { model } = await evaluateModel(
      'written/model',
      tinyEnvironment(files, media).environment,
    )
    expect((model as { accuracy: number }).accuracy).toBeGreaterThan(0.9)
    await run(recipeOf(['start: language/model'], [...options, 'training.steps=1']), 'rewritten')
    // The language model reads forwards, and goes on so.
    expect((await partsOf('rewritten')).config.labelTokens!.prefixes).toBe('causal')
  })

  test('needs a context that has room for its labels and some of a text', async () => {
    const narrow = ['model.output=label-tokens', 'model.linear=none', 'model.context=6']
    await expect(run(recipeOf([], narrow), 'runs/narrow')).rejects.toThrow(
      'model.context: expected more than the 6 tokens of the longest label and around a text, got 6',
    )
  })

  test('cannot read rows of numbers', () => {
    expect(() => recipeOf([], ['data.columns=[a]', 'model.output=label-tokens'])).toThrow(
      'model.output',
    )
  })
})

describe('rows that cannot be used', () => {
  test('are counted where a model is measured, which needs one that can', async () => {
    const { environment } = tinyEnvironment(files, media)
    const odd = 'what is this\tstrange'
    await files.write('odd.tsv', [...rowsOf(6), odd].join('\n'))
    await run(recipeOf([], ['data.test=odd.tsv', 'training.steps=1']), 'odd')
    expect(await evaluateModel('odd/model', environment)).toMatchObject({
      model: { rows: 6 },
      leftOut: 1,
    })
    await files.write('odd.tsv', odd)
    await expect(evaluateModel('odd/model', environment)).rejects.toThrow(
      'odd.tsv: there are no rows for the test part; 1 rows left out: odd.tsv:1: the label strange',
    )
  })

  test('are counted and named, and so are texts that were cut', async () => {
    const rows = [...rowsOf(40), 'no label', '\tgood', `a long ${'text '.repeat(9)}\tgood`]
    await files.write('faulty.tsv', rows.join('\n'))
    await files.write('unseen.tsv', [...rowsOf(8), 'what is this\tstrange'].join('\n'))
    const recipe = recipeOf(
      [],
      ['data.path=faulty.tsv', 'data.validation=unseen.tsv', 'training.steps=1'],
    )
    const { notices } = await run(recipe, 'faulty')
    expect(notices[0]).toContain('3 rows left out: faulty.tsv:41: expected 2 fields')
    expect(notices[0]).toContain(
      'unseen.tsv:9: the label strange is none of those that are trained',
    )
    expect(notices[1]).toBe('1 texts are longer than 24 tokens; their ends are left out')
    expect(JSON.parse(await files.readText('faulty/rows.json'))).toMatchObject({
      training: 41,
      validation: 8,
      cut: 1,
      leftOut: { count: 3, first: [{ file: 'faulty.tsv', line: 41 }, { line: 42 }, { line: 9 }] },
    })
  })

  test.each([
    ['empty.tsv', '', 'empty.tsv: the file is empty'],
    ['one.tsv', 'a\tgood\nb\tgood\nc\tgood\nd\tgood', 'expected rows of at least two labels'],
  ])('%s is refused', async (path, content, message) => {
    await files.write(path, content)
    await expect(run(recipeOf([], [`data.path=${path}`]), `refused ${path}`)).rejects.toThrow(
      message,
    )
  })
})

test('rows of numbers are learned as tokens', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => {
    const [size, noise] = [index % 10, (index * 7) % 13]
    return `${size},${noise},${size < 4 ? 'small' : 'large'}`
  })
  await files.write('numbers.csv', ['size,noise,kind', ...rows].join('\n'))
  const recipe = parseRecipe(
    `
task: text-classification
data: { path: numbers.csv, columns: [size, noise], label: kind, validation: 0.2 }
model: { depth: 1, width: 16, heads: 2 }
training: { steps: 40, batch: 12, learningRate: 0.02, average: 0.5 }`,
    { name: 'numbers.yaml' },
  )
  const { measures } = await run(recipe, 'numbers')
  expect(measures['heldOut.accuracy']).toBeGreaterThan(0.9)
  expect((await partsOf('numbers')).config.columns!.map(({ name }) => name)).toEqual([
    'size',
    'noise',
  ])
})
