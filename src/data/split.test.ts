import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Split, splitExamples } from './split.js'

const styles = ['Noto', 'Twemoji', 'OpenMoji', 'Fluent', 'EmojiOne']

interface SplitExample {
  readonly group: string
  readonly style: string
  readonly fingerprint: string
}

/** Groups in all styles, every picture different. */
const examplesOf = (groups: number): SplitExample[] =>
  styles.flatMap((style) =>
    Array.from({ length: groups }, (_, group) => ({
      group: `1f${group}`,
      style,
      fingerprint: `${style} ${group}`,
    })),
  )

const expectNoLeak = (examples: readonly SplitExample[], split: Split) => {
  const { train, heldOut, heldOutPairs } = split
  const all = [...train, ...heldOut, ...heldOutPairs].sort((a, b) => a - b)
  expect(all).toEqual([...examples.keys()])
  const values = (part: readonly number[], value: (example: SplitExample) => string) =>
    new Set(part.map((index) => value(examples[index]!)))
  const groupsOf = (part: readonly number[]) => values(part, ({ group }) => group)
  const picturesOf = (part: readonly number[]) => values(part, ({ fingerprint }) => fingerprint)
  const pairsOf = (part: readonly number[]) => values(part, (one) => `${one.group} ${one.style}`)
  const known = [...train, ...heldOutPairs]
  const shared = (some: Set<string>, others: Set<string>) =>
    [...some].filter((one) => others.has(one))
  expect(shared(groupsOf(heldOut), groupsOf(known))).toEqual([])
  expect(shared(picturesOf(heldOut), picturesOf(known))).toEqual([])
  expect(shared(picturesOf(heldOutPairs), picturesOf(train))).toEqual([])
  expect(shared(pairsOf(heldOutPairs), pairsOf(train))).toEqual([])
  expect(shared(groupsOf(heldOutPairs), groupsOf(train))).toEqual([...groupsOf(heldOutPairs)])
}

describe('splitExamples', () => {
  const examples = examplesOf(1000)
  const split = splitExamples(examples, { seed: 1 })

  it('puts each example into one part and leaks nothing', () => {
    expectNoLeak(examples, split)
  })

  it('holds out a tenth of the groups in all styles, and single pairs beside them', () => {
    expect(split.heldOut.length / examples.length).toBeCloseTo(0.1, 1)
    expect(split.heldOut.length % styles.length).toBe(0)
    expect(split.heldOutPairs).toHaveLength(300)
    const heldOutStyles = split.heldOutPairs.map((index) => examples[index]!.style)
    expect(new Set(heldOutStyles)).toEqual(new Set(styles))
  })

  it('refuses a name to hold out that no group has, and tells the nearest one', () => {
    const few = ['jump', 'wave/7', 'walk'].map((group) => ({ group }))
    const hold = (name: string) => () => splitExamples(few, { seed: 1, heldOutNames: [name] })
    expect(hold('wave/7')().heldOut).toContain(1)
    expect(hold('wvae/7')).toThrow(
      'heldOutNames: there is no group wvae/7 in the data. Did you mean wave/7?',
    )
    expect(hold('s8')).toThrow('There are jump, wave/7, walk.')
  })

  it('is the same for the same seed, whatever the order of the examples', () => {
    const reversed = splitExamples(examples.toReversed(), { seed: 1 })
    const fromEnd = reversed.heldOut.map((index) => examples.length - 1 - index)
    expect(fromEnd.sort((a, b) => a - b)).toEqual(split.heldOut)
    expect(splitExamples(examples, { seed: 2 }).heldOut).not.toEqual(split.heldOut)
  })

  it('moves no group when other groups are added', () => {
    const more = splitExamples([...examples, { group: 'ff', style: 'Noto', fingerprint: 'ff' }], {
      seed: 1,
    })
    expect(more.heldOut.filter((index) => index < examples.length)).toEqual(split.heldOut)
  })

  it('keeps groups with an identical picture on the same side', () => {
    const twins = examples.map((example) =>
      example.style === 'OpenMoji'
        ? { ...example, fingerprint: `${example.group.length}` }
        : example,
    )
    const sides = splitExamples(twins, { seed: 1 })
    expectNoLeak(twins, sides)
  })

  it('holds no pair out of a group that has one style only', () => {
    const single = examples.filter(({ style }) => style === 'Noto')
    expect(splitExamples(single, { seed: 1 }).heldOutPairs).toEqual([])
  })

  it('leaks nothing whatever pictures are shared', () => {
    const example = fc.record({
      group: fc.constantFrom(...'abcdefghijkl'),
      style: fc.constantFrom(...styles),
      fingerprint: fc.integer({ min: 0, max: 30 }).map(String),
    })
    const set = fc.uniqueArray(example, {
      selector: ({ group, style }) => `${group} ${style}`,
      maxLength: 40,
    })
    fc.assert(
      fc.property(set, fc.nat(100), (some, seed) => {
        expectNoLeak(some, splitExamples(some, { seed, heldOutShare: 0.3, heldOutPairs: 4 }))
      }),
    )
  })
})
