/**
 * Renders Jinja templates of strangers. The interpreter has no access to its host: a template sees
 * what it is given, `range` and `raise_exception`, not even the clock. Here its work is bounded too.
 * Every node that it evaluates is counted, with the sizes of the values that it works on, so that a
 * template costs the same everywhere and ends without a watch.
 */

import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { DataError } from '../../../errors.js'

const limits = {
  /** Characters of a template. */
  source: 100_000,
  /** Characters of a text that it makes. */
  text: 1 << 20,
  /** Nodes evaluated, and elements and stretches of text worked on. */
  work: 2_000_000,
  /** Nodes inside of nodes, through macros too. */
  nesting: 400,
  /** Numbers of a range. */
  range: 100_000,
  /** Spaces of an indentation; each line gets them. */
  indent: 64,
}

/** Characters that cost as much as a node. */
const stretch = 256

/** What the interpreter's own types say, as far as it matters here. */
interface Node {
  readonly type: string
  readonly filter?: { readonly value?: unknown; readonly callee?: { readonly value?: unknown } }
  readonly operand?: Node
  readonly body?: readonly Node[]
}
interface JinjaValue {
  readonly type: string
  readonly value: unknown
}
interface Evaluator {
  run(program: unknown): JinjaValue
  evaluate(node: Node | undefined, scope: unknown): JinjaValue
}

/** Nodes that work on the whole of what they are given, rather than pass it on. */
const workers = new Set([
  ...['For', 'FilterExpression', 'FilterStatement', 'CallExpression', 'CallStatement'],
  ...['BinaryExpression', 'TestExpression', 'SelectExpression', 'ArrayLiteral', 'TupleLiteral'],
  ...['ObjectLiteral', 'Set', 'Program'],
])

const tooCostly = (what: string): never => {
  throw new DataError(
    `the chat template: expected one that ends soon, ${what}. Take another, or a shorter conversation`,
  )
}

/** Whether a node is an argument of a filter that may repeat spaces as often as it is told. */
const isArgumentOfIndenting = (node: Node, { filter, operand, body }: Node): boolean => {
  const name = filter?.callee?.value ?? filter?.value
  const isIndenting = name === 'indent' || name === 'tojson'
  return isIndenting && node !== operand && body?.includes(node) !== true
}

/** Refuses an indentation that each line would get, and lists and mappings that hold one. */
const checkIndent = ({ value }: JinjaValue): void => {
  if (typeof value === 'number' && value > limits.indent) {
    tooCostly(`got an indentation of ${value}`)
  }
  // The library's lists and mappings hold values of its own, here and below.
  if (Array.isArray(value)) (value as JinjaValue[]).forEach(checkIndent)
  if (value instanceof Map) for (const part of value.values()) checkIndent(part as JinjaValue)
}

/** The size of values in units of work; shared parts count wherever they occur. */
const createMeasure = () => {
  const known = new WeakMap<object, number>()
  const measure = (value: JinjaValue): number => {
    const { type, value: content } = value
    if (typeof content === 'string') {
      if (content.length > limits.text) {
        tooCostly(`got a text of more than ${limits.text} characters`)
      }
      return 1 + content.length / stretch
    }
    const parts = Array.isArray(content)
      ? (content as JinjaValue[])
      : content instanceof Map
        ? [...(content.values() as Iterable<JinjaValue>)]
        : []
    if (parts.length === 0) return 1
    const size = known.get(value) ?? parts.reduce((sum, part) => sum + measure(part), 1)
    // A namespace changes; everything else stays as it is made.
    if (type !== 'NamespaceValue') known.set(value, size)
    if (size > limits.work) tooCostly('got a value that is too large')
    return size
  }
  return measure
}

const boundedRange = (first: number, second?: number, step = 1): number[] => {
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  const count = Math.max(0, Math.ceil((stop - start) / step))
  if (!(count <= limits.range)) tooCostly(`got a range of ${count} numbers`)
  return Array.from({ length: count }, (_, place) => start + place * step)
}

/** The text of a template. Throws DataError where it is wrong, too costly or raises an exception. */
export const renderBounded = (
  source: string,
  inputs: Readonly<Record<string, unknown>>,
): string => {
  if (source.length > limits.source) {
    tooCostly(`got one of ${source.length} characters, more than ${limits.source}`)
  }
  const scope = new Environment()
  const globals = {
    ...{ true: true, false: false, none: null, True: true, False: false, None: null },
    range: boundedRange,
    raise_exception: (message: unknown) => {
      throw new DataError(`the chat template refuses the conversation: ${message}`)
    },
  }
  for (const [name, value] of Object.entries({ ...globals, ...inputs })) scope.set(name, value)
  // The library does not export the types of its nodes, so they are described above.
  const interpreter = new Interpreter(scope) as unknown as Evaluator
  const evaluate = interpreter.evaluate.bind(interpreter)
  const measure = createMeasure()
  let work = 0
  let nesting = 0
  /** The sizes of what the node at hand has been given so far. */
  let given = 0
  let parent: Node | undefined

  interpreter.evaluate = (node, inner) => {
    if (++work > limits.work) tooCostly(`got more than ${limits.work} steps`)
    if (++nesting > limits.nesting) tooCostly(`got macros or brackets ${limits.nesting} deep`)
    const [before, outer] = [given, parent]
    given = 0
    parent = node
    const result = evaluate(node, inner)
    parent = outer
    let size = measure(result)
    if (node !== undefined && workers.has(node.type)) work += given + size
    // A method works on the value that it belongs to once it is called.
    if (result.type === 'FunctionValue') size += given
    if (parent !== undefined && node !== undefined && isArgumentOfIndenting(node, parent)) {
      checkIndent(result)
    }
    given = before + size
    nesting--
    return result
  }
  try {
    const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
    return String(interpreter.run(program).value)
  } catch (error) {
    if (error instanceof DataError) throw error
    if (error instanceof RangeError) return tooCostly(`got ${error.message}`)
    throw new DataError(
      `the chat template cannot be rendered: ${error instanceof Error ? error.message : error}. ` +
        'Mend chatTemplate in config.json',
      { cause: error },
    )
  }
}
