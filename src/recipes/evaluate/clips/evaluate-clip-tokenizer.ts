/**
 * Measures a tokenizer of clips by itself, before a model learns to draw its codes: how near clips stay
 * to themselves and, where a grammar says what they show, whether a judge still reads it.
 */

import type { Question } from '../../../data/question.js'
import { measuredMembers } from '../../../data/split.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { keptClips, measureTokenizer, tokenizeClips } from '../pictures/tokenized.js'
import { answersOf, chooseAsked, pixelsOf } from './asked-clips.js'
import { clipJudgeName, measureReals, trainClipJudge } from './clip-judge.js'

export interface EvaluateClipTokenizerOptions
  extends Pick<EvaluateOptions, 'data' | 'seed' | 'count' | 'onProgress'> {
  readonly runtime: Runtime
  readonly tokenizer: ImageTokenizer
  /** What the judge answers; none where the data has no grammar. */
  readonly questions: readonly Question[]
  /** Updates that the judge learns in. */
  readonly judgeSteps?: number
}

/** All measures, on held-out clips, or on training clips where none are held out. */
export const evaluateClipTokenizer = async ({
  runtime,
  tokenizer,
  data: { cache, split },
  questions,
  seed,
  count,
  judgeSteps,
  onProgress,
}: EvaluateClipTokenizerOptions): Promise<Measures> => {
  const chosen = chooseAsked(cache, measuredMembers(split), questions, count, seed)
  const reals = await pixelsOf(chosen, cache)
  const tokenized = await tokenizeClips(tokenizer, reals)
  const measures = { tokenizer: measureTokenizer(tokenized, tokenizer) }
  if (questions.length === 0) return measures
  const judge = await trainClipJudge({
    ...{ runtime, cache, members: split.train, questions, seed, onProgress },
    ...(judgeSteps !== undefined && { steps: judgeSteps }),
  })
  try {
    const truths = chosen.map((index) => answersOf(questions, cache.examples[index]!)!)
    const kept = keptClips(tokenized)
    return {
      ...measures,
      ...(await measureReals(judge, { reals, kept, questions, truths })),
      judgedBy: clipJudgeName,
    }
  } finally {
    await judge.close()
  }
}
