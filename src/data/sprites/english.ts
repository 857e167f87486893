/** English about sprites: "a woman with red hair and a teal shirt walks to the right". */

import { type Choose, equally } from '../choices.js'
import { noValue } from '../question.js'
import { hidingHeadgear, keysOf, type SpriteAttributes } from './attributes.js'
import type { Describe, Mentions, Phrase, SaidPhrases } from './phrases.js'
import type { Action, Direction } from './sheet.js'
import {
  dyes,
  type GarmentName,
  garments,
  type HairStyle,
  hairColours,
  headgear,
  type Sex,
  type Skin,
} from './wardrobe.js'

export const describeInEnglish: Describe = (attributes, mentions, choose) => {
  const subject = nameSubject(attributes, mentions, choose)
  const hair = nameHair(attributes, mentions)
  const clothes = nameWorn(attributes, mentions)
  const worn = list(clothes)
  const character = joinWords(subject, addLooks(hair, clothes, choose))
  const ground = nameGround(attributes, mentions, choose)
  if (!mentions.action) {
    return joinWords(character, nameView(attributes, mentions, choose), ground)
  }
  const verbs = choose(equally(actionVerbs[attributes.action]))
  const where = nameDirection(attributes, mentions, choose)
  const happening = (form: keyof Verb) =>
    joinWords(
      form === 'tells' ? choose(equally([verbs.tells, `is ${verbs.goesOn}`])) : verbs[form],
      where,
    )
  const told = joinWords(character, happening('tells'), ground)
  const dressed = joinWords(choose(equally(['in', 'wearing'])), worn)
  return choose([
    [6, told],
    [2, joinWords(character, happening('goesOn'), ground)],
    [1, `${happening('goesOn')}${worn || hair ? ':' : ','} ${joinWords(character, ground)}`],
    [
      1,
      worn === ''
        ? told
        : `${dressed}, ${joinWords(subject, hair && `with ${hair}`, happening('tells'), ground)}`,
    ],
  ])
}

const joinWords = (...words: string[]): string => words.filter((word) => word !== '').join(' ')

/** "a", "b and c", "a, b and c". */
const list = (items: readonly string[]): string =>
  [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and ')

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`

const people: Readonly<Record<Sex, readonly (readonly [number, string])[]>> = {
  female: [
    [6, 'woman'],
    [1, 'lady'],
    [1, 'female character'],
  ],
  male: [
    [6, 'man'],
    [1, 'male character'],
  ],
}

const plainPeople: Readonly<Record<Sex, string>> = { female: 'woman', male: 'man' }

/** Said before a noun, where the skin is mentioned. */
const skinWords: Readonly<Record<Skin, string>> = {
  light: 'light-skinned',
  tanned: 'tanned',
  dark: 'dark-skinned',
  orc: 'orc',
  'dark elf': 'dark elf',
}

const nameSubject = (
  { sex, skin, hairColour, headgear: hat }: SpriteAttributes,
  mentions: Mentions,
  choose: Choose,
): string => {
  const isBare = hairColour === undefined && (hat === undefined || !headgear[hat].hidesHair)
  const hasSkin = mentions.details.has('skin') || (mentions.head && isBare)
  if (!mentions.sex) {
    if (hasSkin && (skin === 'orc' || skin === 'dark elf')) return withArticle(skin)
    const anybody = choose(equally(['someone', 'somebody', 'a person', 'a character']))
    return hasSkin && anybody.startsWith('a ') ? `a ${skinWords[skin]}${anybody.slice(1)}` : anybody
  }
  if (!hasSkin) return withArticle(choose(people[sex]))
  if (skin === 'orc') return choose(equally([`a ${sex} orc`, `an orc ${plainPeople[sex]}`]))
  return withArticle(`${skinWords[skin]} ${choose(people[sex])}`)
}

const hairWords: Readonly<Record<HairStyle, (colour: string) => string>> = {
  bangs: (colour) => `short ${colour} hair`,
  bedhead: (colour) => `messy ${colour} hair`,
  bunches: (colour) => `${colour} pigtails`,
  long: (colour) => `long ${colour} hair`,
  messy1: (colour) => `tousled ${colour} hair`,
  mohawk: (colour) => `${withArticle(colour)} mohawk`,
  page: (colour) => `${withArticle(colour)} bowl cut`,
  pixie: (colour) => `${withArticle(colour)} pixie cut`,
  plain: (colour) => `short ${colour} hair`,
  ponytail: (colour) => `${withArticle(colour)} ponytail`,
  princess: (colour) => `curly ${colour} hair`,
}

const nameHair = ({ hairStyle, hairColour }: SpriteAttributes, mentions: Mentions): string => {
  if (!mentions.head || hairStyle === undefined || hairColour === undefined) return ''
  return mentions.details.has('hairStyle') ? hairWords[hairStyle](hairColour) : `${hairColour} hair`
}

/** Garments that are a mass have no article. */
const massNouns = new Set<GarmentName>([
  'chain mail',
  'leather armour',
  'plate armour',
  'golden armour',
])

/** What is worn and held: "a teal shirt", "white trousers", "brown shoes". */
const nameWorn = (
  { clothing, clothingColour, trousers, shoes, headgear: hat, weapon, action }: SpriteAttributes,
  { clothing: hasClothing, head, details }: Mentions,
): string[] => {
  const items: string[] = []
  if (hasClothing) {
    const noun = clothingColour === undefined ? clothing : `${clothingColour} ${clothing}`
    items.push(massNouns.has(clothing) ? noun : withArticle(noun))
  }
  if (trousers !== undefined && details.has('trousers')) items.push(`${trousers} trousers`)
  if (shoes !== undefined && details.has('shoes')) items.push(shoes)
  if (hat !== undefined && (details.has('headgear') || (head && headgear[hat].hidesHair))) {
    items.push(withArticle(hat))
  }
  // Elsewhere the verb tells it.
  if (weapon !== undefined && action === 'walk' && details.has('weapon')) {
    items.push(withArticle(weapon))
  }
  return items
}

/** What follows the subject: "with red hair and a teal shirt", "in a teal shirt". */
const addLooks = (hair: string, clothes: readonly string[], choose: Choose): string => {
  if (clothes.length === 0) return hair && `with ${hair}`
  const dressed = `${choose(equally(['in', 'wearing']))} ${list(clothes)}`
  if (hair === '') return dressed
  return choose([
    [3, `with ${list([hair, ...clothes])}`],
    [2, `with ${hair} ${dressed}`],
    [1, `${dressed} with ${hair}`],
  ])
}

interface Verb {
  readonly tells: string
  readonly goesOn: string
}

const actionVerbs: Readonly<Record<Action, readonly Verb[]>> = {
  walk: [{ tells: 'walks', goesOn: 'walking' }],
  spellcast: [
    { tells: 'casts a spell', goesOn: 'casting a spell' },
    { tells: 'does magic', goesOn: 'doing magic' },
  ],
  thrust: [
    { tells: 'thrusts a spear', goesOn: 'thrusting a spear' },
    { tells: 'stabs with a spear', goesOn: 'stabbing with a spear' },
  ],
  slash: [
    { tells: 'slashes with a dagger', goesOn: 'slashing with a dagger' },
    { tells: 'swings a dagger', goesOn: 'swinging a dagger' },
  ],
  shoot: [
    { tells: 'shoots an arrow', goesOn: 'shooting an arrow' },
    { tells: 'shoots a bow', goesOn: 'shooting a bow' },
  ],
  hurt: [
    { tells: 'gets hurt and falls', goesOn: 'falling down hurt' },
    { tells: 'collapses', goesOn: 'collapsing' },
  ],
}

const walkingWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['to the left', 'left'],
  right: ['to the right', 'right'],
  towards: ['towards us', 'towards the viewer'],
  away: ['away from us', 'away'],
}

const facingWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['facing left', 'to the left'],
  right: ['facing right', 'to the right'],
  towards: ['facing us', 'towards us'],
  away: ['facing away', 'seen from behind'],
}

const nameDirection = (
  { action, direction }: SpriteAttributes,
  mentions: Mentions,
  choose: Choose,
): string => {
  // Falling is seen from the front only.
  if (!mentions.direction || action === 'hurt') return ''
  return choose(equally((action === 'walk' ? walkingWords : facingWords)[direction]))
}

/** The direction of somebody of whom no action is told. */
const nameView = ({ direction }: SpriteAttributes, mentions: Mentions, choose: Choose): string =>
  mentions.direction ? choose(equally(facingWords[direction].slice(0, 1))) : ''

const nameGround = (
  { background }: SpriteAttributes,
  { details }: Mentions,
  choose: Choose,
): string =>
  details.has('background')
    ? `${choose(equally(['on', 'in front of']))} ${withArticle(background)} background`
    : ''

export const englishPhrases: SaidPhrases = {
  action: keysOf(actionVerbs).flatMap((action) =>
    actionVerbs[action].flatMap(({ tells, goesOn }) => [
      [tells, action] as const,
      [goesOn, action] as const,
    ]),
  ),
  direction: keysOf(walkingWords).flatMap((direction) =>
    [...walkingWords[direction], ...facingWords[direction]].map(
      (words) => [words, direction] as const,
    ),
  ),
  sex: keysOf(people).flatMap((sex) =>
    [sex, ...people[sex].map(([, words]) => words)].map((words) => [words, sex] as const),
  ),
  hairColour: [
    ...keysOf(hairColours).flatMap((colour) =>
      [`${colour} hair`, ...Object.values(hairWords).map((say) => say(colour))].map(
        (words) => [words, colour] as const,
      ),
    ),
    ...[...hidingHeadgear, skinWords.orc].map((words) => [words, noValue] as const),
  ],
  clothing: keysOf(garments).flatMap((garment): Phrase[] =>
    'isDyed' in garments[garment]
      ? keysOf(dyes).map((dye) => [`${dye} ${garment}`, `${dye} ${garment}`] as const)
      : [[garment, garment]],
  ),
}
