/**
 * Divides examples into training and two held-out parts: whole groups that training never sees in
 * any style, and single (group, style) pairs whose group it knows in other styles. Who goes where
 * depends on hashes of (seed, group); groups that share an identical picture stay together.
 */

import { hashOf } from '../engine/tensor/random.js'
import { DataError } from '../errors.js'
import type { ExampleFacts } from './example.js'
import { didYouMean } from './nearest-name.js'

export interface SplitOptions {
  readonly seed: number
  /** The share of groups that is held out in all styles. */
  readonly heldOutShare?: number
  /** Groups that are held out whatever the lot says. */
  readonly heldOutNames?: readonly string[]
  /** How many (group, style) pairs are held out of the other groups, at most one of a group. */
  readonly heldOutPairs?: number
}

/** Indexes into the examples, each in exactly one list, in increasing order. */
export interface Split {
  readonly train: readonly number[]
  /** Unknown things: the group is in no other part. */
  readonly heldOut: readonly number[]
  /** Known things in an unknown style: the group is in `train`, this style of it is not. */
  readonly heldOutPairs: readonly number[]
}

/** What to measure on: unknown things, or those of the training part where none are held out. */
export const measuredMembers = ({ heldOut, train }: Split): readonly number[] =>
  heldOut.length > 0 ? heldOut : train

type SplitExample = Pick<ExampleFacts, 'group' | 'style'> & { readonly fingerprint?: string }

/** Throws DataError for a name to hold out that no group has. */
export const splitExamples = (
  examples: readonly SplitExample[],
  { seed, heldOutShare = 0.1, heldOutNames = [], heldOutPairs = 300 }: SplitOptions,
): Split => {
  checkNames(heldOutNames, examples)
  const families = familiesOf(examples)
  const named = new Set(
    heldOutNames.flatMap((name) => families.filter((_, index) => examples[index]!.group === name)),
  )
  const isHeldOut = (family: string) =>
    named.has(family) || hashOf(seed, 'held out', family) < heldOutShare * 2 ** 32
  const members = new Map<string, number[]>()
  for (const [index, family] of families.entries()) {
    if (!members.get(family)?.push(index)) members.set(family, [index])
  }
  const pairs = [...members]
    .filter(([family]) => !isHeldOut(family))
    .flatMap(([family, indexes]) => choosePair(seed, family, indexes, examples) ?? [])
    .sort((a, b) => a.order - b.order)
    .slice(0, heldOutPairs)
  const pairIndexes = new Set(pairs.flatMap(({ indexes }) => indexes))
  const split: Record<keyof Split, number[]> = { train: [], heldOut: [], heldOutPairs: [] }
  for (const [index, family] of families.entries()) {
    if (isHeldOut(family)) split.heldOut.push(index)
    else if (pairIndexes.has(index)) split.heldOutPairs.push(index)
    else split.train.push(index)
  }
  return split
}

const checkNames = (names: readonly string[], examples: readonly SplitExample[]): void => {
  const groups = new Set(examples.map(({ group }) => group))
  const unknown = names.find((name) => !groups.has(name))
  if (unknown === undefined) return
  const more = groups.size > 4 ? ` and ${groups.size - 4} more` : ''
  const known = ` There are ${[...groups].slice(0, 4).join(', ')}${more}.`
  throw new DataError(
    `heldOutNames: there is no group ${unknown} in the data.${didYouMean(unknown, groups) || known}`,
  )
}

interface Pair {
  /** Pairs are taken in this order. */
  readonly order: number
  readonly indexes: readonly number[]
}

/**
 * One style of a family, or none where that would leave one of its groups without any other style,
 * or where a picture of that style also appears in another.
 */
const choosePair = (
  seed: number,
  family: string,
  indexes: readonly number[],
  examples: readonly SplitExample[],
): Pair | undefined => {
  const styles = [...new Set(indexes.map((index) => examples[index]!.style ?? ''))].sort()
  const style = styles[hashOf(seed, 'style', family) % styles.length]
  const [inside, outside] = [
    indexes.filter((index) => (examples[index]!.style ?? '') === style),
    indexes.filter((index) => (examples[index]!.style ?? '') !== style),
  ]
  const knownGroups = new Set(outside.map((index) => examples[index]!.group))
  const knownPictures = new Set(outside.map((index) => examples[index]!.fingerprint))
  const isLearnable = inside.every((index) => {
    const { group, fingerprint } = examples[index]!
    return knownGroups.has(group) && (fingerprint === undefined || !knownPictures.has(fingerprint))
  })
  return isLearnable ? { order: hashOf(seed, 'pair', family), indexes: inside } : undefined
}

/**
 * For each example the name of its family: groups that are linked through identical pictures, named
 * after the first of them in alphabetical order, so that the order of examples does not matter.
 */
const familiesOf = (examples: readonly SplitExample[]): string[] => {
  const parents = new Map<string, string>()
  const familyOf = (group: string): string => {
    let family = group
    for (let up = parents.get(family); up !== undefined; up = parents.get(family)) family = up
    return family
  }
  const firstGroups = new Map<string, string>()
  for (const { group, fingerprint } of examples) {
    if (fingerprint === undefined) continue
    const [one, other] = [familyOf(firstGroups.get(fingerprint) ?? group), familyOf(group)]
    firstGroups.set(fingerprint, group)
    if (one < other) parents.set(other, one)
    else if (other < one) parents.set(one, other)
  }
  return examples.map(({ group }) => familyOf(group))
}
