import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../engine/tensor/random.js'
import {
  createNearDuplicates,
  createSignature,
  eachShingle,
  estimateSimilarity,
  rowsOfBand,
  type ShingleOptions,
} from './near-duplicates.js'

const shingles: ShingleOptions = { unit: 'characters', length: 5 }
const random = createRandom(3, 'near duplicates')

const randomText = (length: number): string =>
  Array.from({ length }, () => 'abcdefgh 山水人大小'[random.integer(14)]).join('')

/** The text with some characters changed. */
const changed = (text: string, share: number): string =>
  Array.from(text, (character) => (random.uniform() < share ? 'x' : character)).join('')

/** The similarity of the sets of shingles, counted. */
const trueSimilarity = (first: string, second: string): number => {
  const setOf = (text: string) => {
    const plain = text.toLowerCase().replace(/\s+/g, ' ').trim()
    const found = new Set<string>()
    for (let start = 0; start + 5 <= plain.length; start++) found.add(plain.slice(start, start + 5))
    return found
  }
  const [one, other] = [setOf(first), setOf(second)]
  const shared = [...one].filter((shingle) => other.has(shingle)).length
  return shared / (one.size + other.size - shared)
}

const signatureOf = (text: string) => {
  const { least, add } = createSignature()
  eachShingle(text, shingles, add)
  return least
}

const verdictsOf = (texts: readonly string[], similarity = 0.8) => {
  const filter = createNearDuplicates({ similarity, shingles })
  return texts.map((text) => {
    const judge = filter.judge!()
    judge.read(text)
    return judge.verdict()
  })
}

describe('the estimate of a similarity', () => {
  test('is close to the true one, whatever it is', () => {
    const errors: number[] = []
    for (let pair = 0; pair < 60; pair++) {
      const first = randomText(400)
      const second = changed(first, pair / 300)
      const estimate = estimateSimilarity(signatureOf(first), signatureOf(second))
      errors.push(estimate - trueSimilarity(first, second))
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
    // A standard error of at most 0.044 each, and so 0.006 of the mean of 60.
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(spread).toBeLessThan(0.06)
  })

  test('is 1 for texts that differ in letter case and spaces only, and near 0 for others', () => {
    const estimate = (first: string, second: string) =>
      estimateSimilarity(signatureOf(first), signatureOf(second))
    expect(estimate('To be, or  not to be', 'to be,\nor not to be')).toBe(1)
    expect(estimate(randomText(500), randomText(500))).toBeLessThan(0.1)
  })
})

describe('nearly equal documents', () => {
  test('are dropped where their true similarity is well above the bound, and kept well below', () => {
    const firsts = Array.from({ length: 60 }, () => randomText(300))
    const seconds = firsts.map((text, index) => changed(text, (index % 10) / 100))
    const verdicts = verdictsOf([...firsts, ...seconds])
    expect(verdicts.slice(0, 60).every((verdict) => verdict === 'keep')).toBe(true)
    for (const [index, second] of seconds.entries()) {
      const similarity = trueSimilarity(firsts[index]!, second)
      if (similarity > 0.93) expect(verdicts[60 + index]).toBe('drop')
      if (similarity < 0.67) expect(verdicts[60 + index]).toBe('keep')
    }
  })

  test('may be shorter than a shingle', () => {
    expect(verdictsOf(['山水', '山水', '水山'])).toEqual(['keep', 'drop', 'keep'])
  })

  test('are compared by words where that is wanted', () => {
    const hashesOf = (text: string) => {
      const found: number[] = []
      eachShingle(text, { unit: 'words', length: 2 }, (hash) => found.push(hash))
      return found
    }
    expect(hashesOf('a b c')).toHaveLength(2)
    expect(hashesOf('x a b')[1]).toBe(hashesOf('a b c')[0])
  })

  test('share a band with the chance that the bound asks for', () => {
    expect(rowsOfBand(0.8)).toBe(8)
    expect(rowsOfBand(0.95)).toBe(16)
    expect(rowsOfBand(0.6)).toBe(4)
  })
})

test('the first of many documents is not forgotten', () => {
  const texts = Array.from({ length: 1100 }, () => randomText(60))
  const verdicts = verdictsOf([...texts, texts[0]!.replace(/.$/, 'x')])
  expect(verdicts.at(-1)).not.toBe(verdicts[0])
  expect(new Set(verdicts.slice(0, -1)).size).toBe(1)
})
