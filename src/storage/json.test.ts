import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { StorageError } from '../errors.js'
import { firstFault, parseJson, printJson, readJson, writeJson } from './json.js'

test('what is written reads back equal', async () => {
  const files = createMemoryFiles()
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
      await writeJson(files, 'a.json', value)
      // JSON has one zero only.
      expect(JSON.stringify(await readJson(files, 'a.json'))).toBe(JSON.stringify(value))
    }),
    { numRuns: 50, seed: 1 },
  )
})

test('files are indented and end with a line break', async () => {
  const files = createMemoryFiles()
  await writeJson(files, 'a.json', { a: [1], b: undefined })
  expect(await files.readText('a.json')).toBe('{\n  "a": [\n    1\n  ]\n}\n')
})

describe('printJson refuses what JSON would change silently, and names its key', () => {
  class Pair {
    a = 1
  }
  test.each([
    [{ best: Number.POSITIVE_INFINITY }, 'Infinity under "best"'],
    [{ a: { loss: Number.NaN } }, 'NaN under "loss"'],
    [[1, undefined], 'undefined under "1"'],
    [undefined, 'undefined'],
    [{ big: 1n }, 'the big integer 1 under "big"'],
    [{ call: () => 1 }, 'a function under "call"'],
    [{ when: new Date(0) }, 'a value of the class Date under "when"'],
    [{ data: new Float32Array(1) }, 'a value of the class Float32Array under "data"'],
    [{ map: new Map() }, 'a value of the class Map under "map"'],
    [new Pair(), 'a value of the class Pair'],
  ])('case %#', (value, finding) => {
    expect(() => printJson(value, 'state.json')).toThrow(StorageError)
    expect(() => printJson(value, 'state.json')).toThrow(
      `state.json: JSON cannot hold ${finding}. Store a finite number`,
    )
  })
})

describe('parseJson', () => {
  test('says where the text is wrong', () => {
    expect(() => parseJson('{"a": 1,}', 'c.json')).toThrow(StorageError)
    expect(() => parseJson('{"a": 1,}', 'c.json')).toThrow(/^c\.json: not valid JSON: .+ Correct/)
  })

  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['[{"b":{"c":1,"d":2,"c":3}}]', 'c'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\\\":1,"\\\\":2}', '\\'],
  ])('refuses a key that one object has twice: %s', (text, key) => {
    expect(() => parseJson(text, 'x')).toThrow(`an object names ${JSON.stringify(key)} twice`)
  })

  test('accepts a key again in another object, as a value and inside a text', () => {
    const text = '{"a":{"a":"a"},"b":["a","a"],"c":"{\\"a\\":1,\\"a\\":2}","d\\\\":"\\\\\\""}'
    expect(parseJson(text, 'x')).toEqual(JSON.parse(text))
  })

  test('accepts whatever JSON.stringify prints', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text, 'x')).toEqual(JSON.parse(text))
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

test.each([
  [{ a: { b: 'x' } }, 'a.b: Invalid input: expected number, received string'],
  [{ a: { b: 1 }, c: 2 }, 'Unrecognized key: "c"'],
])('%j is told what is wrong, after the way to it where there is one', (value, fault) => {
  const schema = z.strictObject({ a: z.strictObject({ b: z.number() }) })
  expect(firstFault(schema.safeParse(value).error!)).toBe(fault)
})
