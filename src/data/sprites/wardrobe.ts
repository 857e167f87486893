/**
 * What characters may look like: the values of each attribute, and the sheets that draw them. White
 * garments are dyed, so that each comes in the same few colours that words tell apart.
 */

import type { Color } from '../media/media.js'
import type { Action } from './sheet.js'

export const sexes = ['female', 'male'] as const

export type Sex = (typeof sexes)[number]

/** By what captions call them; orcs have no hair. */
export const skins = {
  light: 'light',
  tanned: 'tanned',
  dark: 'dark',
  orc: 'orc',
  'dark elf': 'darkelf',
} as const

export type Skin = keyof typeof skins

export const hairStyles = {
  bangs: ['female', 'male'],
  bedhead: ['male'],
  bunches: ['female'],
  long: ['female', 'male'],
  messy1: ['male'],
  mohawk: ['female', 'male'],
  page: ['male'],
  pixie: ['female'],
  plain: ['female', 'male'],
  ponytail: ['female'],
  princess: ['female'],
} as const satisfies Record<string, readonly Sex[]>

export type HairStyle = keyof typeof hairStyles

/** By what captions call them, with the names of the sheets. */
export const hairColours = {
  black: 'black',
  blonde: 'blonde',
  blue: 'blue',
  brown: 'brown',
  gray: 'gray',
  green: 'green',
  pink: 'pink',
  purple: 'purple',
  red: 'redhead',
  white: 'white',
} as const

export type HairColour = keyof typeof hairColours

/** What garments are dyed with. */
export const dyes = {
  black: [58, 56, 64],
  blue: [64, 96, 236],
  brown: [140, 90, 50],
  green: [64, 168, 64],
  pink: [255, 150, 192],
  purple: [148, 70, 196],
  red: [224, 40, 40],
  teal: [48, 190, 204],
  white: [250, 250, 255],
  yellow: [248, 216, 64],
} as const satisfies Record<string, Color>

export type Dye = keyof typeof dyes

/** Plain grounds, apart in hue or light from what is drawn on them. */
export const backgrounds = {
  white: [255, 255, 255],
  gray: [186, 190, 196],
  'sky blue': [150, 200, 240],
  'grass green': [132, 190, 116],
  'sand yellow': [232, 214, 166],
  rose: [244, 196, 200],
  'night blue': [38, 44, 84],
} as const satisfies Record<string, Color>

export type Background = keyof typeof backgrounds

/** What is worn on the torso, with what belongs to it. */
export interface Garment {
  /** The sheets of the torso by who may wear them, in the order in which they are drawn. */
  readonly torso: Readonly<Partial<Record<Sex, readonly string[]>>>
  readonly isDyed?: boolean
  /** The legs' and feet's own sheets; trousers and shoes when left out. `SEX` is the wearer's. */
  readonly legs?: readonly string[]
  readonly feet?: readonly string[]
  readonly hands?: readonly string[]
  /** Actions that its sheets do not draw. */
  readonly lacks?: readonly Action[]
}

const forBoth = (...sheets: string[]): Garment['torso'] => ({
  female: sheets.map((sheet) => sheet.replaceAll('SEX', 'female')),
  male: sheets.map((sheet) => sheet.replaceAll('SEX', 'male')),
})

const formal = 'formal_male_no_th-sh'

export const garments = {
  shirt: {
    torso: {
      female: ['torso/shirts/sleeveless/female/white_sleeveless'],
      male: ['torso/shirts/longsleeve/male/white_longsleeve'],
    },
    isDyed: true,
  },
  tunic: { torso: { female: ['torso/tunics/female/white_tunic'] }, isDyed: true },
  dress: { torso: { female: ['torso/dress_female/tightdress_white'] }, isDyed: true, legs: [] },
  robe: {
    torso: { female: ['torso/robes_female_no_th-sh/white'] },
    isDyed: true,
    legs: [],
    lacks: ['thrust', 'shoot'],
  },
  suit: {
    torso: { male: [`${formal}/shirt`, `${formal}/vest`] },
    legs: [`${formal}/pants`],
    lacks: ['thrust', 'shoot'],
  },
  'chain mail': { torso: forBoth('torso/chain/mail_SEX') },
  tabard: { torso: forBoth('torso/chain/mail_SEX', 'torso/chain/tabard/jacket_SEX') },
  'leather armour': { torso: forBoth('torso/leather/chest_SEX', 'torso/leather/shoulders_SEX') },
  'plate armour': {
    torso: forBoth('torso/plate/chest_SEX', 'torso/plate/arms_SEX'),
    legs: ['legs/armor/SEX/metal_pants_SEX'],
    feet: ['feet/armor/SEX/metal_boots_SEX'],
    hands: ['hands/gloves/SEX/metal_gloves_SEX'],
  },
  'golden armour': {
    torso: forBoth('torso/gold/chest_SEX', 'torso/gold/arms_SEX'),
    legs: ['legs/armor/SEX/golden_greaves_SEX'],
    feet: ['feet/armor/SEX/golden_boots_SEX'],
    hands: ['hands/gloves/SEX/golden_gloves_SEX'],
  },
} as const satisfies Record<string, Garment>

export type GarmentName = keyof typeof garments

/** Sheets of shoes by who may wear them. */
export const shoes = {
  'black shoes': { sexes, sheet: 'feet/shoes/SEX/black_shoes_SEX' },
  'brown shoes': { sexes, sheet: 'feet/shoes/SEX/brown_shoes_SEX' },
  'maroon shoes': { sexes, sheet: 'feet/shoes/SEX/maroon_shoes_SEX' },
  'brown boots': { sexes: ['female'], sheet: 'feet/boots/SEX/brown_longboots_SEX' },
  'maroon boots': { sexes: ['female'], sheet: 'feet/boots/SEX/maroon_longboots_SEX' },
} as const satisfies Record<string, { sexes: readonly Sex[]; sheet: string }>

export type Shoes = keyof typeof shoes

export interface Headgear {
  readonly sheet: string
  readonly hidesHair: boolean
  /** Hair styles that are not worn under it: next to nothing of them would be seen. */
  readonly covers?: readonly HairStyle[]
  readonly lacks?: readonly Action[]
}

export const headgear = {
  bandana: { sheet: 'head/bandanas/SEX/red', hidesHair: false, covers: ['mohawk'] },
  'leather cap': {
    sheet: 'head/caps/SEX/leather_cap_SEX',
    hidesHair: false,
    covers: ['bedhead', 'mohawk', 'pixie'],
  },
  'chain hat': { sheet: 'head/helms/SEX/chainhat_SEX', hidesHair: true },
  'metal helmet': { sheet: 'head/helms/SEX/metal_helm_SEX', hidesHair: true },
  'golden helmet': { sheet: 'head/helms/SEX/golden_helm_SEX', hidesHair: true, lacks: ['hurt'] },
  'chain hood': { sheet: 'head/hoods/SEX/chain_hood_SEX', hidesHair: true },
  'cloth hood': { sheet: 'head/hoods/SEX/cloth_hood_SEX', hidesHair: true },
} as const satisfies Record<string, Headgear>

export type HeadgearName = keyof typeof headgear

/** What is held, with the actions that its sheets draw. */
export const weapons = {
  spear: { sheets: ['weapons/right_hand/SEX/spear_SEX'], actions: ['thrust', 'walk'] },
  dagger: { sheets: ['weapons/right_hand/SEX/dagger_SEX'], actions: ['slash'] },
  bow: {
    sheets: ['weapons/right_hand/either/bow', 'weapons/left_hand/either/arrow'],
    actions: ['shoot'],
  },
  'great bow': {
    sheets: ['weapons/right_hand/either/greatbow', 'weapons/left_hand/either/arrow'],
    actions: ['shoot'],
  },
  'recurve bow': {
    sheets: ['weapons/right_hand/either/recurvebow', 'weapons/left_hand/either/arrow'],
    actions: ['shoot'],
  },
} as const satisfies Record<string, { sheets: readonly string[]; actions: readonly Action[] }>

export type Weapon = keyof typeof weapons
