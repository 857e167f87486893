/**
 * Turns the formal names of emoji into words that people type: "man: red hair" becomes "man with
 * red hair", and a name learns which articles and measure words may precede it.
 */

import type { Caption, Language } from '../example.js'
import type { EmojiNames } from './names.js'

/** The captions of an emoji: its name and its keywords in both languages. */
export const captionsOfEmoji = (emoji: EmojiNames): Caption[] => [
  ...captionsIn('en', emoji, englishArticles(emoji)),
  ...captionsIn('zh', emoji, chineseArticles(emoji)),
]

/** Whether a mirror image of the picture still is what its name says. */
export const isFlippable = ({ group, subgroup, labels }: EmojiNames): boolean =>
  !(
    (group === 'symbols' && subgroup !== 'geometric') ||
    group === 'flags' ||
    chiralSubgroups.has(subgroup) ||
    chiralWords.test(labels.en)
  )

const captionsIn = (
  language: Language,
  { labels, keywords }: EmojiNames,
  articles: readonly string[],
): Caption[] => {
  const name = spokenName(labels[language], language)
  return [
    { language, text: name, role: 'name', ...(articles.length > 0 ? { articles } : {}) },
    ...keywords[language]
      .filter((keyword) => keyword !== name && /[\p{L}\p{N}]/u.test(keyword))
      .map((text): Caption => ({ language, text: text.replaceAll('’', "'"), role: 'keyword' })),
  ]
}

/** A formal name without colons, parentheses and typographic apostrophes. */
export const spokenName = (label: string, language: Language): string => {
  const plain = label.replaceAll('’', "'").replace(/ ?\(([^)]*)\)/, ' $1')
  const [thing, detail] = plain.split(': ')
  if (detail === undefined) return plain
  if (language === 'zh') {
    if (thing === '按键') return `${thing}${detail}`
    return detail.startsWith('面向') ? `${detail}的${thing}` : `${detail}${thing}`
  }
  if (detail === 'bald') return `bald ${thing}`
  if (/hair$|^beard$/.test(detail)) return `${thing} with ${detail}`
  return thing === 'keycap' || detail.startsWith('facing')
    ? `${thing} ${detail}`
    : `${thing}, ${detail}`
}

const englishArticles = ({ subgroup, labels }: EmojiNames): string[] => {
  const name = spokenName(labels.en, 'en')
  if (uncountedSubgroups.has(subgroup) || uncountedNames.test(name)) return []
  const head = name.split(prepositions)[0]!
  const last = head.slice(head.lastIndexOf(' ') + 1)
  const isOnePerson = /^(person|man|woman|face) /.test(name)
  if (!isOnePerson && (isPlural(last) || uncountedWords.has(last))) return []
  return [vowelSound.test(name) ? 'an' : 'a', 'the']
}

const isPlural = (word: string): boolean =>
  irregularPlurals.has(word) || (word.endsWith('s') && !/(ss|us|is|os|as|'s)$/.test(word))

const chineseArticles = ({ subgroup, labels }: EmojiNames): readonly string[] => {
  if (!countedSubgroups.test(subgroup) || uncountedInChinese.test(labels.zh)) return []
  const isAnimal = /^(animal-|cat-face)/.test(subgroup) && !partsOfAnimals.test(labels.zh)
  const ending = measureWords.find(([nouns]) => nouns.test(labels.zh))?.[1]
  const measure = ending ?? (isAnimal ? '一只' : undefined)
  return measure === undefined ? ['一个'] : [measure, '一个']
}

const prepositions =
  / (?:with|without|of|in|on|at|over|behind|showing|pointing|pointed|tilted|holding|facing) /

/** "an OK hand", "an X-ray", but "a unicorn" and "a one-piece swimsuit". */
const vowelSound = /^(?!uni|uten|one|eu|ewe)(?:[aeiou]|hour|x-|SOS|NG )/i

const uncountedSubgroups = new Set(['math', 'zodiac', 'keycap', 'warning'])

const uncountedNames =
  /[,#*]|^(?:no|input|people|men|women|two|hundred|rolling) |^(?:Santa Claus|Mrs\. Claus|Mx Claus|mount fuji|Tokyo tower|Statue of Liberty|milky way|kaaba|om|high voltage)$|o'clock$|-thirty$|^map of Japan$/

const irregularPlurals = new Set(['men', 'women', 'people', 'skis', 'maracas', 'clothes'])

/** Last words that are not counted: substances, sports, states. */
const uncountedWords = new Set(
  'away badminton bacon bowling bread breast-feeding broccoli butter camping construction cooking copyright coral curly customs dizzy dna dango exchange fire fog foggy food garlic hockey ice information infinity lacrosse liquid locked luggage mate meat money oden off polish pong popcorn prohibited racing radioactive registered rice sake salt soap spaghetti star-struck sushi tennis thread together unlocked water wireless wood yarn ZZZ'.split(
    ' ',
  ),
)

/** Where a Chinese name is a thing that can be counted, and not a mood, a gesture or a sign. */
const countedSubgroups =
  /^((animal|plant|food|transport)-.*|place-(building|religious)|person(-role|-fantasy)?|cat-face|drink|dishware|award-medal|event|game|arts-crafts|clothing|musical-instrument|phone|computer|light-video|book-paper|mail|writing|office|lock|tool|science|medical|household|hotel|other-object|geometric)$/

const uncountedInChinese =
  /^一|施工|婚礼|喂养|赏月|闪亮|干杯|碰杯|开香槟|倾倒|电量|收邮件|待收|新信件|来信|表演|起飞|降落$|开花|风吹|落叶$/

const partsOfAnimals = /[头脸印网巢]$|鼻子|羽毛|翅膀|珊瑚|细菌/

/** Measure words by what a name ends in: 一辆 for vehicles, 一本 for books. */
const measureWords: readonly (readonly [RegExp, string])[] = [
  [/车$|轮椅$/, '一辆'],
  [/[船艇]$|[客渡]轮$/, '一艘'],
  [/飞机$|直升机$/, '一架'],
  [/[院楼塔庙堂社局厂寺]$|城堡$|学校$|房子$|别墅$/, '一座'],
  [/树$/, '一棵'],
  [/(?<![兰米烟梅])花$|玫瑰$|向日葵$|郁金香$|芙蓉$|风信子$/, '一朵'],
  [/[笔号笛]$|萨克斯管$|蜡烛$/, '一支'],
  [/书本$|^书$|笔记本$|账本$/, '一本'],
  [/灯$/, '一盏'],
  [/[刀伞锁剑椅锯尺]$|扳手$|椅子$|钥匙$|斧头$|吉他$|提琴$/, '一把'],
  [/[裙裤蛇]$|(?<![章河鳄])鱼$|围巾$|领带$/, '一条'],
  [/外套$|白大褂$|T恤$|和服$/, '一件'],
  [/[帽]$|头盔$|皇冠$/, '一顶'],
]

const chiralSubgroups = new Set([
  'alphanum',
  'award-medal',
  'computer',
  'game',
  'hand-single-finger',
  'keycap',
  'money',
  'music',
  'office',
  'place-map',
  'sound',
  'time',
])

const chiralWords =
  /\b(left|leftwards|left-facing|right|rightwards|right-facing|counterclockwise|waxing|waning|quarter|crescent|crossed|crossed-out|question|hospital|bank|hotel|store|school|ATM|bus stop|stop sign|taxi|ambulance|police|newspaper|e-mail|mailbox|OK|NO|ZZZ|hundred points|love letter|arrow|volume)\b/i
