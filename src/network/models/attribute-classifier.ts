/**
 * Tells attributes of clips by the colours in their cells. Each question has a dense layer of its own
 * over all cells, so that what is learned about one attribute lends nothing to another with which it
 * happens to go together in training.
 */

import type { Value } from '../../engine/graph/value.js'
import { relu, reshape } from '../../engine/operations/index.js'
import { affine, defineLayer } from '../layers/index.js'

export interface AttributeClassifierOptions {
  readonly frames: number
  /** Cells of a frame. */
  readonly cells: number
  /** Numbers that tell the colours of a cell. */
  readonly colours: number
  /** How many answers each question has. */
  readonly answers: readonly number[]
  /** Numbers that remain of a cell, and of a frame for each question. */
  readonly cellWidth: number
  readonly frameWidth: number
}

/**
 * [batch, frames, cells, colours] → scores of the answers to each question, [batch, answers]. `drop`
 * drops some activations in training.
 */
export const attributeClassifier = ({
  frames,
  cells,
  colours,
  answers,
  cellWidth,
  frameWidth,
}: AttributeClassifierOptions) => {
  const cell = affine({ inputs: colours, outputs: cellWidth })
  const heads = answers.map((outputs) => ({
    frame: affine({ inputs: cells * cellWidth, outputs: frameWidth }),
    answer: affine({ inputs: frames * frameWidth, outputs }),
  }))
  return defineLayer('attributes', {
    parameters: {
      cell: cell.parameters,
      heads: heads.map(({ frame, answer }) => ({
        frame: frame.parameters,
        answer: answer.parameters,
      })),
    },
    apply: (values, clips: Value, drop: (x: Value) => Value = (x) => x): readonly Value[] => {
      const found = relu(cell.apply(values.cell, reshape(clips, { shape: [-1, colours] })))
      const frameCells = drop(reshape(found, { shape: [-1, cells * cellWidth] }))
      return heads.map(({ frame, answer }, place) => {
        const own = values.heads[place]!
        const seen = relu(frame.apply(own.frame, frameCells))
        return answer.apply(own.answer, reshape(seen, { shape: [-1, frames * frameWidth] }))
      })
    },
  })
}
