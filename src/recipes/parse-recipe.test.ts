import { describe, expect, test } from 'vitest'
import { RecipeError } from '../errors.js'
import { parseRecipe, printRecipe } from './parse-recipe.js'

const tokenizer = `
task: image-tokenizer
data:
  source: emoji
training:
  steps: 100
`

const textImage = `
task: text-image
tokenizer: runs/tokens/model
data:
  source: { kind: folder, path: pictures }
model:
  depth: 3
training:
  minutes: 5
`

const parse = (text: string, ...overrides: string[]) =>
  parseRecipe(text, { name: 'recipe.yaml', overrides })

const messageOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof RecipeError) return error.message
    throw error
  }
  throw new Error('expected an error')
}

describe('a recipe that says little', () => {
  test('gets all other values by default', () => {
    expect(parse(tokenizer)).toMatchObject({
      size: 64,
      data: {
        source: { kind: 'emoji', styles: ['noto', 'twemoji', 'openmoji', 'fluent', 'emojione'] },
        split: { heldOutGroups: 0.1, heldOutPairs: 300 },
      },
      tokenizer: { patch: 8, quantizer: { kind: 'finite-scalar', levels: [8, 8, 8, 8] } },
      loss: { absolute: 1, squared: 1, perceptual: 0.1, adversarial: { weight: 0.1, start: 0.6 } },
      training: {
        schedule: { kind: 'cosine', warmup: 0.02, floor: 0.1 },
        optimizer: { kind: 'adamw', betas: [0.9, 0.95], weightDecay: 0.1 },
        clipNorm: 1,
        average: 0.999,
        accumulation: 1,
        keep: 2,
      },
    })
  })

  test('goes on learning token by token beside gaps, unless it says 0', () => {
    const objectiveOf = (objective: string) =>
      parse(
        `task: language-model\ndata: { path: texts }\nobjective: ${objective}\ntraining: { steps: 1 }`,
      )
    expect(objectiveOf('{ maskedSpans: 1 }')).toMatchObject({
      objective: { nextToken: 1, maskedSpans: 1 },
    })
    expect(objectiveOf('{ maskedSpans: 1, nextToken: 0 }')).toMatchObject({
      objective: { nextToken: 0, maskedSpans: 1 },
    })
  })

  test('gets its shape from its depth', () => {
    expect(parse(textImage)).toMatchObject({
      model: { depth: 3, width: 192, heads: 3, keyValueHeads: 3 },
      training: { learningRate: 0.0012 },
    })
    expect(parse(textImage, 'model.width=256')).toMatchObject({
      model: { depth: 3, width: 256, heads: 4, keyValueHeads: 4 },
      training: { learningRate: 0.001 },
    })
    expect(parse(tokenizer)).toMatchObject({ tokenizer: { depth: 4, width: 256, heads: 8 } })
  })
})

describe('overrides', () => {
  test('take the place of values, add others and are read as YAML', () => {
    const recipe = parse(
      tokenizer,
      'training.steps=7',
      'summary="one: two"',
      'tokenizer.quantizer={kind: vector, codes: 16, channels: 4}',
      'training.optimizer.betas=[0.8, 0.9]',
      'training.optimizer.betas.0=0.7',
      'seed=3',
      'seed=4',
    )
    expect(recipe).toMatchObject({
      seed: 4,
      summary: 'one: two',
      training: { steps: 7, optimizer: { betas: [0.7, 0.9] } },
      tokenizer: { quantizer: { kind: 'vector', codes: 16 } },
    })
  })

  test('without a value take a key away', () => {
    const recipe = parse(textImage, 'seed=', 'model.depth=')
    expect(recipe).toEqual(parse(textImage.replace('depth: 3', '{}')))
    expect(messageOf(() => parse(tokenizer, 'data='))).toBe(
      'override data=  data: missing; expected keys with values.',
    )
  })

  test('with a length take its place, whatever it was given in; the last one counts', () => {
    const lengthsOf = (...overrides: string[]) => {
      const { steps, minutes, epochs } = parse(textImage, ...overrides).training
      return { steps, minutes, epochs }
    }
    expect(lengthsOf('training.steps=3')).toEqual({ steps: 3 })
    expect(lengthsOf('training.steps=3', 'training.epochs=2')).toEqual({ epochs: 2 })
    expect(lengthsOf('training.minutes=1')).toEqual({ minutes: 1 })
  })

  test('below a reference change what it stands for there alone', () => {
    const shared = `
task: text-image
data: { source: emoji }
training: &training { steps: 5, average: 0.5, optimizer: { kind: adamw, weightDecay: 0 } }
imageTokenizer: { training: *training }
`
    const own = 'imageTokenizer.training'
    const changed = parse(shared, `${own}.steps=3`, `${own}.optimizer.kind=muon`, `${own}.average=`)
    expect(changed).toMatchObject({
      training: { steps: 5, average: 0.5, optimizer: { kind: 'adamw', weightDecay: 0 } },
      imageTokenizer: {
        training: { steps: 3, average: 0.999, optimizer: { kind: 'muon', weightDecay: 0 } },
      },
    })
    expect(messageOf(() => parse(shared, `${own}.steps=none`))).toMatch(
      /^override imageTokenizer\.training\.steps=none {2}imageTokenizer\.training\.steps: expected/,
    )
  })

  test('give options to a bare kind', () => {
    const recipe = parse(tokenizer, 'data.source.styles=[noto]', 'training.schedule.floor=0')
    expect(recipe).toMatchObject({
      data: { source: { kind: 'emoji', styles: ['noto'] } },
      training: { schedule: { kind: 'cosine', floor: 0 } },
    })
  })

  test('name themselves as the place of a fault', () => {
    expect(messageOf(() => parse(textImage, 'model.heads=5'))).toBe(
      'override model.heads=5  model.heads: expected a divisor of width (192), got 5. Try 4 or 6.',
    )
    expect(messageOf(() => parse(textImage, 'modell.heads=5'))).toBe(
      'override modell.heads=5  modell: unknown key. Did you mean model?',
    )
  })

  test('of an own image tokenizer are checked beside the source, which is outside of it', () => {
    const own = 'imageTokenizer={ frames: 8, training: { steps: 3 } }'
    expect(messageOf(() => parse(textImage, 'tokenizer=', own))).toMatch(
      /imageTokenizer\.frames: expected 1, as data\.source folder has pictures of one frame, got 8\. Clips come from /,
    )
    expect(parse(textImage, 'tokenizer=', own, 'imageTokenizer.frames=1').task).toBe('text-image')
  })

  test.each(['training.steps', '=3', 'training..steps=3', 'training.steps =3', ''])(
    'are refused in the form %j',
    (override) => {
      expect(messageOf(() => parse(tokenizer, override))).toMatch(/^override .*expected a key and/)
    },
  )

  test('are refused where their value is no YAML', () => {
    expect(messageOf(() => parse(tokenizer, 'seed=[1'))).toMatch(
      /^override seed=\[1: the value is not valid YAML/,
    )
  })
})

test('texts of which nothing is held out are refused before they are read', () => {
  const texts = 'task: language-model\ndata: { path: a.txt }\ntraining: { steps: 1 }'
  expect(messageOf(() => parse(texts, 'data.validation.share=0'))).toContain(
    'data.validation.share: expected',
  )
})

describe('a printed recipe', () => {
  test.each([
    ['a tokenizer', tokenizer],
    ['words and pictures', textImage],
  ])('of %s is read again as the same recipe', (_, text) => {
    const recipe = parse(text, 'training.evaluateEvery=90 s', 'summary=一个红苹果')
    expect(parse(printRecipe(recipe))).toEqual(recipe)
  })
})

describe('hostile texts', () => {
  test.each([
    ['references that multiply', bomb()],
    ['deep nesting', '['.repeat(5000)],
    ['a zero byte', '\0'],
    ['a list as a key', '? [task]\n: 2'],
    ['a value that contains itself', 'task: &a [*a]'],
    ['nothing', ''],
  ])('with %s are refused like any other', (_, text) => {
    expect(messageOf(() => parse(text))).toMatch(/^recipe.yaml:\d+:\d+ {2}/)
  })
})

/** Nine times nine times nine … texts, in few lines. */
function bomb(): string {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  return names
    .map((name, index) => {
      const item = index === 0 ? 'x' : `*${names[index - 1]}`
      return `${name}: &${name} [${new Array(9).fill(item).join(', ')}]`
    })
    .join('\n')
}
