import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { languageSchema } from '../../generation/text/config.js'
import type { Recipe } from '../../recipes/recipe.js'
import { countTexts } from '../../recipes/run/count-texts.js'
import type { RunEnvironment } from '../../recipes/run/environment.js'
import { runRecipe } from '../../recipes/run/run-recipe.js'
import type { TextAmounts } from '../../recipes/run/text-amounts.js'
import type { Library, TrainOptions } from '../library.js'

const tokenizer = `
task: image-tokenizer
data: { source: emoji }
training: { minutes: 5 }
`

const textImage = `
task: text-image
tokenizer: tokens
data: { source: emoji }
training: { epochs: 3 }
`

const both = `
task: text-image
imageTokenizer: { training: { steps: 100 } }
data: { source: emoji }
training: { steps: 50 }
`

const epochs = (count: number) => ['--set', `training.epochs=${count}`]

/** A training of three steps, which stops when it is told to. */
const createFake = async ({
  onStep,
  onPreparing,
  tokenizerSteps = 0,
  ...library
}: Partial<Library> & {
  onStep?: (step: number) => void
  onPreparing?: () => void
  /** Of a run before the run, with a loss of its own. */
  tokenizerSteps?: number
} = {}) => {
  const trained: { recipe: Recipe; options: TrainOptions }[] = []
  const line = createFakeCommandLine({
    ...library,
    train: async (recipe, options) => {
      trained.push({ recipe, options })
      options.onProgress('pictures', 10, 20)
      onPreparing?.()
      const rates = { learningRate: 0.001, tokensPerSecond: 12_345, secondsLeft: 200 }
      for (let step = 1; step <= tokenizerSteps; step++) {
        const measures = { 'tokenizer.loss': 1 }
        options.onStep({ step, steps: tokenizerSteps, measures, ...rates, waitingShare: 0 })
      }
      let step = 0
      const last = options.maximumSteps ?? 3
      options.onNotice('step 9 is damaged')
      while (step < last && !options.signal.aborted) {
        step++
        options.onStep({
          step,
          steps: 3,
          measures: { 'drawing.loss': 4 / step, 'drawing.accuracy': 0.5 },
          ...rates,
          waitingShare: 0,
        })
        onStep?.(step)
      }
      if (step > 0) options.onCheckpoint(step, `${options.out}/checkpoints/step-${step}`)
      const isFinished = step === 3
      const isCapped = options.maximumSteps !== undefined && !isFinished
      const modelFolder = isFinished ? `${options.out}/model` : undefined
      return {
        ...{ task: recipe.task, step, steps: 3, isFinished, isCapped, modelFolder },
        ...{ measures: { psnrDb: 20.5 }, trainedSeconds: 60, waitingShare: 0.025 },
      }
    },
  })
  await line.files.write('package/recipes/emoji-tokenizer.yaml', tokenizer)
  await line.files.write('mine/words.yaml', textImage)
  return { ...line, trained }
}

test('a run that the library refuses is told with flags', async () => {
  const line = createFakeCommandLine({
    // A run that is refused looks at its folder and at nothing else.
    train: (recipe, options) =>
      runRecipe(recipe, options, { files: line.files } as unknown as RunEnvironment),
  })
  await line.files.write('package/recipes/emoji-tokenizer.yaml', tokenizer)
  await line.files.write('runs/a/model/config.json', '{}')
  const refusal = async (...words: string[]) =>
    (await line.run('train', 'emoji-tokenizer', ...words)).stderr
  expect(await refusal('--out', 'runs/a')).toBe(
    'runs/a: a run is here already; go on with it by --resume, or choose another folder by --out\n',
  )
  expect(await refusal('--out', 'runs/b', '--resume')).toBe(
    'runs/b: there is no run to resume; leave out --resume to start one\n',
  )
})

describe('training', () => {
  test('goes into runs/ under the name of the recipe', async () => {
    const { run, trained } = await createFake()
    const { exitCode, stdout, stderr } = await run('train', 'emoji-tokenizer')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        'trained 3 steps in 0 ms, 2.50 % of it waiting for data',
        'psnrDb 20.5',
        'the model is in runs/emoji-tokenizer/model',
        '',
      ].join('\n'),
    )
    expect(trained[0]!.options).toMatchObject({
      out: 'runs/emoji-tokenizer',
      device: 'cpu',
      shouldResume: false,
    })
    expect(stderr.split('\n')).toEqual([
      'pictures: 10 of 20',
      'step 9 is damaged',
      'step 3: saved in runs/emoji-tokenizer/checkpoints/step-3',
      'step 3 of 3  100 %  drawing.loss 1.33  12,300 tokens/s  1.2 GB',
      '',
    ])
  })

  test('of a table needs no recipe, and says which one it makes', async () => {
    const { run, files, trained } = await createFake()
    const rows = Array.from({ length: 30 }, (_, index) => `a text number ${index}\t${index % 2}`)
    await files.write('mine.tsv', rows.join('\n'))
    const { exitCode, stderr } = await run('train', 'mine.tsv')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(
      'mine.tsv: a table, trained by the recipe that "tesserae init classify mine.tsv" writes; its first row is taken for one like the others\n',
    )
    await files.write('named.tsv', ['text\tlabel', ...rows].join('\n'))
    expect((await run('train', 'named.tsv')).stderr).toContain('init classify named.tsv" writes\n')
    expect(trained[0]).toMatchObject({
      recipe: { task: 'text-classification', data: { path: 'mine.tsv' } },
      options: { out: 'runs/mine' },
    })
  })

  test('shows the losses of the run at hand, not those of the tokenizer before it', async () => {
    const { run } = await createFake({ tokenizerSteps: 5 })
    const { stderr } = await run('train', 'emoji-tokenizer')
    expect(stderr).toContain('step 3 of 3  100 %  drawing.loss 1.33  12,300 tokens/s')
  })

  test('takes values, a length and a folder from the command line', async () => {
    const { run, trained } = await createFake()
    await run(
      ...['train', 'mine/words.yaml', '--set', 'model.depth=2', '--set', 'seed=9'],
      ...['--steps', '40', '--max-steps', '2', '--out', 'there', '--resume'],
    )
    const { recipe, options } = trained[0]!
    expect(recipe).toMatchObject({ seed: 9, model: { depth: 2 }, training: { steps: 40 } })
    expect(recipe.training.epochs).toBeUndefined()
    expect(options).toMatchObject({ out: 'there', shouldResume: true, maximumSteps: 2 })
  })

  test('prints its result as JSON', async () => {
    const { run } = await createFake()
    const { stdout } = await run('train', 'emoji-tokenizer', '--json')
    expect(JSON.parse(stdout)).toEqual({
      task: 'image-tokenizer',
      step: 3,
      steps: 3,
      isFinished: true,
      isCapped: false,
      measures: { psnrDb: 20.5 },
      trainedSeconds: 60,
      waitingShare: 0.025,
      modelFolder: 'runs/emoji-tokenizer/model',
      out: 'runs/emoji-tokenizer',
      seconds: 0,
      resumeBy: null,
    })
  })

  test('stops after its step when the user asks, and says so by its exit code', async () => {
    const fake: Awaited<ReturnType<typeof createFake>> = await createFake({
      onStep: (step) => {
        if (step === 2) fake.interrupt()
      },
    })
    const { exitCode, stdout, stderr } = await fake.run('train', 'emoji-tokenizer')
    expect(exitCode).toBe(130)
    expect(stdout).toMatch(/^stopped after step 2 of 3 of the image-tokenizer, not finished\n/)
    expect(stdout).toMatch(
      /\ngo on with: tesserae train runs\/emoji-tokenizer\/recipe.yaml --resume --out runs\/emoji-tokenizer\n$/,
    )
    expect(stderr).toContain('stopping in good order; press Ctrl-C again to end at once')
    expect(fake.listeners.size).toBe(0)
  })

  test('may be stopped before it begins, and says how to go on', async () => {
    const fake: Awaited<ReturnType<typeof createFake>> = await createFake({
      onPreparing: () => fake.interrupt(),
    })
    const { exitCode, stdout } = await fake.run(
      ...['train', 'emoji-tokenizer', '--out', 'my runs/a', '--device', 'webgpu'],
    )
    expect(exitCode).toBe(130)
    expect(stdout).toMatch(/^stopped before training of the image-tokenizer began\n0 ms\n/)
    expect(stdout).toMatch(
      /\ngo on with: tesserae train "my runs\/a\/recipe.yaml" --resume --out "my runs\/a" --device webgpu\n$/,
    )
  })

  test('says that it stopped at --max-steps and has made no model', async () => {
    const { run } = await createFake()
    const { exitCode, stdout } = await run('train', 'emoji-tokenizer', '--max-steps', '2')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        'stopped by --max-steps after step 2 of 3 of the image-tokenizer, not finished',
        '0 ms, 2.50 % of it waiting for data',
        'psnrDb 20.5',
        'go on with: tesserae train runs/emoji-tokenizer/recipe.yaml --resume --out runs/emoji-tokenizer',
        '',
      ].join('\n'),
    )
  })

  test('trains nothing when the recipe has faults, which are all told', async () => {
    const { run, trained } = await createFake()
    const { exitCode, stderr } = await run(
      ...['train', 'mine/words.yaml', '--set', 'model.heads=7', '--set', 'modle.depth=2'],
    )
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      [
        '--set model.heads=7  model.heads: expected a divisor of width (384), got 7. Try 6 or 8.',
        '--set modle.depth=2  modle: unknown key. Did you mean model?',
        '',
      ].join('\n'),
    )
    expect(trained).toEqual([])
  })
})

describe('a dry run', () => {
  test('says what the run would cost and trains nothing', async () => {
    const { run, trained } = await createFake()
    const { exitCode, stdout, stderr } = await run('train', 'emoji-tokenizer', '--dry-run')
    expect({ exitCode, stderr, trained }).toEqual({ exitCode: 0, stderr: '', trained: [] })
    expect(stdout).toBe(
      [
        'task        image-tokenizer',
        'parameters  6,398,500',
        'work        82 GFLOP a step',
        'memory      about 2.5 GB: state 294 MB, activations 2.0 GB',
        'speed       150 GFLOP/s are likely here, 575 ms a step',
        'time        about 5 m for 521 steps',
        '',
      ].join('\n'),
    )
  })

  test('says when it has to assume something', async () => {
    const { run } = await createFake()
    const { stdout, stderr } = await run('train', 'mine/words.yaml', '--dry-run')
    expect(stderr).toBe('tokens: not trained yet; counting with 8 x 8 codes out of 4,096\n')
    expect(stdout).toContain(
      'as many steps as the epochs have; examples are counted once their pictures are prepared',
    )
  })

  test('counts the model that a recipe starts from', async () => {
    const start = languageSchema.parse({
      ...{ task: 'language-model', tokens: { pad: 0 } },
      network: { vocabularySize: 300, context: 32, width: 64, depth: 1, heads: 1 },
    })
    const found: string[] = []
    const { run, files } = await createFake({
      findStart: async (folder) => {
        found.push(folder)
        return folder === 'models/mine' ? start : undefined
      },
    })
    const more = (folder: string) =>
      `task: language-model\nstart: ${folder}\ndata: { path: texts }\ntraining: { steps: 10 }`
    await files.write('more.yaml', more('models/mine'))
    await files.write('later.yaml', more('models/later'))
    const { stdout } = await run('train', 'more.yaml', '--dry-run', '--set', 'tuning=head')
    // Twice 300 embeddings, twelve matrices of a block, and the scales of norms, the last on top.
    const block = 12 * 64 ** 2 + 2 * 64 + 2 * 64
    const head = 64 + 300 * 64
    const counts = [300 * 64 + block + head, head].map((count) => count.toLocaleString('en'))
    expect(stdout).toContain(`parameters  ${counts[0]}, of which ${counts[1]} are trained`)
    const later = await run('train', 'later.yaml', '--dry-run')
    expect(later.stderr).toBe(
      'models/later: not trained yet; counting with the sizes of a new model\n' +
        'texts: not all of the data is there yet; counting with texts as long as they may be\n',
    )
    expect(found).toEqual(['models/mine', 'models/later'])
  })

  describe('of texts', () => {
    const rows = 'task: text-classification\ndata: { path: rows.tsv }\ntraining: { epochs: 3 }\n'
    const dryRunOf = async (text: string, counted?: TextAmounts) => {
      const { run, files } = await createFake({ countTexts: async () => counted })
      await files.write('mine/rows.yaml', text)
      return run('train', 'mine/rows.yaml', '--dry-run')
    }
    const counted: TextAmounts = {
      found: { unit: 'rows', training: 6000, validation: 600, leftOut: 1 },
      examples: 6000,
      vocabulary: 900,
      labels: 3,
      lengths: [{ mean: 16, longest: 24 }],
    }

    test('counts rows, steps and what is left out', async () => {
      const { stdout, stderr } = await dryRunOf(`${rows}patience: 6`, counted)
      expect(stderr).toBe('')
      const lines = stdout.split('\n')
      expect(lines[1]).toBe('data        6,000 rows to train on, 600 to measure on, 1 left out')
      expect(lines[6]).toBe(
        'time        about 9.1 s for 563 steps, or less where nothing gets better (patience)',
      )
      expect(stdout).not.toContain('picture')
    })

    test('tells documents by their characters', async () => {
      const language = 'task: language-model\ndata: { path: texts }\ntraining: { epochs: 1 }\n'
      const found = { unit: 'documents', kept: 1, characters: 12_345, leftOut: 0 } as const
      const { stdout } = await dryRunOf(language, { found, examples: 90, vocabulary: 60 })
      expect(stdout).toContain('data        1 document of 12,345 characters, none left out\n')
    })

    test('says which are not there yet', async () => {
      const { exitCode, stdout, stderr } = await dryRunOf(rows)
      expect(exitCode).toBe(0)
      expect(stderr).toBe(
        'rows.tsv: not all of the data is there yet; counting with texts as long as they may be\n',
      )
      expect(stdout).toContain(
        'time        as many steps as the epochs have; rows are counted once they are there\n',
      )
    })

    test('tells the place of a column that they do not have', async () => {
      const fake: Awaited<ReturnType<typeof createFake>> = await createFake({
        countTexts: (recipe, { start, onProgress }) =>
          countTexts(recipe, start, { files: fake.files, dataFolder: 'data', onProgress }),
      })
      const { run, files } = fake
      await files.write('rows.tsv', 'text\tlabel\na\tb\n')
      await files.write('mine/rows.yaml', rows.replace('rows.tsv', 'rows.tsv, label: labl'))
      expect(await run('train', 'mine/rows.yaml', '--dry-run')).toMatchObject({
        exitCode: 1,
        stderr:
          'mine/rows.yaml:2:32  data.label: rows.tsv has no column labl; it has text, label. Did you mean label?\n',
      })
    })
  })

  test('counts epochs by the examples whose pictures are prepared', async () => {
    const { run } = await createFake({ countExamples: async (_, { size }) => 20 * size })
    const { stdout } = await run('train', 'emoji-tokenizer', '--dry-run', '--json', ...epochs(2))
    // 1,280 examples in batches of 32.
    expect(JSON.parse(stdout)).toMatchObject({ steps: 80 })
  })

  test('counts the image tokenizer that a recipe brings along, which is trained first', async () => {
    const { run, files } = await createFake()
    await files.write('mine/both.yaml', both)
    const { stdout } = await run('train', 'mine/both.yaml', '--dry-run')
    const rows = stdout.split('\n').filter((row) => /^(task|time|together)/.test(row))
    expect(rows).toEqual([
      'task        image-tokenizer',
      'time        about 58 s for 100 steps',
      'task        text-image',
      'time        about 1 m 9 s for 50 steps',
      'together    about 2 m 7 s, one run after the other',
    ])
    const json = JSON.parse((await run('train', 'mine/both.yaml', '--dry-run', '--json')).stdout)
    expect(json.totalSeconds).toBe(json.seconds + json.imageTokenizer.seconds)
    expect(json.imageTokenizer).toMatchObject({ task: 'image-tokenizer', steps: 100 })
  })

  test('has its figures as JSON, memory in bytes', async () => {
    const { run } = await createFake()
    const { stdout } = await run('train', 'emoji-tokenizer', '--dry-run', '--json', '--steps', '10')
    expect(JSON.parse(stdout)).toMatchObject({
      task: 'image-tokenizer',
      parameters: 6_398_500,
      steps: 10,
      flopsPerSecond: 150e9,
    })
  })
})
