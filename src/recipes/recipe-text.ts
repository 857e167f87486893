/**
 * The text of a recipe: YAML as a tree of nodes that know their places, with overrides applied to
 * it. What the keys mean is left to the schema.
 */

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { Override } from './override.js'

/** Where something stands: `captions.yaml:7:10` or `override model.heads=7`. */
export interface Place {
  readonly text: string
  /** Grows in the order in which a reader meets the places. */
  readonly order: number
}

/** Something about a recipe that is wrong. */
export interface Fault {
  readonly place: Place
  readonly message: string
}

export interface RecipeText {
  /** All values, as JSON has them. */
  readonly value: unknown
  /** Where the value at a path stands; for a missing one, where the mapping around it does. */
  placeOfValue(path: readonly PropertyKey[]): Place
  /** Where a key of the mapping at a path stands. */
  placeOfKey(path: readonly PropertyKey[], key: string): Place
}

export interface RecipeTextOptions {
  /** What places call the text: the path of its file. */
  readonly name: string
  readonly overrides?: readonly Override[]
}

/** Reads the text; faults of its syntax come instead of the values. */
export const readRecipeText = (
  text: string,
  { name, overrides = [] }: RecipeTextOptions,
): RecipeText | readonly Fault[] => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { text: `${name}:${line}:${col}`, order: offset }
  }
  const faults = [
    ...syntaxErrorsOf(document).map((error) => ({
      place: placeAt(error.pos[0]),
      message: describeSyntaxError(error, text.slice(error.pos[0])),
    })),
    ...danglingAliasesOf(document).map((alias) => ({
      place: placeAt(alias.range?.[0] ?? 0),
      message: 'expected a value, got a reference to one that is not there.',
    })),
  ]
  if (faults.length > 0) return faults

  for (const override of overrides) applyOverride(document, override)
  let value: unknown
  try {
    value = document.toJS()
  } catch {
    // References to references, which would take up all memory when written out.
    return [{ place: placeAt(0), message: 'expected a recipe, got too many references to values.' }]
  }
  const placeOfOverride = (matches: (override: Override) => boolean): Place | undefined => {
    const index = overrides.findLastIndex(matches)
    const override = overrides[index]
    return override && { text: `override ${override.text}`, order: text.length + index }
  }
  const placeOf = (path: readonly PropertyKey[], node: Node | undefined): Place =>
    placeOfOverride((override) => isStartOf(override.path, path)) ??
    // Nodes that were not read but made, for an override below them, have no range.
    (node !== undefined && node.range == null
      ? placeOfOverride((override) => isStartOf(path, override.path))
      : undefined) ??
    placeAt(node?.range?.[0] ?? 0)
  return {
    value,
    placeOfValue: (path) => placeOf(path, nodeAt(document, path)),
    placeOfKey: (path, key) => placeOf([...path, key], keyNodeAt(document, path, key)),
  }
}

const isStartOf = (start: readonly PropertyKey[], path: readonly PropertyKey[]): boolean =>
  start.every((key, depth) => String(key) === String(path[depth]))

/** All keys that are given twice, but only the first of other errors, since the rest follow from it. */
const syntaxErrorsOf = ({ errors, warnings }: Document): YAMLError[] => {
  const isTwice = ({ code }: YAMLError) => code === 'DUPLICATE_KEY'
  const others = [...errors, ...warnings].filter((error) => !isTwice(error))
  return [...errors.filter(isTwice), ...others.slice(0, 1)]
}

/** `rest` is the text from the error on. */
const describeSyntaxError = ({ code, message }: YAMLError, rest: string): string => {
  switch (code) {
    case 'DUPLICATE_KEY':
      return `the key ${/^[^\s:]*/.exec(rest)} is given twice. Remove one of the two.`
    case 'MULTIPLE_DOCS':
      return 'expected one recipe, got a second one after ---. Put it in a file of its own.'
    case 'TAB_AS_INDENT':
      return 'expected spaces before a key, got a tab.'
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'expected one value, got another ": " behind it. Put quotes around a text that has one.'
    default:
      return `not valid YAML: ${message}.`
  }
}

const danglingAliasesOf = (document: Document): Node[] => {
  const dangling: Node[] = []
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) dangling.push(alias)
    },
  })
  return dangling
}

/**
 * Puts a value in its place, with mappings around it where there are none yet; no value, as in
 * `training.minutes=`, takes the key away.
 */
const applyOverride = (document: Document, { path, value }: Override): void => {
  copyReferences(document, path)
  if (value === null) {
    if (document.hasIn(path)) document.deleteIn(path)
    return
  }
  for (let depth = 0; depth < path.length; depth++) {
    const around = path.slice(0, depth)
    const node = depth === 0 ? document.contents : document.getIn(around, true)
    if (isMap(node) || (isSeq(node) && /^\d+$/.test(path[depth]!))) continue
    // A bare kind, as in `source: emoji`, is short for a mapping.
    const kind = isScalar(node) && typeof node.value === 'string' ? { kind: node.value } : {}
    const mapping = document.createNode(kind)
    if (depth === 0) document.contents = mapping
    else document.setIn(around, mapping)
  }
  document.setIn(path, document.createNode(value))
}

/** Puts copies of values in the place of references to them along a path, to change those alone. */
const copyReferences = (document: Document, path: readonly string[]): void => {
  for (let depth = 1; depth < path.length; depth++) {
    const around = path.slice(0, depth)
    const node = document.getIn(around, true)
    if (!isAlias(node)) continue
    // References that dangle were refused, and a copy is what it is a copy of.
    const copy = node.resolve(document)!.clone() as Node
    // References after it still mean the original.
    visit(copy, {
      Value: (_, inner) => {
        delete inner.anchor
      },
    })
    document.setIn(around, copy)
  }
}

const resolved = (document: Document, node: unknown): unknown =>
  isAlias(node) ? node.resolve(document) : node

interface Entry {
  /** Where the key stands; an entry that an override made has no key node, but its value. */
  readonly key: Node | undefined
  readonly value: Node | undefined
}

const entryAt = (collection: unknown, name: PropertyKey): Entry | undefined => {
  if (isSeq(collection)) {
    // Lists that were parsed hold nodes.
    const item = collection.items[Number(name)] as Node | undefined
    return item && { key: item, value: item }
  }
  const entries = isMap(collection) ? collection.items : []
  const pair = entries.find(({ key }) => String(isScalar(key) ? key.value : key) === String(name))
  if (pair === undefined) return undefined
  const value = isNode(pair.value) ? pair.value : undefined
  return { key: isNode(pair.key) ? pair.key : value, value }
}

/**
 * The node of a value; for a mapping below its key, and where there is no value, the key that leads
 * there as far as there is one.
 */
const nodeAt = (document: Document, path: readonly PropertyKey[]): Node | undefined => {
  let node = document.contents ?? undefined
  let key = node
  for (const name of path) {
    const entry = entryAt(resolved(document, node), name)
    if (entry?.value === undefined) return key
    node = entry.value
    key = entry.key
  }
  return isMap(node) && node.flow !== true ? key : node
}

const keyNodeAt = (
  document: Document,
  path: readonly PropertyKey[],
  name: string,
): Node | undefined => {
  const mapping = path.length === 0 ? document.contents : document.getIn(path, true)
  return entryAt(resolved(document, mapping), name)?.key ?? nodeAt(document, path)
}
