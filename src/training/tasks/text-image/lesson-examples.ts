/** Examples as lessons take them: the words of one of their captions, and the codes of one variant. */

import type { PictureCache } from '../../../data/cache.js'
import { type CaptionChoice, captionOf } from '../../../data/captions.js'
import type { Language } from '../../../data/example.js'
import { createRandom } from '../../../engine/tensor/random.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import type { TextImageExample } from '../../objectives/text-image.js'
import type { CodeTable } from './code-table.js'
import type { Lesson } from './lessons.js'

export interface LessonExamplesOptions {
  readonly cache: PictureCache
  /** The examples that are trained on; plans count in them. */
  readonly train: readonly number[]
  readonly codes: CodeTable
  readonly text: TextTokenizer
  readonly languages: readonly Language[]
  readonly seed: number
}

export interface LessonExamples {
  /** A planned example as a step sees it: other captions and variants in each epoch. */
  toLearn(
    planned: { readonly index: number; readonly epoch: number },
    lesson: Lesson,
  ): Promise<TextImageExample>
  /** An example of the cache as it is, with the same caption each time, none that is partial. */
  toMeasure(example: number): Promise<TextImageExample>
}

export const createLessonExamples = ({
  cache,
  train,
  codes,
  text,
  languages,
  seed,
}: LessonExamplesOptions): LessonExamples => {
  const wordsOf = (example: number, choice: CaptionChoice): number[] =>
    text.encode(captionOf(cache.examples[example]!, { ...choice, languages }).text)

  return {
    async toLearn({ index, epoch }, { direction, frames }) {
      // Of a crossing only the words are true, and not of its first frame.
      const crossings = direction === 'caption' && frames === undefined ? codes.crossings : 0
      const random = createRandom(seed, 'variant', epoch, index)
      const example = train[index]!
      return {
        words: wordsOf(example, { seed, epoch }),
        codes: await codes.codes(example, random.integer(codes.variants + crossings)),
      }
    },
    toMeasure: async (example) => ({
      words: wordsOf(example, { seed: seed + 1, epoch: 0, isComplete: true }),
      codes: await codes.codes(example, 0),
    }),
  }
}
