/** Chinese about sprites: 一个红头发、穿青色衬衫的女人向右走. */

import { type Choose, equally, withChance } from '../choices.js'
import { noValue } from '../question.js'
import { hidingHeadgear, keysOf, type SpriteAttributes } from './attributes.js'
import type { Describe, Mentions, Phrase, SaidPhrases } from './phrases.js'
import type { Action, Direction } from './sheet.js'
import {
  type Background,
  type Dye,
  type GarmentName,
  garments,
  type HairColour,
  type HairStyle,
  type HeadgearName,
  headgear,
  type Sex,
  type Shoes,
  type Skin,
  type Weapon,
} from './wardrobe.js'

export const describeInChinese: Describe = (attributes, mentions, choose) => {
  const named = nameLooks(attributes, mentions, choose)
  const looks = choose(withChance(0.3)) ? named.toReversed() : named
  const subject = nameSubject(attributes, mentions, choose)
  const ground = nameGround(attributes, mentions, choose)
  const happening = nameHappening(attributes, mentions, choose)
  const described = looks.length > 0 ? `${looks.join('、')}的${subject}` : subject
  const one = choose(equally(['一个', '一名', '']))
  const told = `${one}${described}${happening}`
  const placed = (text: string) => (ground === '' ? text : `${ground}，${text}`)
  if (!mentions.action) return placed(told)
  return choose([
    [6, placed(told)],
    [2, placed([`${one || '一个'}${subject}`, ...looks, `正在${happening}`].join('，'))],
    [1, placed([`${happening}的${subject}`, ...looks].join('，'))],
    [
      1,
      placed(
        `${one}正在${happening}的${subject}${looks.length > 0 ? '，' : ''}${looks.join('，')}`,
      ),
    ],
  ])
}

const people: Readonly<Record<Sex, readonly string[]>> = {
  female: ['女人', '女人', '女子', '女性角色'],
  male: ['男人', '男人', '男子', '男性角色'],
}

const sexWords: Readonly<Record<Sex, string>> = { female: '女', male: '男' }

const skinWords: Readonly<Record<Skin, string>> = {
  light: '浅色皮肤',
  tanned: '小麦色皮肤',
  dark: '深色皮肤',
  orc: '兽人',
  'dark elf': '暗精灵',
}

const nameSubject = (
  { sex, skin, hairColour, headgear: hat }: SpriteAttributes,
  mentions: Mentions,
  choose: Choose,
): string => {
  const isBare = hairColour === undefined && (hat === undefined || !headgear[hat].hidesHair)
  const hasSkin = mentions.details.has('skin') || (mentions.head && isBare)
  const isCreature = hasSkin && (skin === 'orc' || skin === 'dark elf')
  if (isCreature) return `${mentions.sex ? sexWords[sex] : ''}${skinWords[skin]}`
  return choose(equally(mentions.sex ? people[sex] : ['人', '角色']))
}

const dyeWords: Readonly<Record<Dye, string>> = {
  black: '黑色',
  blue: '蓝色',
  brown: '棕色',
  green: '绿色',
  pink: '粉色',
  purple: '紫色',
  red: '红色',
  teal: '青色',
  white: '白色',
  yellow: '黄色',
}

const hairColourWords: Readonly<Record<HairColour, string>> = {
  black: '黑',
  blonde: '金',
  blue: '蓝',
  brown: '棕',
  gray: '灰',
  green: '绿',
  pink: '粉',
  purple: '紫',
  red: '红',
  white: '白',
}

const hairWords: Readonly<Record<HairStyle, string>> = {
  bangs: '短发',
  bedhead: '乱发',
  bunches: '双马尾',
  long: '长发',
  messy1: '蓬松头发',
  mohawk: '莫西干头',
  page: '锅盖头',
  pixie: '精灵短发',
  plain: '短发',
  ponytail: '马尾',
  princess: '卷发',
}

const garmentWords: Readonly<Record<GarmentName, string>> = {
  shirt: '衬衫',
  tunic: '短袍',
  dress: '连衣裙',
  robe: '长袍',
  suit: '西装',
  'chain mail': '锁子甲',
  tabard: '罩袍',
  'leather armour': '皮甲',
  'plate armour': '板甲',
  'golden armour': '金甲',
}

const shoeWords: Readonly<Record<Shoes, string>> = {
  'black shoes': '黑色鞋子',
  'brown shoes': '棕色鞋子',
  'maroon shoes': '褐红色鞋子',
  'brown boots': '棕色靴子',
  'maroon boots': '褐红色靴子',
}

const headgearWords: Readonly<Record<HeadgearName, string>> = {
  bandana: '头巾',
  'leather cap': '皮帽',
  'chain hat': '铁帽',
  'metal helmet': '铁头盔',
  'golden helmet': '金头盔',
  'chain hood': '锁甲头巾',
  'cloth hood': '布兜帽',
}

const weaponWords: Readonly<Record<Weapon, string>> = {
  spear: '长矛',
  dagger: '匕首',
  bow: '弓',
  'great bow': '大弓',
  'recurve bow': '反曲弓',
}

const backgroundWords: Readonly<Record<Background, string>> = {
  white: '白色',
  gray: '灰色',
  'sky blue': '天蓝色',
  'grass green': '草绿色',
  'sand yellow': '沙黄色',
  rose: '玫瑰色',
  'night blue': '夜蓝色',
}

/** Of hair of which nothing is said but its colour. */
const plainHair = (colour: string): string[] => [`${colour}头发`, `${colour}色头发`, `${colour}发`]

/** What comes before 的, part by part: 红头发, 穿青色衬衫. */
const nameLooks = (attributes: SpriteAttributes, mentions: Mentions, choose: Choose): string[] => {
  const { skin, hairStyle, hairColour, headgear: hat, weapon, action } = attributes
  const { details } = mentions
  const looks: string[] = []
  if (details.has('skin') && skin !== 'orc' && skin !== 'dark elf') looks.push(skinWords[skin])
  if (mentions.head && hairStyle !== undefined && hairColour !== undefined) {
    const colour = hairColourWords[hairColour]
    looks.push(
      details.has('hairStyle')
        ? `${colour}色${hairWords[hairStyle]}`
        : choose(equally(plainHair(colour))),
    )
  }
  const clothes = nameClothes(attributes, mentions)
  if (clothes !== '') looks.push(`${choose(equally(['穿', '穿着', '身穿']))}${clothes}`)
  if (
    hat !== undefined &&
    (details.has('headgear') || (mentions.head && headgear[hat].hidesHair))
  ) {
    looks.push(`${choose(equally(['戴', '戴着']))}${headgearWords[hat]}`)
  }
  // Elsewhere the verb tells it.
  if (weapon !== undefined && action === 'walk' && details.has('weapon')) {
    looks.push(`拿着${weaponWords[weapon]}`)
  }
  return looks
}

const nameClothes = (
  { clothing, clothingColour, trousers, shoes }: SpriteAttributes,
  { clothing: hasClothing, details }: Mentions,
): string => {
  const items: string[] = []
  if (hasClothing) {
    const colour = clothingColour === undefined ? '' : dyeWords[clothingColour]
    items.push(`${colour}${garmentWords[clothing]}`)
  }
  if (trousers !== undefined && details.has('trousers')) items.push(`${dyeWords[trousers]}裤子`)
  if (shoes !== undefined && details.has('shoes')) items.push(shoeWords[shoes])
  return items.join('和')
}

const actionWords: Readonly<Record<Exclude<Action, 'walk'>, readonly string[]>> = {
  spellcast: ['施法', '施展法术'],
  thrust: ['用长矛刺击', '刺出长矛'],
  slash: ['挥舞匕首', '用匕首挥砍'],
  shoot: ['射箭', '拉弓射箭'],
  hurt: ['受伤倒下', '倒在地上'],
}

const walkingWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['向左走', '往左走'],
  right: ['向右走', '往右走'],
  towards: ['向我们走来', '朝我们走来'],
  away: ['背对我们走远', '向远处走去'],
}

/** Where no direction is told. */
const plainWalk = '走路'

const facingWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['面向左', '朝左'],
  right: ['面向右', '朝右'],
  towards: ['面向我们', '朝着我们'],
  away: ['背对我们', '背对着我们'],
}

const nameHappening = (
  { action, direction }: SpriteAttributes,
  mentions: Mentions,
  choose: Choose,
): string => {
  const facing = mentions.direction ? choose(equally(facingWords[direction])) : ''
  if (!mentions.action) return facing
  if (action === 'walk') {
    return mentions.direction ? choose(equally(walkingWords[direction])) : plainWalk
  }
  // Falling is seen from the front only.
  return `${action === 'hurt' ? '' : facing}${choose(equally(actionWords[action]))}`
}

const nameGround = (
  { background }: SpriteAttributes,
  { details }: Mentions,
  choose: Choose,
): string =>
  details.has('background')
    ? `${backgroundWords[background]}${choose(equally(['背景下', '背景上', '背景前']))}`
    : ''

export const chinesePhrases: SaidPhrases = {
  action: [
    ...keysOf(actionWords).flatMap((action) =>
      actionWords[action].map((words) => [words, action] as const),
    ),
    ...[plainWalk, ...Object.values(walkingWords).flat()].map((words) => [words, 'walk'] as const),
  ],
  direction: keysOf(walkingWords).flatMap((direction) =>
    [...walkingWords[direction], ...facingWords[direction]].map(
      (words) => [words, direction] as const,
    ),
  ),
  sex: keysOf(sexWords).map((sex) => [sexWords[sex], sex] as const),
  hairColour: [
    ...keysOf(hairColourWords).flatMap((colour) => {
      const word = hairColourWords[colour]
      const styled = Object.values(hairWords).map((style) => `${word}色${style}`)
      return [...plainHair(word), ...styled].map((words) => [words, colour] as const)
    }),
    ...[...hidingHeadgear.map((hat) => headgearWords[hat]), skinWords.orc].map(
      (words) => [words, noValue] as const,
    ),
  ],
  clothing: keysOf(garments).flatMap((garment): Phrase[] => {
    const word = garmentWords[garment]
    return 'isDyed' in garments[garment]
      ? keysOf(dyeWords).map((dye) => [`${dyeWords[dye]}${word}`, `${dye} ${garment}`] as const)
      : [[word, garment]]
  }),
}
