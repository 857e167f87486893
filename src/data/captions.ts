/**
 * What is said about an example this time: one phrase, chosen and varied as a function of (seed,
 * epoch, example). Names are joined with articles, style and keywords in the ways people type them.
 */

import { createRandom } from '../engine/tensor/random.js'
import { allWays, type Branch, type Choose, chooseBy, equally, withChance } from './choices.js'
import type { Caption, ExampleFacts, Language } from './example.js'

export interface Phrase {
  readonly language: Language
  readonly text: string
}

export interface CaptionChoice {
  readonly seed: number
  readonly epoch: number
  /** One of these is drawn each time, among those that the example has; all of them by default. */
  readonly languages?: readonly Language[]
  /** Whether partial captions are left out, as for examples that are held out. */
  readonly isComplete?: boolean
}

/** The phrase of an example in an epoch; empty where the example has no captions. */
export const captionOf = (
  { id, captions: all, style }: Pick<ExampleFacts, 'id' | 'captions' | 'style'>,
  { seed, epoch, languages = ['en', 'zh'], isComplete = false }: CaptionChoice,
): Phrase => {
  const captions = all.filter(({ isPartial = false }) => !(isComplete && isPartial))
  const choose = chooseBy(createRandom(seed, 'caption', epoch, id))
  const spoken = languages.filter((language) => captions.some((one) => one.language === language))
  const speakable = spoken.length > 0 ? spoken : captions.map(({ language }) => language)
  const language = speakable.length > 0 ? choose(equally(speakable)) : 'en'
  const known = captions.filter((caption) => caption.language === language)
  const subjects = known.filter(isSubject)
  const keywords = known.filter(isKeyword).map(({ text }) => text)
  if (subjects.length === 0) return { language, text: keywords.join(separators[language]) }
  const subject = choose(subjects.map((caption) => [caption.weight ?? 1, caption]))
  if (subject.role !== 'name') return { language, text: subject.text }
  const text = phrasings[language]({ name: subject, keywords, style, choose })
  const isLowered = choose(withChance(loweredShare))
  return { language, text: isLowered ? text.toLowerCase() : text }
}

/**
 * All phrases that `captionOf` may choose for an example, in either language, but for those with
 * keywords and those in lower case.
 */
export const phrasingsOf = ({
  captions,
  style,
}: Pick<ExampleFacts, 'captions' | 'style'>): Set<string> =>
  new Set(
    captions.filter(isSubject).flatMap((name) => {
      if (name.role !== 'name') return name.text
      const phrasing = phrasings[name.language]
      return allWays((choose) => phrasing({ name, keywords: [], style, choose }))
    }),
  )

const isKeyword = ({ role }: Caption): boolean => role === 'keyword'
const isSubject = (caption: Caption): boolean => !isKeyword(caption)

interface Material {
  readonly name: Caption
  readonly keywords: readonly string[]
  readonly style: string | undefined
  readonly choose: Choose
}

/** How often a phrase names the style, where there is one. */
const styledShare = 0.75
const loweredShare = 0.15
/** How often keywords stand in for the name, and how often they follow it. */
const keywordsAlone = 0.05
const keywordsAfter = 0.1

const separators: Record<Language, string> = { en: ', ', zh: '，' }

const phrasings: Record<Language, (material: Material) => string> = {
  en: ({ name, keywords, style, choose }) => {
    const subject = describe('en', name, keywords, choose, [
      [5, (words) => words],
      [5, (words, article) => (article ? `${article} ${words}` : words)],
      [0.5, (words) => `${words} emoji`],
      [0.5, (words, article) => `a picture of ${article ? `${article} ` : ''}${words}`],
    ])
    if (style === undefined || !choose(withChance(styledShare))) return subject
    return choose([
      [5, `${subject} in ${style} style`],
      [3, `${subject}, ${style} style`],
      [1, `${subject} in the style of ${style}`],
      [1, `${style} style ${name.text}`],
      [1, `${style} ${name.text}`],
    ])
  },
  zh: ({ name, keywords, style, choose }) => {
    const subject = describe('zh', name, keywords, choose, [
      [6, (words) => words],
      [4, (words, article) => `${article}${words}`],
      [0.5, (words) => `${words}的图片`],
      [0.5, (words, article) => `画${article}${words}`],
    ])
    if (style === undefined || !choose(withChance(styledShare))) return subject
    const article = chooseArticle(name, choose)
    return choose([
      [4, `${style} 风格的${name.text}`],
      [2, `${style}风格的${name.text}`],
      [2, `${article}${article && ' '}${style} 风格的${name.text}`],
      [2, `${subject}，${style} 风格`],
    ])
  },
}

type Framing = (words: string, article: string) => string

/** The name in one of the framings, or now and then with keywords or as keywords alone. */
const describe = (
  language: Language,
  name: Caption,
  keywords: readonly string[],
  choose: Choose,
  framings: readonly Branch<Framing>[],
): string => {
  const words = choose([
    [keywordsAlone, 'keywords'],
    [keywordsAfter, 'both'],
    [1 - keywordsAlone - keywordsAfter, 'name'],
  ])
  if (words === 'keywords' && keywords.length > 1) {
    return sample(choose, keywords, 3).join(separators[language])
  }
  if (words !== 'name' && keywords.length > 0) {
    return [name.text, ...sample(choose, keywords, 2)].join(separators[language])
  }
  return choose(framings)(name.text, chooseArticle(name, choose))
}

/** The first article three times in four: "a" before "the". */
const chooseArticle = ({ articles = [] }: Caption, choose: Choose): string => {
  const known = articles.length > 0 ? articles : ['']
  return choose(withChance(0.75)) ? known[0]! : choose(equally(known))
}

/** One to `most` different items, in random order. */
const sample = <Item>(choose: Choose, items: readonly Item[], most: number): Item[] => {
  const left = [...items]
  const numbers = Array.from({ length: Math.min(most, left.length) }, (_, index) => index + 1)
  const count = choose(equally(numbers))
  return Array.from({ length: count }, () => {
    const place = choose(equally(Array.from(left.keys())))
    return left.splice(place, 1)[0]!
  })
}
