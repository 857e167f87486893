/** The plain words for an example, as a person might type them. */

import type { ExampleFacts, Language } from '../../data/example.js'

/** The example's name in a language; its first caption where it has none there. */
export const nameOf = ({ captions }: Pick<ExampleFacts, 'captions'>, language: Language): string =>
  (captions.find((one) => one.language === language && one.role !== 'keyword') ?? captions[0])
    ?.text ?? ''

/** The name with the style, where there is one: "red apple, Noto style". */
export const phraseOf = (
  example: Pick<ExampleFacts, 'captions' | 'style'>,
  language: Language,
): string => {
  const name = nameOf(example, language)
  if (example.style === undefined) return name
  return language === 'zh' ? `${example.style} 风格的${name}` : `${name}, ${example.style} style`
}

/** Members of a list, spread evenly over it. */
export const spreadOver = <Item>(list: readonly Item[], count: number): Item[] => {
  const taken = Math.min(count, list.length)
  return Array.from(
    { length: taken },
    (_, place) => list[Math.floor((place * list.length) / taken)]!,
  )
}
