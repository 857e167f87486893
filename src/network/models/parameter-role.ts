/** What the parameters of Transformers are, told by their names. */

/**
 * `block`: of one of the blocks. `embedding`: rows for ids. `table`: rows for something else, such as
 * places. `head`: rows that score ids. `classifier`: what scores labels. `pixels`: what paints patches
 * of pixels. `top`: what else stands above the last block. `other`: anything else.
 */
export type ParameterRole =
  | 'block'
  | 'embedding'
  | 'table'
  | 'head'
  | 'classifier'
  | 'pixels'
  | 'top'
  | 'other'

/** A place in a stack of blocks: the names of an encoder's begin with `encoder.`. */
export interface BlockPlace {
  readonly stack: string
  readonly block: number
}

/** The block that a parameter belongs to; undefined outside of blocks. */
export const blockOf = (name: string): BlockPlace | undefined => {
  const found = /^(|.*\.)layers\.(\d+)\./.exec(name)
  return found === null ? undefined : { stack: found[1]!, block: Number(found[2]) }
}

export const roleOf = (name: string): ParameterRole => {
  if (blockOf(name) !== undefined) return 'block'
  const has = (...parts: readonly string[]) => name.split('.').some((part) => parts.includes(part))
  if (has('embedding')) return 'embedding'
  if (has('places', 'segments', 'directions')) return 'table'
  if (has('head')) return has('output') ? 'classifier' : 'head'
  if (has('pixels', 'mask')) return 'pixels'
  return has('norm', 'headBias', 'transform', 'output') ? 'top' : 'other'
}
