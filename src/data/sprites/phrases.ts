/**
 * Captions of a clip from a small grammar: words in varied order, with more or less left out. A
 * complete caption says all that `combinationOf` tells apart, what happens and in which direction;
 * the first caption of each language is one.
 */

import { createRandom } from '../../engine/tensor/random.js'
import { type Choose, chooseBy, equally, withChance } from '../choices.js'
import type { Caption, Language } from '../example.js'
import type { SpriteAttributes } from './attributes.js'
import { describeInChinese } from './chinese.js'
import { describeInEnglish } from './english.js'

/** What a caption speaks of. */
export interface Mentions {
  readonly sex: boolean
  /** Hair, or what hides it, or that an orc has none. */
  readonly head: boolean
  readonly clothing: boolean
  readonly action: boolean
  readonly direction: boolean
  /** Things that are said now and then. */
  readonly details: ReadonlySet<Detail>
}

const details = [
  'skin',
  'hairStyle',
  'trousers',
  'shoes',
  'headgear',
  'weapon',
  'background',
] as const

export type Detail = (typeof details)[number]

/** Says what is mentioned, in words of its own choice. */
export type Describe = (attributes: SpriteAttributes, mentions: Mentions, choose: Choose) => string

/** Words, and the value that they mean. */
export type Phrase = readonly [words: string, value: string]

/** All that a language says of what can be asked about a clip, with what it means. */
export interface SaidPhrases {
  readonly action: readonly Phrase[]
  readonly direction: readonly Phrase[]
  readonly sex: readonly Phrase[]
  /** The colour, or `noValue` for what hides the hair, and for orcs. */
  readonly hairColour: readonly Phrase[]
  /** With its colour, where it has one. */
  readonly clothing: readonly Phrase[]
}

const speakers: Readonly<Record<Language, Describe>> = {
  en: describeInEnglish,
  zh: describeInChinese,
}

/** What a language says of a character. */
export const speak = (
  language: Language,
  attributes: SpriteAttributes,
  mentions: Mentions,
  choose: Choose,
): string => speakers[language](attributes, mentions, choose)

/** Captions of each kind in each language. */
const completeCaptions = 2
const partialCaptions = 2

const detailShare = 0.12
const directionLeftOut = 0.25
const actionLeftOut = 0.1

/** The captions of a clip; equal ones may occur. */
export const captionsOfSprite = (
  attributes: SpriteAttributes,
  seed: number,
  clip: number,
): Caption[] =>
  (['en', 'zh'] as const).flatMap((language) =>
    Array.from({ length: completeCaptions + partialCaptions }, (_, number): Caption => {
      const choose = chooseBy(createRandom(seed, 'sprite caption', clip, language, number))
      const isPartial = number >= completeCaptions
      const mentions = isPartial ? choosePart(choose) : allOf(choose)
      const text = speak(language, attributes, mentions, choose)
      return { language, text, role: 'sentence', ...(isPartial && { isPartial }) }
    }),
  )

const chooseDetails = (choose: Choose): ReadonlySet<Detail> =>
  new Set(details.filter(() => choose(withChance(detailShare))))

const allOf = (choose: Choose): Mentions => ({
  sex: true,
  head: true,
  clothing: true,
  action: true,
  direction: true,
  details: chooseDetails(choose),
})

/** Leaves out at least one of those that make a combination. */
const choosePart = (choose: Choose): Mentions => {
  const missing = choose(equally(['sex', 'head', 'clothing'] as const))
  const keep = (name: typeof missing) => name !== missing && choose(withChance(0.6))
  return {
    sex: keep('sex'),
    head: keep('head'),
    clothing: keep('clothing'),
    action: !choose(withChance(actionLeftOut)),
    direction: !choose(withChance(directionLeftOut)),
    details: chooseDetails(choose),
  }
}
