/** Examples in words: as a person might type them, and as errors name them. */

import { type ExampleFacts, type Language, languages } from '../../data/example.js'
import type { Layout } from '../../network/models/text-image.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'

type Named = Pick<ExampleFacts, 'captions'>

/** What an example is called in a language, or in any. */
export const namesOf = ({ captions }: Named, language?: Language): string[] =>
  captions
    .filter(({ role }) => role !== 'keyword')
    .filter((one) => language === undefined || one.language === language)
    .map(({ text }) => text)

/** The example's first name in a language; its first caption where it has none there. */
export const nameOf = (example: Named, language: Language): string =>
  namesOf(example, language)[0] ?? example.captions[0]?.text ?? ''

/** The wanted languages that an example has a name in; where there are none, any that it has. */
export const namedLanguages = (example: Named, wanted: readonly Language[]): Language[] => {
  const named = languages.filter((language) => namesOf(example, language).length > 0)
  const common = named.filter((language) => wanted.includes(language))
  return common.length > 0 ? common : named
}

/** The name with the style, where there is one: "red apple, Noto style". */
export const phraseOf = (
  example: Pick<ExampleFacts, 'captions' | 'style'>,
  language: Language,
): string => {
  const name = nameOf(example, language)
  if (example.style === undefined) return name
  return language === 'zh' ? `${example.style} 风格的${name}` : `${name}, ${example.style} style`
}

/** A phrase cut off where a model stops reading, as captions are that it learns from. */
export const fitPhrase = (
  phrase: string,
  text: TextTokenizer,
  { textLength }: Pick<Layout, 'textLength'>,
): string => {
  const characters = [...phrase]
  while (text.encode(characters.join('').trim()).length >= textLength) characters.pop()
  return characters.join('').trim()
}

/** How many examples of a batch errors name. */
const named = 4

/** The first examples of a batch and how many more there are: "noto/1F34E, noto/1F600 and 30 more". */
export const describeExamples = (examples: readonly Pick<ExampleFacts, 'id'>[]): string => {
  const ids = examples.slice(0, named).map(({ id }) => id)
  const more = examples.length - ids.length
  return ids.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
