/** What can be asked about sprites, and the plainest words that captions have for each answer. */

import type { Choose } from '../choices.js'
import type { Language } from '../example.js'
import { noValue, type Question } from '../question.js'
import {
  garmentsFor,
  hairStylesFor,
  keysOf,
  type SpriteAttributes,
  type SpriteChoices,
} from './attributes.js'
import { type Mentions, speak } from './phrases.js'
import { onlyDirection } from './sheet.js'
import { dyes, type Garment, garments, headgear } from './wardrobe.js'

/** The first way each time. */
const plainly: Choose = ([first]) => first![1]

const nothing: Mentions = {
  ...{ sex: false, head: false, clothing: false, action: false, direction: false },
  details: new Set(),
}

/** Only what can occur among the choices is asked; a question with one answer is none. */
export const questionsOfSprites = (
  choices: SpriteChoices,
  languages: readonly Language[],
): Question[] => {
  const somebody = somebodyAmong(choices)
  const { hairStyle: _style, hairColour: _colour, ...bald } = somebody
  const say = (shown: SpriteAttributes, mentions: Partial<Mentions>): string[] =>
    languages.map((language) => speak(language, shown, { ...nothing, ...mentions }, plainly))
  const phrasesOf = (shown: Partial<SpriteAttributes>, mentions: Partial<Mentions>): string[] =>
    say({ ...somebody, ...shown }, mentions)
  const questions: Question[] = [
    {
      attributes: [
        { name: 'action', of: ['action'] },
        { name: 'direction', of: ['direction'] },
      ],
      changes: true,
      isInFrames: false,
      answers: movesAmong(choices).map(({ action, direction }) => ({
        values: [action, direction],
        phrases: phrasesOf({ action, direction }, { action: true, direction: true }),
      })),
    },
    {
      attributes: [{ name: 'sex', of: ['sex'] }],
      changes: false,
      isInFrames: false,
      answers: choices.sexes.map((sex) => ({
        values: [sex],
        phrases: phrasesOf({ sex }, { sex: true }),
      })),
    },
    {
      attributes: [{ name: 'hairColour', of: ['hairColour'] }],
      changes: false,
      isInFrames: true,
      answers: [
        ...choices.hairColours.map((hairColour) => ({
          values: [hairColour],
          phrases: phrasesOf({ hairColour }, { head: true }),
        })),
        ...withoutHair(choices, (shown) => say({ ...bald, ...shown }, { head: true })),
      ],
    },
    {
      attributes: [{ name: 'clothing', of: ['clothingColour', 'clothing'] }],
      changes: false,
      isInFrames: true,
      answers: wornAmong(choices).map((worn) => ({
        values: [[worn.clothingColour ?? [], worn.clothing].flat().join(' ')],
        phrases: phrasesOf(worn, { clothing: true }),
      })),
    },
  ]
  return questions.filter(({ answers }) => answers.length > 1)
}

/** Somebody of whom nothing is said but what is asked. */
const somebodyAmong = (choices: SpriteChoices): SpriteAttributes => {
  const [sex = 'female'] = choices.sexes
  const [hairStyle = 'plain'] = hairStylesFor(choices, sex)
  const [hairColour = 'black'] = choices.hairColours
  return {
    ...{ action: 'walk', direction: 'towards', sex, skin: 'light', hairStyle, hairColour },
    ...{ clothing: 'shirt', background: 'white' },
  }
}

/** What a character may do, and in which direction. */
const movesAmong = ({ actions, directions }: SpriteChoices) =>
  actions.flatMap((action) => {
    const only = onlyDirection[action]
    return (only === undefined ? directions : [only]).map((direction) => ({ action, direction }))
  })

/** Of those whose hair is not to be seen, captions say why: what hides it, or that orcs have none. */
const withoutHair = (
  { skins, headgear: hats }: SpriteChoices,
  phrasesOf: (shown: Partial<SpriteAttributes>) => string[],
): Question['answers'] => {
  const phrases = [
    ...hats.filter((hat) => headgear[hat].hidesHair).flatMap((hat) => phrasesOf({ headgear: hat })),
    ...(skins.includes('orc') ? phrasesOf({ skin: 'orc' }) : []),
  ]
  return phrases.length > 0 ? [{ values: [noValue], phrases }] : []
}

/** What may be worn in some action, in each of its colours. */
const wornAmong = (choices: SpriteChoices): Partial<SpriteAttributes>[] => {
  const names = new Set(
    choices.sexes.flatMap((sex) =>
      choices.actions.flatMap((action) => garmentsFor(choices, sex, action)),
    ),
  )
  return choices.clothes
    .filter((clothing) => names.has(clothing))
    .flatMap((clothing) => {
      const { isDyed = false }: Garment = garments[clothing]
      if (!isDyed) return [{ clothing }]
      return keysOf(dyes).map((clothingColour) => ({
        clothing,
        clothingColour,
      }))
    })
}
