/** What a caption says of a clip, read back by the words that the grammar has for it. */

import type { SpriteAttributes } from './attributes.js'
import { chinesePhrases } from './chinese.js'
import { englishPhrases } from './english.js'
import type { Phrase } from './phrases.js'
import { onlyDirection } from './sheet.js'

/** Whether a text is in a script without spaces, where words stand side by side. */
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** The value whose longest phrase is in a text, as whole words where there are spaces. */
const find = (text: string, phrases: readonly Phrase[]): string | undefined => {
  const spaced = (words: string) => (isChinese(text) ? words : ` ${words} `)
  const padded = spaced(text.replace(/[,:]/g, ''))
  let best: { readonly words: string; readonly value: string } | undefined
  for (const [words, value] of phrases) {
    if (words.length <= (best?.words.length ?? 0) || !padded.includes(spaced(words))) continue
    best = { words, value }
  }
  return best?.value
}

/** The values of what a caption in either language speaks of, as questions name them. */
export const readCaption = (text: string): Readonly<Record<string, string>> => {
  const phrases = isChinese(text) ? chinesePhrases : englishPhrases
  const said = Object.fromEntries(
    Object.entries(phrases).flatMap(([name, all]) => {
      const value = find(text, all)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  // The phrases of actions have no other values.
  const follows = onlyDirection[said.action as SpriteAttributes['action']]
  return follows === undefined ? said : { ...said, direction: follows }
}
