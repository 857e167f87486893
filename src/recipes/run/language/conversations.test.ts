import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../../test/support/tiny-recipes.js'
import type { Media } from '../../../data/media/media.js'
import { createChatTemplate } from '../../../generation/text/chat/chat-template.js'
import { openTextModel } from '../../../generation/text/model-folder.js'
import { parseRecipe } from '../../parse-recipe.js'
import { runRecipe } from '../run-recipe.js'

const files = createMemoryFiles()
const media = {} as Media // No picture is looked at.

const say = (role: string, content: string) => ({ role, content })
const talk = (...messages: ReturnType<typeof say>[]) => JSON.stringify({ messages })

const talks = Array.from({ length: 20 }, (_, index) =>
  talk(
    say('system', 'Be brief.'),
    say('user', `Hello ${index}, please: <eos>`),
    say('assistant', `It is ${index}.`),
    ...(index % 2 === 0 ? [say('user', 'Again?'), say('assistant', `Still ${index}.`)] : []),
  ),
)

const recipeOf = (overrides: readonly string[] = [], lines: readonly string[] = []) =>
  parseRecipe(
    `
task: language-model
data: { path: talks.jsonl, conversations: messages, validation: { share: 0.2 } }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 200 }
training: { steps: 3, batch: 2, learningRate: 0.01, average: 0.5 }
samples: []
${lines.join('\n')}`,
    { name: 'talks.yaml', overrides },
  )

const run = async (recipe: ReturnType<typeof recipeOf>, out: string) => {
  const { environment, notices, steps } = tinyEnvironment(files, media)
  await runRecipe(recipe, { out }, environment)
  const rows = JSON.parse(await files.readText(`${out}/rows.json`))
  return { notices, steps, rows }
}

const open = (out: string) =>
  openTextModel(files, tinyEnvironment(files, media).environment.runtime, `${out}/model`)

beforeAll(async () => {
  await files.write('talks.jsonl', talks.join('\n'))
})

describe('conversations', () => {
  test('are learned, and the model keeps the template by which it talks', async () => {
    const { steps, rows } = await run(recipeOf(), 'plain')
    expect(steps.at(-1)!.measures.loss).toBeLessThan(steps[0]!.measures.loss!)
    expect(rows.training.conversations + rows.validation.conversations).toBe(20)
    const model = await open('plain')
    const template = createChatTemplate(model.config, model.text)
    const ids = template.encode([say('user', 'He <eos>')])
    expect(model.text.decode(ids, { skipSpecial: false })).toBe(
      '<bos>user:\nHe <eos><eos>\nassistant:\n',
    )
    // What the user wrote as <eos> is text: of the two only that of the template is the token.
    expect(ids.filter((id) => id === model.config.tokens.eos)).toHaveLength(1)
    await model.close()
  })

  test('share rows, or have one each', async () => {
    const packed = await run(recipeOf(), 'packed')
    const padded = await run(recipeOf(['objective.packed=false']), 'padded')
    expect(padded.rows).toEqual(packed.rows)
    const manifest = async (out: string) =>
      JSON.parse(await files.readText(`${out}/model/manifest.json`))
    expect((await manifest('packed')).about.data).toMatchObject({
      training: packed.rows.training.conversations,
    })
  })

  test('are those of all tables of a folder', async () => {
    await files.write('folder/first.jsonl', talks.slice(0, 12).join('\n'))
    await files.write('folder/more/second.jsonl', talks.slice(12).join('\n'))
    await files.write('folder/notes.txt', 'about these talks')
    const { rows } = await run(recipeOf(['data.path=folder']), 'of-folder')
    expect(rows.training.conversations + rows.validation.conversations).toBe(20)
    expect(rows.leftOut.count).toBe(0)
    await files.write('no-tables/notes.txt', 'about these talks')
    await expect(run(recipeOf(['data.path=no-tables']), 'of-nothing')).rejects.toThrow(
      'no-tables: there is no table of conversations here; tables end in .jsonl',
    )
  })

  test('may have a template of their own, and go on from a model that has one', async () => {
    const template =
      '{% for m in messages %}{{ m.role[0] }}{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}a{% endif %}'
    await run(recipeOf([], [`chatTemplate: "${template}"`]), 'own')
    await run(recipeOf(['start=own/model']), 'second')
    const model = await open('second')
    expect(model.config.chatTemplate).toBe(template)
    await model.close()
  })

  test('that the template refuses are counted and named, also where a tokenizer is learned', async () => {
    const template = `{% for m in messages %}{% if m.content == 'odd' %}{{ raise_exception('nothing odd') }}{% endif %}{{ m.content }}{{ eos_token }}{% endfor %}`
    const odd = talk(say('user', 'odd'), say('assistant', 'y'))
    await files.write('odd.jsonl', [odd, ...talks].join('\n'))
    const lines = [`chatTemplate: "${template}"`]
    const { notices } = await run(recipeOf(['data.path=odd.jsonl'], lines), 'odd')
    expect(notices.join('\n')).toMatch(/odd\.jsonl:1: .*nothing odd/)
  })

  test('that cannot be used are counted and named, and long ones are cut', async () => {
    const long = talk(say('user', 'x'), say('assistant', 'y'.repeat(300)))
    const late = talk(say('user', 'x'.repeat(300)), say('assistant', 'y'))
    await files.write('faulty.jsonl', [...talks, '{"messages":"Hi"}', long, late].join('\n'))
    const { notices, rows } = await run(recipeOf(['data.path=faulty.jsonl']), 'faulty')
    expect(notices[0]).toMatch(/^1 rows left out: faulty\.jsonl:21: "messages": expected a list/)
    expect(notices.join('\n')).toContain('1 conversations of the')
    expect(notices.join('\n')).toMatch(/faulty\.jsonl:23: the conversation: expected an answer/)
    const { training, validation } = rows
    expect(training.cut + validation.cut).toBe(1)
    expect(training.leftOut.count + validation.leftOut.count).toBe(1)
  })

  test('need a token that ends answers, and no gaps', async () => {
    await files.write('one.txt', 'a text that is one and has no end of its own '.repeat(20))
    const language = parseRecipe(
      `
task: language-model
data: { path: one.txt, validation: { from: end } }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 32 }
training: { steps: 1, batch: 2 }
samples: []`,
      { name: 'one.yaml' },
    )
    await runRecipe(language, { out: 'one' }, tinyEnvironment(files, media).environment)
    await expect(run(recipeOf(['start=one/model']), 'endless')).rejects.toThrow(
      'start: the model has no token that ends texts',
    )
    expect(() => recipeOf(['objective.maskedSpans=1'])).toThrow(
      'expected 0 for conversations, of which answers are continued, got 1',
    )
  })
})
