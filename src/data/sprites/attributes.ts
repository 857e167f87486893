/**
 * Who a clip shows and what it does there, as a function of (seed, number of the clip). Sheets are
 * `layers.ts`, words are `phrases.ts`.
 */

import { createRandom } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { type Choose, chooseBy, equally, withChance } from '../choices.js'
import { type Action, type Direction, onlyDirection } from './sheet.js'
import {
  type Background,
  backgrounds,
  type Dye,
  dyes,
  type Garment,
  type GarmentName,
  garments,
  type HairColour,
  type HairStyle,
  type Headgear,
  type HeadgearName,
  hairStyles,
  headgear,
  type Sex,
  type Shoes,
  type Skin,
  shoes,
  type Weapon,
  weapons,
} from './wardrobe.js'

/** What is left out is not to be seen: hair under a helmet, the colour of chain mail. */
export interface SpriteAttributes {
  readonly action: Action
  readonly direction: Direction
  readonly sex: Sex
  readonly skin: Skin
  readonly hairStyle?: HairStyle
  readonly hairColour?: HairColour
  readonly clothing: GarmentName
  readonly clothingColour?: Dye
  readonly trousers?: Dye
  readonly shoes?: Shoes
  readonly headgear?: HeadgearName
  readonly weapon?: Weapon
  readonly background: Background
}

/** The values that attributes may take. */
export interface SpriteChoices {
  readonly actions: readonly Action[]
  readonly directions: readonly Direction[]
  readonly sexes: readonly Sex[]
  readonly skins: readonly Skin[]
  readonly hairStyles: readonly HairStyle[]
  readonly hairColours: readonly HairColour[]
  readonly clothes: readonly GarmentName[]
  readonly headgear: readonly HeadgearName[]
}

const rareSkins = new Set<Skin>(['orc', 'dark elf'])
/** Garments that come in many colours are chosen so much more often than those that do not. */
const dyedWeight = 4
const bareheadedShare = 0.8
/** Of those who walk. */
const spearShare = 0.25

/** The attributes of a clip. Its choices have passed `checkChoices`. */
export const chooseAttributes = (
  choices: SpriteChoices,
  seed: number,
  clip: number,
): SpriteAttributes => {
  const choose = chooseBy(createRandom(seed, 'sprite', clip))
  const pick = <Item>(items: readonly Item[]): Item => choose(equally(items))
  const action = pick(choices.actions)
  const direction = onlyDirection[action] ?? pick(choices.directions)
  const sex = pick(choices.sexes)
  const skin = choose(choices.skins.map((name) => [rareSkins.has(name) ? 0.3 : 1, name] as const))
  const clothing = choose(
    garmentsFor(choices, sex, action).map(
      (name) => ['isDyed' in garments[name] ? dyedWeight : 1, name] as const,
    ),
  )
  const { isDyed = false, legs, feet }: Garment = garments[clothing]
  const hats = choices.headgear.filter(
    (name) =>
      isDrawn(headgear[name], action) &&
      (headgear[name].hidesHair || stylesUnder(name, choices, sex).length > 0),
  )
  const hat = hats.length === 0 || choose(withChance(bareheadedShare)) ? undefined : pick(hats)
  const hasHair = skin !== 'orc' && (hat === undefined || !headgear[hat].hidesHair)
  const dye = () => pick(keysOf(dyes))
  return {
    action,
    direction,
    sex,
    skin,
    ...(hasHair && {
      hairStyle: pick(stylesUnder(hat, choices, sex)),
      hairColour: pick(choices.hairColours),
    }),
    clothing,
    ...(isDyed && { clothingColour: dye() }),
    ...(legs === undefined && { trousers: dye() }),
    ...(feet === undefined && { shoes: pick(shoesFor(sex)) }),
    ...(hat !== undefined && { headgear: hat }),
    ...chooseWeapon(action, choose),
    background: pick(keysOf(backgrounds)),
  }
}

/** Some actions need a weapon; some who walk carry one. */
const chooseWeapon = (action: Action, choose: Choose): Pick<SpriteAttributes, 'weapon'> => {
  const arms = keysOf(weapons).filter((name) => includes(weapons[name].actions, action))
  const isArmed = arms.length > 0 && (action !== 'walk' || choose(withChance(spearShare)))
  return isArmed ? { weapon: choose(equally(arms)) } : {}
}

/**
 * The same character in another action or direction, as a function of (seed, number of the clip,
 * place); the character as it is where the choices leave nothing else.
 */
export const chooseNext = (
  choices: SpriteChoices,
  { weapon: _, ...shown }: SpriteAttributes,
  seed: number,
  clip: number,
  place: number,
): SpriteAttributes => {
  const choose = chooseBy(createRandom(seed, 'sprite next', clip, place))
  const { clothing, headgear: hat } = shown
  const moves = choices.actions
    .filter((action) => isDrawn(garments[clothing], action))
    .filter((action) => hat === undefined || isDrawn(headgear[hat], action))
    .flatMap((action) =>
      choices.directions
        .filter((direction) => (onlyDirection[action] ?? direction) === direction)
        .map((direction) => ({ action, direction })),
    )
    .filter((move) => move.action !== shown.action || move.direction !== shown.direction)
  const { action, direction } = moves.length > 0 ? choose(equally(moves)) : shown
  return { ...shown, action, direction, ...chooseWeapon(action, choose) }
}

/**
 * What tells characters apart whatever they do: clips that share it are never divided between
 * training and held-out data, so a held-out combination is one that training never shows.
 */
export const combinationOf = ({
  sex,
  skin,
  hairColour,
  headgear: hat,
  clothing,
  clothingColour,
}: SpriteAttributes): string => {
  const isHidden = hat !== undefined && headgear[hat].hidesHair
  const head = hairColour === undefined ? (isHidden ? hat : skin) : `${hairColour} hair`
  return [sex, head, ...(clothingColour === undefined ? [] : [clothingColour]), clothing].join(', ')
}

/** Throws DataError where nothing is left to choose from. */
export const checkChoices = (choices: SpriteChoices): void => {
  const { actions, directions, sexes } = choices
  for (const action of actions) {
    const only = onlyDirection[action]
    if (only !== undefined && !directions.includes(only)) {
      throw new DataError(
        `sprites: ${action} is drawn from one side only; add ${only} to directions or leave ${action} out`,
      )
    }
    for (const sex of sexes) {
      if (garmentsFor(choices, sex, action).length > 0) continue
      throw new DataError(
        `sprites: nothing among clothes is drawn for ${sex} characters at ${action}; add shirt or leave one of them out`,
      )
    }
  }
  for (const sex of sexes) {
    if (hairStylesFor(choices, sex).length > 0) continue
    throw new DataError(
      `sprites: nothing among hairStyles is drawn for ${sex} characters; add plain or leave ${sex} out`,
    )
  }
}

export const hairStylesFor = (choices: SpriteChoices, sex: Sex): HairStyle[] =>
  choices.hairStyles.filter((style) => includes(hairStyles[style], sex))

/** Those of which enough is to be seen under a hat. */
const stylesUnder = (
  hat: HeadgearName | undefined,
  choices: SpriteChoices,
  sex: Sex,
): HairStyle[] => {
  const { covers = [] }: Partial<Headgear> = hat === undefined ? {} : headgear[hat]
  return hairStylesFor(choices, sex).filter((style) => !covers.includes(style))
}

export const shoesFor = (sex: Sex): Shoes[] =>
  keysOf(shoes).filter((name) => includes(shoes[name].sexes, sex))

export const garmentsFor = ({ clothes }: SpriteChoices, sex: Sex, action: Action): GarmentName[] =>
  clothes.filter((name) => {
    const garment: Garment = garments[name]
    return garment.torso[sex] !== undefined && isDrawn(garment, action)
  })

const isDrawn = ({ lacks = [] }: Garment | Headgear, action: Action): boolean =>
  !lacks.includes(action)

/** The keys of a record that has no others. */
export const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] =>
  Object.keys(record) as Key[]

/** Under which no hair is to be seen. */
export const hidingHeadgear = keysOf(headgear).filter((hat) => headgear[hat].hidesHair)

/** Whether a list that knows less than all values holds one of them. */
const includes = <Item>(list: readonly Item[], item: unknown): boolean =>
  list.some((one) => one === item)
