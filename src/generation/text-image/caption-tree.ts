/**
 * The phrases of all answers to a model's questions as one tree of tokens, in which common beginnings
 * are read once, and the probabilities of the answers from the scores of its nodes.
 */

import type { Question } from '../../data/question.js'
import { logSumExp } from '../../engine/tensor/softmax.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { specialId } from '../../tokenizers/vocabulary.js'

/** A token and the node after which it is scored; -1 where captions begin. */
interface Step {
  readonly after: number
  readonly token: number
}

export interface CaptionTree {
  /** The token of each node; a node comes after its parent. */
  readonly tokens: readonly number[]
  /** The parent of each node; -1 for those that begin a caption. */
  readonly parents: readonly number[]
  /** For each question and answer, the tokens of each of its phrases. */
  readonly paths: readonly (readonly (readonly (readonly Step[])[])[])[]
}

/**
 * The tree of the questions' phrases, each cut off where a model stops reading. A phrase counts with
 * whatever may follow it, but where one phrase of a question begins another, so do their ends.
 */
export const captionTree = (
  questions: readonly Question[],
  text: TextTokenizer,
  { textLength }: { readonly textLength: number },
): CaptionTree => {
  const tokens: number[] = []
  const parents: number[] = []
  const children = new Map<string, number>()
  const nodeOf = ({ after, token }: Step): number => {
    const key = `${after} ${token}`
    const known = children.get(key)
    if (known !== undefined) return known
    children.set(key, tokens.length)
    parents.push(after)
    return tokens.push(token) - 1
  }
  const pathOf = (ids: readonly number[]): Step[] => {
    let after = -1
    return ids.map((token, place) => {
      const step = { after, token }
      // Nothing is scored after the last token, so it needs no node.
      if (place < ids.length - 1) after = nodeOf(step)
      return step
    })
  }
  const paths = questions.map(({ answers }) => {
    const read = answers.map(({ phrases }) =>
      phrases.map((phrase) => text.encode(phrase.trim()).slice(0, textLength - 1)),
    )
    const ends = hasBeginnings(read.flat()) ? [specialId('<eos>')] : []
    return read.map((phrases) => phrases.map((ids) => pathOf([...ids, ...ends])))
  })
  return { tokens, parents, paths }
}

/** Whether one of the lists begins another. */
const hasBeginnings = (lists: readonly (readonly number[])[]): boolean => {
  const sorted = lists.map((list) => `${list.join(' ')} `).sort()
  return sorted.some((list, place) => place > 0 && list.startsWith(sorted[place - 1]!))
}

/**
 * The probability of each answer to each question, from the logarithms of the probabilities of all
 * tokens: [1 + nodes, vocabulary], those that begin a caption first.
 */
export const answerProbabilities = (
  { paths }: CaptionTree,
  logarithms: Float32Array,
  vocabulary: number,
): number[][] =>
  paths.map((answers) => {
    const scores = answers.map((phrases) =>
      logSumExp(
        phrases.map((steps) =>
          steps.reduce(
            (sum, { after, token }) => sum + logarithms[(after + 1) * vocabulary + token]!,
            0,
          ),
        ),
      ),
    )
    const whole = logSumExp(scores)
    return scores.map((score) => Math.exp(score - whole))
  })
