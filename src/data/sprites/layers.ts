/** Which sheets draw a character, from the body to the weapon, and all that a wardrobe needs. */

import {
  hairStylesFor,
  keysOf,
  type SpriteAttributes,
  type SpriteChoices,
  shoesFor,
} from './attributes.js'
import type { SheetUse } from './compose.js'
import {
  dyes,
  type Garment,
  type GarmentName,
  garments,
  type HairColour,
  type HairStyle,
  hairColours,
  headgear,
  type Sex,
  type Skin,
  shoes,
  skins,
  weapons,
} from './wardrobe.js'

/** The sheets of a character from the lowest to the topmost, by their paths without ".png". */
export const layersOf = ({
  sex,
  skin,
  hairStyle,
  hairColour,
  clothing,
  clothingColour,
  trousers,
  shoes: footwear,
  headgear: hat,
  weapon,
}: SpriteAttributes): SheetUse[] => {
  const { torso, legs = [], feet = [], hands = [] }: Garment = garments[clothing]
  const plain = (sheets: readonly string[]) => sheets.map((sheet) => ({ sheet }))
  const layers: SheetUse[] = [
    { sheet: bodySheet(sex, skin) },
    ...plain(footwear === undefined ? feet : [shoes[footwear].sheet]),
    ...(trousers === undefined ? plain(legs) : [{ sheet: trouserSheet, dye: dyes[trousers] }]),
    ...(torso[sex] ?? []).map((sheet) =>
      clothingColour === undefined ? { sheet } : { sheet, dye: dyes[clothingColour] },
    ),
    ...(hairStyle === undefined || hairColour === undefined
      ? []
      : [{ sheet: hairSheet(sex, hairStyle, hairColour) }]),
    ...(hat === undefined ? [] : [{ sheet: headgear[hat].sheet }]),
    ...plain(hands),
    ...plain(weapon === undefined ? [] : weapons[weapon].sheets),
  ]
  return layers.map((layer) => ({ ...layer, sheet: sheetFor(sex, layer.sheet) }))
}

/** Every sheet that the choices can lead to, each once. */
export const sheetsOf = (choices: SpriteChoices): string[] => {
  const sheets = choices.sexes.flatMap((sex) =>
    [
      ...choices.skins.map((skin) => bodySheet(sex, skin)),
      ...hairStylesFor(choices, sex).flatMap((style) =>
        choices.hairColours.map((colour) => hairSheet(sex, style, colour)),
      ),
      ...choices.clothes.flatMap((name) => garmentSheets(sex, name)),
      ...shoesFor(sex).map((name) => shoes[name].sheet),
      ...choices.headgear.map((name) => headgear[name].sheet),
      ...keysOf(weapons)
        .filter((name) => weapons[name].actions.some((action) => choices.actions.includes(action)))
        .flatMap((name) => weapons[name].sheets),
    ].map((sheet) => sheetFor(sex, sheet)),
  )
  return [...new Set(sheets)]
}

const trouserSheet = 'legs/pants/SEX/white_pants_SEX'

const bodySheet = (sex: Sex, skin: Skin): string => `body/${sex}/${skins[skin]}`

const hairSheet = (sex: Sex, style: HairStyle, colour: HairColour): string =>
  `hair/${sex}/${style}/${hairColours[colour]}`

const garmentSheets = (sex: Sex, name: GarmentName): readonly string[] => {
  const { torso, legs = [trouserSheet], feet = [], hands = [] }: Garment = garments[name]
  const worn = torso[sex]
  return worn === undefined ? [] : [...worn, ...legs, ...feet, ...hands]
}

const sheetFor = (sex: Sex, sheet: string): string => sheet.replaceAll('SEX', sex)
