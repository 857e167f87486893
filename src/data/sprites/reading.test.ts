import { describe, expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { chooseBy, withChance } from '../choices.js'
import { languages } from '../example.js'
import { answerOf } from '../question.js'
import { spritesSource } from '../sources/sprites.js'
import { chooseAttributes } from './attributes.js'
import { speak } from './phrases.js'
import { questionsOfSprites } from './questions.js'
import { readCaption } from './reading.js'

const choices = spritesSource.options.parse({})
const questions = questionsOfSprites(choices, ['en'])

/** The values of all that can be asked about a clip. */
const truthOf = (attributes: ReturnType<typeof chooseAttributes>): Record<string, string> =>
  Object.fromEntries(
    questions.flatMap((question) => {
      const { values } = question.answers[answerOf(question, { attributes: { ...attributes } })!]!
      return question.attributes.map(({ name }, index) => [name, values[index]!])
    }),
  )

describe.each(languages)('a caption in %s', (language) => {
  test('is read back as what it speaks of, in all its words', () => {
    for (let clip = 0; clip < 3000; clip++) {
      const choose = chooseBy(createRandom(1, 'reading', clip))
      const attributes = chooseAttributes(choices, 1, clip)
      const truth = truthOf(attributes)
      const isSaid = () => choose(withChance(0.7))
      const mentions = {
        ...{ sex: isSaid(), head: isSaid(), clothing: isSaid() },
        ...{ action: isSaid(), direction: isSaid() },
        details: new Set(
          (['hairStyle', 'trousers', 'shoes', 'weapon', 'background'] as const).filter(isSaid),
        ),
      }
      const text = speak(language, attributes, mentions, choose)
      const { action, direction, sex, head, clothing } = mentions
      const isDirected = direction || (action && attributes.action === 'hurt')
      const isHeaded = head
      const expected = Object.fromEntries(
        [
          ['action', action],
          ['direction', isDirected],
          ['sex', sex],
          ['hairColour', isHeaded],
          ['clothing', clothing],
        ].flatMap(([name, isThere]) => (isThere ? [[name, truth[name as string]]] : [])),
      )
      expect(readCaption(text), text).toEqual(expected)
    }
  })

  test('that speaks of nothing known says nothing', () => {
    expect(readCaption(language === 'en' ? 'a boat on the sea' : '海上的船')).toEqual({})
  })
})
