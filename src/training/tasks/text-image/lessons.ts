/** What the steps of a model of words and pictures learn, in turns that are drawn by lot. */

import type { Random } from '../../../engine/tensor/random.js'

/** What a step learns. */
export interface Lesson {
  readonly name: 'drawing' | 'caption' | 'stillDrawing' | 'stillCaption'
  readonly direction: 'drawing' | 'caption'
  /** Frames of each example that are read; all when left out. */
  readonly frames?: number
}

const lessons: readonly Lesson[] = [
  { name: 'drawing', direction: 'drawing' },
  { name: 'caption', direction: 'caption' },
  { name: 'stillDrawing', direction: 'drawing', frames: 1 },
  { name: 'stillCaption', direction: 'caption', frames: 1 },
]

export interface LessonShares {
  /** How often each direction is trained, in proportion to each other. */
  readonly directions: { readonly textToImage: number; readonly imageToText: number }
  /** The share of steps that learn from first frames alone. */
  readonly stillShare: number
}

export interface LessonPlan {
  /** All lessons that have a share. */
  readonly taught: readonly Lesson[]
  /** The lesson of a step. */
  choose(random: Random): Lesson
}

export const planLessons = ({
  directions: { textToImage, imageToText },
  stillShare,
}: LessonShares): LessonPlan => {
  const captionShare = imageToText / (imageToText + textToImage)
  return {
    taught: lessons.filter(
      ({ direction, frames }) =>
        (direction === 'drawing' ? textToImage : imageToText) > 0 &&
        (frames === undefined || stillShare > 0),
    ),
    choose(random) {
      const direction = random.uniform() < captionShare ? 'caption' : 'drawing'
      // Drawn only where there are other lessons than on whole examples.
      const isStill = stillShare > 0 && random.uniform() < stillShare
      return lessons.find(
        (lesson) => lesson.direction === direction && (lesson.frames === 1) === isStill,
      )!
    },
  }
}
