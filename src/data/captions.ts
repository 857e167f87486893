/**
 * What is said about an example this time: one phrase, chosen and varied as a function of (seed,
 * epoch, example). Names are joined with articles, style and keywords in the ways people type them.
 */

import { createRandom, type Random } from '../engine/tensor/random.js'
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
}

/** The phrase of an example in an epoch; empty where the example has no captions. */
export const captionOf = (
  { id, captions, style }: Pick<ExampleFacts, 'id' | 'captions' | 'style'>,
  { seed, epoch, languages = ['en', 'zh'] }: CaptionChoice,
): Phrase => {
  const random = createRandom(seed, 'caption', epoch, id)
  const spoken = languages.filter((language) => captions.some((one) => one.language === language))
  const language = pick(random, spoken.length > 0 ? spoken : languagesIn(captions)) ?? 'en'
  const known = captions.filter((caption) => caption.language === language)
  const subject = pickWeighted(
    random,
    known.filter(({ role }) => role !== 'keyword'),
  )
  const keywords = known.filter(({ role }) => role === 'keyword').map(({ text }) => text)
  if (subject === undefined) return { language, text: keywords.join(separators[language]) }
  if (subject.role !== 'name') return { language, text: subject.text }
  const text = phrasings[language]({ name: subject, keywords, style, random })
  const isLowered = random.uniform() < loweredShare
  return { language, text: isLowered ? text.toLowerCase() : text }
}

interface Material {
  readonly name: Caption
  readonly keywords: readonly string[]
  readonly style: string | undefined
  readonly random: Random
}

/** How often a phrase names the style, where there is one. */
const styledShare = 0.75
const loweredShare = 0.15
/** How often keywords stand in for the name, and how often they follow it. */
const keywordsAlone = 0.05
const keywordsAfter = 0.1

const separators: Record<Language, string> = { en: ', ', zh: '，' }

const phrasings: Record<Language, (material: Material) => string> = {
  en: ({ name, keywords, style, random }) => {
    const subject = describe('en', name, keywords, random, [
      [5, (words) => words],
      [5, (words, article) => (article ? `${article} ${words}` : words)],
      [0.5, (words) => `${words} emoji`],
      [0.5, (words, article) => `a picture of ${article ? `${article} ` : ''}${words}`],
    ])
    if (style === undefined || random.uniform() >= styledShare) return subject
    return pickBranch(random, [
      [5, `${subject} in ${style} style`],
      [3, `${subject}, ${style} style`],
      [1, `${subject} in the style of ${style}`],
      [1, `${style} style ${name.text}`],
      [1, `${style} ${name.text}`],
    ])
  },
  zh: ({ name, keywords, style, random }) => {
    const subject = describe('zh', name, keywords, random, [
      [6, (words) => words],
      [4, (words, article) => `${article}${words}`],
      [0.5, (words) => `${words}的图片`],
      [0.5, (words, article) => `画${article}${words}`],
    ])
    if (style === undefined || random.uniform() >= styledShare) return subject
    const article = pickArticle(name, random)
    return pickBranch(random, [
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
  random: Random,
  framings: readonly Branch<Framing>[],
): string => {
  const kind = random.uniform()
  if (kind < keywordsAlone && keywords.length > 1) {
    return sample(random, keywords, 3).join(separators[language])
  }
  if (kind < keywordsAlone + keywordsAfter && keywords.length > 0) {
    return [name.text, ...sample(random, keywords, 2)].join(separators[language])
  }
  return pickBranch(random, framings)(name.text, pickArticle(name, random))
}

/** The first article three times in four: "a" before "the". */
const pickArticle = ({ articles = [] }: Caption, random: Random): string => {
  const isFirst = random.uniform() < 0.75
  return (isFirst ? articles[0] : pick(random, articles)) ?? ''
}

const languagesIn = (captions: readonly Caption[]): Language[] =>
  captions.map(({ language }) => language)

const pick = <T>(random: Random, choices: readonly T[]): T | undefined =>
  choices[random.integer(choices.length)]

const pickWeighted = (random: Random, captions: readonly Caption[]): Caption | undefined =>
  captions.length === 0
    ? undefined
    : pickBranch(
        random,
        captions.map((caption) => [caption.weight ?? 1, caption] as const),
      )

type Branch<T> = readonly [weight: number, choice: T]

const pickBranch = <T>(random: Random, branches: readonly Branch<T>[]): T => {
  let rest = random.uniform() * branches.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, choice] of branches) {
    rest -= weight
    if (rest < 0) return choice
  }
  return branches.at(-1)![1]
}

/** One to `most` different choices, in random order. */
const sample = <T>(random: Random, choices: readonly T[], most: number): T[] => {
  const left = [...choices]
  const count = 1 + random.integer(Math.min(most, left.length))
  return Array.from({ length: count }, () => left.splice(random.integer(left.length), 1)[0]!)
}
