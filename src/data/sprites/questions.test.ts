import { expect, test } from 'vitest'
import { answerOf } from '../question.js'
import { spritesSource } from '../sources/sprites.js'
import { chooseAttributes, chooseNext } from './attributes.js'
import { questionsOfSprites } from './questions.js'

const choices = spritesSource.options.parse({})
const questions = questionsOfSprites(choices, ['en'])

test('the plainest captions give the answers', () => {
  const said = questions.map(({ attributes, answers }) => [
    attributes.map(({ name }) => name).join(' '),
    answers.length,
    ...[0, -1].map((place) => answers.at(place)!.phrases.join(' | ')),
  ])
  expect(said).toMatchInlineSnapshot(`
    [
      [
        "action direction",
        21,
        "someone casts a spell facing away",
        "someone gets hurt and falls",
      ],
      [
        "sex",
        2,
        "a woman",
        "a man",
      ],
      [
        "hairColour",
        11,
        "someone with black hair",
        "someone in a chain hat | someone in a metal helmet | someone in a golden helmet | someone in a chain hood | someone in a cloth hood | an orc",
      ],
      [
        "clothing",
        46,
        "someone in a black shirt",
        "someone in golden armour",
      ],
    ]
  `)
})

test('Chinese has phrases of its own', () => {
  const phrases = questionsOfSprites(choices, ['en', 'zh']).map(
    ({ answers }) => answers[0]!.phrases,
  )
  expect(phrases).toMatchInlineSnapshot(`
    [
      [
        "someone casts a spell facing away",
        "一个人背对我们施法",
      ],
      [
        "a woman",
        "一个女人",
      ],
      [
        "someone with black hair",
        "一个黑头发的人",
      ],
      [
        "someone in a black shirt",
        "一个穿黑色衬衫的人",
      ],
    ]
  `)
})

test('every clip has one answer to each question, and no two answers a phrase in common', () => {
  for (let clip = 0; clip < 500; clip++) {
    const attributes = { ...chooseAttributes(choices, 0, clip) }
    for (const question of questions) expect(answerOf(question, { attributes })).toBeDefined()
  }
  for (const { answers } of questions) {
    const phrases = answers.flatMap((answer) => answer.phrases)
    expect(new Set(phrases).size).toBe(phrases.length)
  }
})

test('choices that leave one answer leave no question', () => {
  const one = spritesSource.options.parse({ sexes: ['male'], actions: ['hurt'] })
  expect(questionsOfSprites(one, ['en']).map(({ attributes }) => attributes[0]!.name)).toEqual([
    'hairColour',
    'clothing',
  ])
})

test('what comes next is the same character doing something else, armed for it', () => {
  const moves = new Set<string>()
  for (let clip = 0; clip < 300; clip++) {
    const { action, direction, weapon: _, ...character } = chooseAttributes(choices, 0, clip)
    const next = chooseNext(choices, chooseAttributes(choices, 0, clip), 0, clip, clip % 3)
    expect(next).toMatchObject(character)
    expect([next.action, next.direction]).not.toEqual([action, direction])
    expect(next.weapon !== undefined || ['spellcast', 'hurt', 'walk'].includes(next.action)).toBe(
      true,
    )
    moves.add(`${next.action} ${next.direction}`)
  }
  expect(moves.size).toBe(21)
})
