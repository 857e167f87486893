/**
 * JSON files, strictly: what JSON cannot hold is refused when it is written, and an object that
 * names a key twice when it is read. What the values mean is left to the reader's schema.
 */

import type { z } from 'zod'
import { StorageError } from '../errors.js'
import type { Files } from './files.js'

/** Reads a JSON file. Throws StorageError with the place of a mistake. */
export const readJson = async (files: Files, path: string): Promise<unknown> =>
  parseJson(await files.readText(path), path)

/** Writes a value as an indented JSON file. Throws StorageError like `printJson`. */
export const writeJson = (files: Files, path: string, value: unknown): Promise<void> =>
  files.write(path, `${printJson(value, path, 2)}\n`)

/** Parses JSON; `subject` is what a StorageError's message starts with. */
export const parseJson = (text: string, subject: string): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    // JSON.parse throws nothing but SyntaxError.
    const reason = (cause as Error).message
    throw new StorageError(
      `${subject}: not valid JSON: ${reason}. Correct it, or copy or create the file again.`,
      { cause },
    )
  }
  const twice = findRepeatedKey(text)
  if (twice !== undefined) {
    throw new StorageError(
      `${subject}: an object names ${JSON.stringify(twice)} twice. Remove one of the two.`,
    )
  }
  return value
}

/** The first thing that a schema finds wrong, after the way to it: `network.width: expected ...`. */
export const firstFault = ({ issues }: z.ZodError): string => {
  // There is no error without one.
  const { path, message } = issues[0]!
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`
}

/**
 * A value as JSON text. Throws StorageError on what JSON.stringify would change or drop silently:
 * numbers that are not finite, functions, big integers, instances of classes and typed arrays.
 */
export const printJson = (value: unknown, subject: string, indent?: number): string => {
  const refuse = (key: string, found: string): never => {
    const place = key === '' ? '' : ` under ${JSON.stringify(key)}`
    throw new StorageError(
      `${subject}: JSON cannot hold ${found}${place}. Store a finite number, text, truth value, ` +
        'null, list or plain object instead.',
    )
  }
  const text = JSON.stringify(
    value,
    function (this: Record<string, unknown>, key, converted: unknown) {
      const found = this[key] // before toJSON, which would make text of a date
      if (typeof found === 'number' && !Number.isFinite(found)) refuse(key, String(found))
      if (typeof found === 'bigint') refuse(key, `the big integer ${found}`)
      if (typeof found === 'function' || typeof found === 'symbol') refuse(key, `a ${typeof found}`)
      if (found === undefined && (key === '' || Array.isArray(this))) refuse(key, 'undefined')
      if (typeof found === 'object' && found !== null && !isPlain(found)) {
        refuse(key, `a value of the class ${found.constructor.name}`)
      }
      return converted
    },
    indent,
  )
  return text
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

/** The first key that one object of a valid JSON text has twice; JSON.parse keeps the last. */
const findRepeatedKey = (text: string): string | undefined => {
  const open: (Set<string> | undefined)[] = [] // the keys of each open object; lists have none
  let lastText = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOfText(text, index)
      lastText = text.slice(index, end + 1)
      index = end
    } else if (character === ':') {
      // Two spellings of one key, as in "a" and "\u0061", are the same. What is quoted is a text.
      const key = lastText.includes('\\') ? (JSON.parse(lastText) as string) : lastText.slice(1, -1)
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}

/** The place of the quote that closes the one at `start`. */
const endOfText = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
}
