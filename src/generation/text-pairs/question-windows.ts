/**
 * Questions on passages: the passage is read in windows, as many as it takes, each with the question
 * before it. A window of a passage overlaps with the one before.
 */

import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { TextPairsConfig } from './config.js'

export interface QuestionWindow {
  /** Question and passage, as a source. */
  readonly ids: readonly number[]
  /** The ids of the part of the passage that is in it. */
  readonly passage: readonly number[]
}

/** Of the room for a source, the question gets no more than half. */
const questionShare = 0.5

export const questionWindows = (
  question: string,
  passage: string,
  text: TextTokenizer,
  { sourceLength, stride }: Pick<TextPairsConfig, 'sourceLength' | 'stride'>,
): QuestionWindow[] => {
  const asked = text
    .encode(question.replace(/\s+/g, ' ').trim())
    .slice(0, Math.floor(questionShare * sourceLength))
  const before = [...asked, ...text.encode('\n')]
  const room = sourceLength - before.length
  const ids = text.encode(passage)
  // A long question leaves little room: windows then overlap by half and still advance.
  const overlap = Math.min(stride, Math.floor(room / 2))
  const step = Math.max(1, room - overlap)
  const windows: QuestionWindow[] = []
  for (let start = 0; start === 0 || start + overlap < ids.length; start += step) {
    const part = ids.slice(start, start + room)
    windows.push({ ids: [...before, ...part], passage: part })
    if (start + room >= ids.length) break
  }
  return windows
}
