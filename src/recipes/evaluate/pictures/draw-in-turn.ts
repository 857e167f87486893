/** Draws many pictures or clips, some at a time, so that memory holds few of them together. */

import type { DrawOptions, DrawRequest } from '../../../generation/text-image/draw-request.js'
import type { Drawing } from '../../../generation/text-image/text-image-model.js'
import type { EvaluateOptions } from '../measures.js'

export interface DrawInTurnOptions {
  /** What progress calls the work. */
  readonly work: string
  /** Drawings that are made together. */
  readonly atOnce: number
  /** As the model has it when left out. */
  readonly drawing?: DrawOptions
}

/** The drawings in the order of their requests; progress is told after those made together. */
export async function* drawInTurn(
  requests: readonly DrawRequest[],
  { model, onProgress }: Pick<EvaluateOptions, 'model' | 'onProgress'>,
  { work, atOnce, drawing }: DrawInTurnOptions,
): AsyncGenerator<Drawing> {
  for (let first = 0; first < requests.length; first += atOnce) {
    const chunk = requests.slice(first, first + atOnce)
    yield* await model.draw(chunk, drawing)
    onProgress(work, first + chunk.length, requests.length)
  }
}
