import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../../test/support/tiny-recipes.js'
import type { Media } from '../../../data/media/media.js'
import { exportModel } from '../../../generation/export-model.js'
import { openPairModel } from '../../../generation/text-pairs/model-folder.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import { parseRecipe } from '../../parse-recipe.js'
import { runRecipe } from '../run-recipe.js'

const files = createMemoryFiles()
const media = {} as Media // No picture is looked at.

const reverse = (text: string) => [...text].reverse().join('')

/** Numbers of two to four digits, beside the same digits turned round. */
const rowsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const number = String(((index + 1) * 7919) % (index % 3 === 0 ? 97 : 9973))
    return `${number}\t${reverse(number)}`
  })

const recipeOf = (lines: readonly string[] = [], overrides: readonly string[] = []) =>
  parseRecipe(
    `
task: text-pairs
data: { path: digits.tsv, columns: [number, reversed], source: number, target: reversed }
text: { kind: characters }
model: { depth: 1, width: 32, heads: 2, sourceLength: 12, targetLength: 8, dropout: 0 }
writing: { beams: 1 }
training: { steps: 4, batch: 16, learningRate: 0.01, average: 0.5 }
${lines.join('\n')}`,
    { name: 'pairs.yaml', overrides },
  )

const run = async (
  recipe: ReturnType<typeof recipeOf>,
  out: string,
  options: { shouldResume?: boolean; maximumSteps?: number } = {},
) => {
  const { environment, steps, samples, notices } = tinyEnvironment(files, media)
  const finished = await runRecipe(recipe, { out, ...options }, environment)
  return { ...finished, steps, samples, notices }
}

interface Measured {
  readonly test: { readonly chrf: number; readonly bleu: number }
  readonly baseline: object
}

const open = async (out: string) =>
  openPairModel(files, tinyEnvironment(files, media).environment.runtime, `${out}/model`)

beforeAll(async () => {
  await files.write('digits.tsv', rowsOf(400).join('\n'))
  await files.write('test.tsv', rowsOf(4).join('\n'))
})

describe.each(['encoder-decoder', 'decoder-only'] as const)('a model of pairs, %s', (kind) => {
  const own = `model.kind=${kind}`

  test('learns pairs by heart, and writes them drawing and searching', async () => {
    await files.write('few.tsv', rowsOf(24).join('\n'))
    const { measures } = await run(
      recipeOf(
        [],
        [
          ...[own, 'training.steps=160', 'training.batch=12', 'objective.smoothing=0'],
          ...['data.path=few.tsv', 'data.validation=few.tsv', 'objective.packed=false'],
        ],
      ),
      `learned ${kind}`,
    )
    const loss = kind === 'encoder-decoder' ? 'heldOut.loss' : 'next.loss'
    expect(measures[loss]).toBeLessThan(0.3)
    const model = await open(`learned ${kind}`)
    let right = 0
    for (const row of rowsOf(24)) {
      const { ids } = model.sourceOf(row.split('\t')[0]!)
      if ((await model.writeWhole(ids)).text === row.split('\t')[1]) right++
    }
    expect(right).toBeGreaterThanOrEqual(22)
    const [number, reversed] = rowsOf(24)[1]!.split('\t')
    const found = await model.writeWhole(model.sourceOf(number!).ids, { beams: 3 })
    expect(found.text).toBe(reversed)
    expect(found.score).toBeGreaterThan(0.5)
    await model.close()
  }, 120_000)

  test('is measured beside the nearest sentence, on rows for testing', async () => {
    const { environment } = tinyEnvironment(files, media)
    const measures = await evaluateModel(`learned ${kind}/model`, environment)
    expect(measures.test).toMatchObject({ rows: 24, cut: 0 })
    expect((measures.test as { chrf: number }).chrf).toBeGreaterThan(80)
    // Every row is one of those that the baseline knows.
    expect(measures.baseline).toMatchObject({ chrf: 100, rows: 24 })
    expect(measures.bleu).toContain('tok:13a|smooth:exp')
  })

  test('is written with 8 bits a weight, and writes much the same', async () => {
    await exportModel(files, `learned ${kind}/model`, `small ${kind}/model`, { precision: 'int8' })
    const model = await open(`small ${kind}`)
    const written = await Promise.all(
      rowsOf(24).map((row) => model.writeWhole(model.sourceOf(row.split('\t')[0]!).ids)),
    )
    const right = rowsOf(24).filter((row, index) => written[index]!.text === row.split('\t')[1])
    expect(right.length).toBeGreaterThanOrEqual(20)
    await model.close()
  })

  test('is measured beside the same one of other weights, with what they cost', async () => {
    const { environment } = tinyEnvironment(files, media)
    const [small, learned] = [`small ${kind}/model`, `learned ${kind}/model`]
    // The kinds of measures of this task, which the general record does not tell; below as well.
    const alone = (await evaluateModel(learned, environment)) as unknown as Measured
    const beside = await evaluateModel(small, environment, { against: learned })
    const {
      test,
      other,
      'test less other': less,
    } = beside as unknown as Measured & Record<'other' | 'test less other', Measured['test']>
    expect(other).toEqual(alone.test)
    expect(less).toEqual({ chrf: test.chrf - other.chrf, bleu: test.bleu - other.bleu })
    expect(beside.baseline).toEqual(alone.baseline)
    await expect(evaluateModel(small, environment, { against: 'none' })).rejects.toThrow('none')
  })

  test('that was stopped and resumed ends with the same bits', async () => {
    const recipe = recipeOf([], [own, 'training.checkpointEvery=2', 'model.dropout=0.1'])
    await run(recipe, `whole ${kind}`)
    await run(recipe, `stopped ${kind}`, { maximumSteps: 2 })
    await run(recipe, `stopped ${kind}`, { shouldResume: true })
    const weights = (out: string) => files.sha256(`${out} ${kind}/model/model.safetensors`)
    expect(await weights('stopped')).toBe(await weights('whole'))
  })

  test('that was stopped is not resumed with other pairs', async () => {
    const data = `changing ${kind}.tsv`
    await files.write(data, rowsOf(40).join('\n'))
    const recipe = recipeOf([], [own, `data.path=${data}`])
    await run(recipe, `changing ${kind}`, { maximumSteps: 2 })
    await files.write(data, [...rowsOf(39), '1\t2'].join('\n'))
    await expect(run(recipe, `changing ${kind}`, { shouldResume: true })).rejects.toThrow(
      `changing ${kind}: the run was started with other data`,
    )
  })

  test('goes on from another one, in both directions and with adapters', async () => {
    const both = ['data.directions=both', 'data.languages=[ab, ba]']
    await run(recipeOf([], [own, ...both, 'data.test=test.tsv']), `both ${kind}`)
    const model = await open(`both ${kind}`)
    expect(model.text.decode(model.sourceOf('12', 'ba').ids)).toBe('ba: 12')
    expect(() => model.sourceOf('12')).toThrow('the model writes ab and ba: say which one')
    expect(() => model.sourceOf('12', 'fr')).toThrow('expected ab or ba, got fr')
    await model.close()
    const { environment } = tinyEnvironment(files, media)
    const itself = { against: `both ${kind}/model` }
    const measures = await evaluateModel(itself.against, environment, itself)
    expect(measures['test less other']).toEqual({ chrf: 0, bleu: 0, 'ba-ab': { chrf: 0, bleu: 0 } })
    await expect(
      evaluateModel(itself.against, environment, { against: `learned ${kind}/model` }),
    ).rejects.toThrow(
      `learned ${kind}/model: expected a model of texts, ab to ba and back, got one of texts, en to en`,
    )
    const { samples } = await run(
      recipeOf(
        [`start: both ${kind}/model`, 'tuning: { kind: adapters, rank: 2 }'],
        [own, ...both, 'training.sampleEvery=2'],
      ),
      `tuned ${kind}`,
    )
    expect(samples).toContain('text')
    await expect(
      run(
        recipeOf(
          [`start: both ${kind}/model`],
          [`model.kind=${kind === 'decoder-only' ? 'encoder-decoder' : 'decoder-only'}`],
        ),
        `refused ${kind}`,
      ),
    ).rejects.toThrow(`model.kind: expected ${kind}`)
  })
})

test('a language model can be gone on from', async () => {
  await files.write('plain.txt', rowsOf(200).join('\n'))
  const language = parseRecipe(
    `
task: language-model
data: { path: plain.txt, documents: line }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 24 }
training: { steps: 2, batch: 4 }
samples: []`,
    { name: 'language.yaml' },
  )
  await runRecipe(language, { out: 'language' }, tinyEnvironment(files, media).environment)
  const from = ['start: language/model']
  await run(recipeOf(from, ['model.kind=decoder-only']), 'from language')
  const model = await open('from language')
  expect((await model.writeWhole(model.sourceOf('12').ids)).score).toBeGreaterThan(0)
  await model.close()
  await expect(run(recipeOf(from), 'encoder from language')).rejects.toThrow(
    'start: expected a model of text pairs or, with "model.kind: decoder-only"',
  )
  await expect(
    run(recipeOf(from, ['model.kind=decoder-only', 'model.sourceLength=20']), 'too long'),
  ).rejects.toThrow('model.sourceLength: expected at most 13 beside targets of 8')
  // Nor can a model of pairs read more than it was made for.
  const again = (...overrides: string[]) =>
    recipeOf(['start: from language/model'], ['model.kind=decoder-only', ...overrides])
  expect((await run(again(), 'from pairs')).isFinished).toBe(true)
  await expect(run(again('model.targetLength=10'), 'longer')).rejects.toThrow(
    'model.sourceLength: expected at most 11 beside targets of 10',
  )
})

describe('what cannot be used', () => {
  test('is counted where a model is measured, which needs rows that can', async () => {
    const { environment } = tinyEnvironment(files, media)
    await files.write('odd.tsv', [...rowsOf(3), 'alone'].join('\n'))
    await run(recipeOf([], ['data.test=odd.tsv']), 'odd')
    expect(await evaluateModel('odd/model', environment)).toMatchObject({
      test: { rows: 3 },
      leftOut: 1,
    })
    await run(recipeOf([], ['data.test=0.000001']), 'too few')
    await expect(evaluateModel('too few/model', environment)).rejects.toThrow(
      'digits.tsv: there are no rows for the test part; change data.test',
    )
  })

  test('is counted and named', async () => {
    const rows = [...rowsOf(40), 'alone', ' \t1', '1234567890123\t3', '1\t1234567890']
    await files.write('faulty.tsv', rows.join('\n'))
    const { notices } = await run(recipeOf([], ['data.path=faulty.tsv']), 'faulty')
    expect(notices[0]).toMatch(/^2 rows left out: faulty\.tsv:41: expected 2 fields/)
    expect(notices).toContain('1 sources are longer than 12 tokens; their ends are left out')
    expect(notices).toContain('1 targets are longer than 8 tokens; their ends are left out')
    const rowsFile = JSON.parse(await files.readText('faulty/rows.json'))
    expect(rowsFile).toMatchObject({ cutSources: 1, cutTargets: 1, leftOut: { count: 2 } })
  })
})

describe('questions', () => {
  const passageOf = (index: number) =>
    `${'x'.repeat(index % 20)} key${index % 5} is val${index % 5} ${'y'.repeat(30)}`
  const rows = Array.from({ length: 24 }, (_, index) =>
    JSON.stringify({
      context: passageOf(index),
      qas: [
        { question: `key${index % 5}?`, answers: [{ text: `val${index % 5}` }, { text: 'val' }] },
        ...(index === 3 ? [{ question: 'what?', answers: [{ text: 'nowhere' }] }] : []),
      ],
    }),
  )

  test('are learned from windows that hold the answer, and answered from all windows', async () => {
    await files.write('questions.jsonl', rows.join('\n'))
    const recipe = parseRecipe(
      `
task: text-pairs
purpose: answer
data: { path: questions.jsonl, content: questions, stride: 10, validation: 0.2 }
text: { kind: characters }
model: { depth: 1, width: 32, heads: 2, sourceLength: 40, targetLength: 8, dropout: 0 }
writing: { beams: 1 }
training: { steps: 3, batch: 8, learningRate: 0.01, average: 0.5 }`,
      { name: 'questions.yaml' },
    )
    const { notices } = await run(recipe, 'questions')
    expect(notices).toEqual(['1 questions have no answer in their passage, and are left out'])
    const model = await open('questions')
    const { text, score } = await model.answer('key1?', passageOf(11))
    // Three steps teach nothing, but an answer is a stretch of its passage from the first one on.
    expect(text.trim()).not.toBe('')
    expect(passageOf(11)).toContain(text)
    const searched = await model.answer('key1?', passageOf(11), { beams: 3 })
    expect(passageOf(11)).toContain(searched.text)
    expect(score).toBeGreaterThan(0)
    await expect(model.answer(' ', 'x')).rejects.toThrow('the question is empty')
    await model.close()
    const { environment } = tinyEnvironment(files, media)
    const measures = await evaluateModel('questions/model', environment)
    expect(Object.keys(measures.test as object)).toEqual(['exactMatch', 'f1', 'rows'])
    expect((measures.baseline as { f1: number }).f1).toBeGreaterThan(0)
  })

  test('overlap by less than a source is long', () => {
    const text = `
task: text-pairs
purpose: answer
data: { path: questions.jsonl, content: questions, stride: 40 }
model: { sourceLength: 40 }
training: { steps: 3 }`
    expect(() => parseRecipe(text, { name: 'questions.yaml' })).toThrow(
      'data.stride: expected less than model.sourceLength (40), got 40',
    )
  })
})
