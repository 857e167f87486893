/**
 * What emoji are called in English and Chinese: reads the npm package emojibase-data, which carries
 * Unicode's CLDR names and keywords. Skin tones, components and country flags are left out.
 */

import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'
import type { Language } from '../example.js'

export const namesPackage = 'emojibase-data'

export interface EmojiNames {
  /** Lower case without the variation selector FE0F: "1f468-200d-1f692". */
  readonly hexcode: string
  /** "food-drink". */
  readonly group: string
  /** "food-fruit". */
  readonly subgroup: string
  readonly labels: Readonly<Record<Language, string>>
  readonly keywords: Readonly<Record<Language, readonly string[]>>
  /** Its name in the Unicode standard, in capitals, where it is a single character. */
  readonly unicodeName?: string
}

interface Entry {
  readonly hexcode: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group?: number
  readonly subgroup?: number
}

const leftOut = new Set(['country-flag', 'subdivision-flag', 'skin-tone', 'hair-style'])

/** All emoji of the package in `folder`, in Unicode's order. */
export const readEmojiNames = async (files: Files, folder: string): Promise<EmojiNames[]> => {
  const read = async <T>(name: string) => (await readJson(files, joinPath(folder, name))) as T
  const english = await read<Entry[]>('en/data.json')
  const chinese = await read<Entry[]>('zh/data.json')
  const unicodeNames = await read<Record<string, string>>('meta/unicode-names.json')
  const { groups, subgroups } =
    await read<Record<'groups' | 'subgroups', Record<string, string>>>('meta/groups.json')
  if (!Array.isArray(english) || !Array.isArray(chinese) || !groups || !subgroups) {
    throw new DataError(`${folder}: not the layout of ${namesPackage} 17; install that version`)
  }
  const chineseOf = new Map(chinese.map((entry) => [entry.hexcode, entry]))
  return english.flatMap((entry) => {
    const translated = chineseOf.get(entry.hexcode)
    const group = groups[entry.group ?? '']
    const subgroup = subgroups[entry.subgroup ?? '']
    if (!translated || !group || !subgroup || leftOut.has(subgroup)) return []
    const unicodeName = unicodeNames[entry.hexcode]
    return {
      hexcode: entry.hexcode.replaceAll('-FE0F', '').toLowerCase(),
      group,
      subgroup,
      labels: { en: entry.label, zh: translated.label },
      keywords: { en: entry.tags ?? [], zh: translated.tags ?? [] },
      ...(unicodeName === undefined ? {} : { unicodeName }),
    }
  })
}
