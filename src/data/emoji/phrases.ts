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
      .filter((keyword) => keyword !== name)
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
  const isOnePerson = /^(person|man|woman|face)\b/.test(name)
  if (!isOnePerson && (isPlural(last) || uncountedWords.has(last))) return []
  return [vowelSound.test(name) ? 'an' : 'a', 'the']
}

const isPlural = (word: string): boolean =>
  /s$/.test(word) ? !/(ss|us|is|os|as|’s|'s)$/.test(word) : irregularPlurals.has(word)

const chineseArticles = ({ subgroup }: EmojiNames): readonly string[] =>
  measureWords.find(([subgroups]) => subgroups.test(subgroup))?.[1] ?? []

const prepositions =
  / (?:with|without|of|in|on|at|over|behind|showing|pointing|pointed|tilted|holding|facing) /

/** "an OK hand", "an X-ray", but "a unicorn" and "a one-piece swimsuit". */
const vowelSound = /^(?!uni|uten|one|eu|ewe)(?:[aeiou]|x-|SOS|ATM)/i

const uncountedSubgroups = new Set(['math', 'zodiac', 'keycap', 'warning'])

const uncountedNames =
  /[,#*]|^(?:no|input|people|men|women|two|hundred|rolling) |^(?:Santa Claus|Mrs\. Claus|Mx Claus|mount fuji|Tokyo tower|Statue of Liberty|milky way|kaaba|om|high voltage)$|o'clock$|-thirty$|^map of Japan$/

const irregularPlurals = new Set(['men', 'women', 'people', 'children', 'teeth', 'feet'])

/** Last words that are not counted: substances, sports, states. */
const uncountedWords = new Set(
  'away badminton bacon bowling bread breast-feeding broccoli butter camping construction cooking copyright coral curly customs dizzy dna dango exchange fire fog foggy food garlic hockey ice information infinity lacrosse liquid locked luggage mate meat oden off polish pong popcorn prohibited racing radioactive registered rice sake salt soap spaghetti star-struck sushi tennis thread unlocked water wireless wood yarn ZZZ'.split(
    ' ',
  ),
)

/** The first row whose pattern matches a subgroup; subgroups of none go without. */
const measureWords: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^animal-|^cat-face$/, ['一只', '一个']],
  [/^plant-flower$/, ['一朵', '一个']],
  [/^plant-other$/, ['一个', '一棵']],
  [/^place-(building|religious)$/, ['一座', '一个']],
  [/^transport-(ground|water|air)$/, ['一个']],
  [/^(food-|drink|dishware)/, ['一个']],
  [/^person(-role|-fantasy)?$/, ['一个']],
  [/^(award-medal|event|game|arts-crafts|clothing|musical-instrument|phone|computer)$/, ['一个']],
  [/^(light-video|book-paper|mail|writing|office|lock|tool|science|medical|household)$/, ['一个']],
  [/^(geometric|body-parts|hotel|other-object)$/, ['一个']],
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
  /left|right|clockwise|waxing|waning|quarter|crescent|crossed|question|hospital|bank|hotel|store|school|ATM|bus stop|stop sign|taxi|ambulance|police|newspaper|e-mail|mailbox|OK|NO\b|ZZZ|hundred points|beginner|\bpool\b|soon|back arrow|love letter|arrow/i
