/** How rotary operations are written where the runtime has no kernel for their dtype. */

import type { OnnxEmitter } from '../graph/operation.js'

interface Turn {
  /** Half of the width. */
  readonly half: number
  /** Angles that broadcast to half of the operand. */
  readonly cosines: string
  readonly sines: string
}

/** Emits (a cos - b sin, b cos + a sin) for the halves a and b of x along its last axis. */
export const emitTurn = (emit: OnnxEmitter, x: string, { half, cosines, sines }: Turn): string => {
  const [first, second] = emit.nodes(
    'Split',
    [x, emit.integers([half, half])],
    { axis: -1 },
    { outputs: 2 },
  )
  const mul = (a: string, b: string) => emit.node('Mul', [a, b])
  const turned = [
    emit.node('Sub', [mul(first!, cosines), mul(second!, sines)]),
    emit.node('Add', [mul(second!, cosines), mul(first!, sines)]),
  ]
  return emit.node('Concat', turned, { axis: -1 })
}
