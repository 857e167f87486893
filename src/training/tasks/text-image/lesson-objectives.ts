/** The losses of lessons, by the configuration of the model, and what they are fed. */

import type { Random } from '../../../engine/tensor/random.js'
import { type TextImageConfig, textImageOf } from '../../../generation/text-image/config.js'
import { codesOf } from '../../../network/models/clip-grid.js'
import { parameterInputs } from '../../../network/parameters.js'
import {
  captionBatch,
  captionLoss,
  type DrawingOptions,
  drawingBatch,
  drawingLoss,
  type TextImageExample,
} from '../../objectives/text-image.js'
import type { Feeds } from '../../trainer.js'
import type { Lesson } from './lessons.js'

export interface LessonObjectivesOptions extends Omit<DrawingOptions, 'isParallel'> {
  readonly config: TextImageConfig
  /** Examples of a batch. */
  readonly batch: number
}

export const createLessonObjectives = ({ config, batch, ...options }: LessonObjectivesOptions) => {
  const { vocabulary, model } = textImageOf(config)
  const { layout } = config
  const isParallel = config.drawing === 'masked-codes'

  return {
    model,
    batch,

    /** The loss of a lesson, and what it trains. Feeds: `feeds`. */
    loss({ direction, frames }: Lesson) {
      const { values, inputs } = parameterInputs(model.parameters)
      const loss =
        direction === 'drawing'
          ? drawingLoss(model, values, { batch, frames, isParallel })
          : captionLoss(model, values, { batch, frames })
      return { loss, trained: inputs }
    },

    /** The feeds for a batch of whole examples; chance decides what is hidden or replaced. */
    feeds(
      { direction, frames = layout.frames }: Lesson,
      examples: readonly TextImageExample[],
      random: Random,
    ): Feeds {
      const count = codesOf({ ...layout, frames })
      const seen = examples.map(({ words, codes }) => ({
        words,
        codes: Array.prototype.slice.call(codes, 0, count),
      }))
      const context = { vocabulary, layout, random }
      return direction === 'drawing'
        ? drawingBatch(seen, context, { ...options, isParallel })
        : captionBatch(seen, context, options)
    },

    /** Tokens that the network reads of an example. */
    lengthOf: ({ direction, frames }: Lesson): number =>
      direction === 'drawing' ? model.drawingLength(frames) : model.captionLength(frames),
  }
}

export type LessonObjectives = ReturnType<typeof createLessonObjectives>
