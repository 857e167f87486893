/**
 * Measures a classifier of texts in training, and how much its network and the linear classifier
 * beside it are to count where both vote.
 */

import { spreadOver } from '../../../data/order/spread-over.js'
import type { TextClassificationConfig } from '../../../generation/text-classification/config.js'
import type { LabelScorer } from '../../../generation/text-classification/label-scorer.js'
import { type VoteWeights, vote } from '../../../generation/text-classification/vote.js'
import { fitVotes } from '../../fit-votes.js'
import { bestOf, measureGuesses } from '../../metrics/classification.js'
import type { LabelledText } from '../../objectives/text-classification.js'

/** What decides which checkpoint is the best. */
export type ClassificationScore = 'accuracy' | 'macro-f1' | 'loss'

/** Rows of each part that are measured during a run at most. */
const measured = { heldOut: 4096, training: 512 }

/** The measures that say how much the network and the linear classifier count. */
const voteNames = { network: 'votes.network', linear: 'votes.linear' } as const

/** The weights that measures of a run tell, where they do. */
export const votesIn = (measures: Readonly<Record<string, number>>): VoteWeights | undefined => {
  const [network, linear] = [measures[voteNames.network], measures[voteNames.linear]]
  return network === undefined || linear === undefined ? undefined : { network, linear }
}

export interface MeasuredTexts {
  readonly config: TextClassificationConfig
  readonly training: readonly LabelledText[]
  readonly validation: readonly LabelledText[]
}

export interface TextMeasures {
  readonly measures: Record<string, number>
  /** By what may decide; smaller is better. */
  readonly scores: Readonly<Record<ClassificationScore, number>>
}

/** Measures what a scorer makes of both parts. */
export const measureTexts = async (
  scorer: LabelScorer,
  { config, training, validation }: MeasuredTexts,
): Promise<TextMeasures> => {
  const { labels, linear } = config
  const heldOut = await look(scorer, validation, measured.heldOut)
  const seen = await look(scorer, training, measured.training)
  // A network that learns what numbers leave over is half of a sum, and no voter.
  const votes = linear?.kind === 'ngrams' ? fitVotes(votedRows(heldOut)) : undefined
  const { loss, accuracy, macroF1 } = measure(labels.length, heldOut, votes)
  const learned = measure(labels.length, seen, votes)
  return {
    measures: {
      'heldOut.loss': loss,
      'heldOut.accuracy': accuracy,
      'heldOut.macroF1': macroF1,
      'training.loss': learned.loss,
      'training.accuracy': learned.accuracy,
      ...(votes === undefined
        ? {}
        : {
            'heldOut.network': measure(labels.length, heldOut, { network: 1, linear: 0 }).accuracy,
            [voteNames.network]: votes.network,
            [voteNames.linear]: votes.linear,
          }),
    },
    scores: { loss, accuracy: 1 - accuracy, 'macro-f1': 1 - macroF1 },
  }
}

/** A text with the network's scores of the labels. */
interface ScoredText extends LabelledText {
  readonly network: readonly number[]
}

/** Rows of a part, scored: spread evenly over it, whatever its order. */
const look = async (
  scorer: LabelScorer,
  part: readonly LabelledText[],
  limit: number,
): Promise<ScoredText[]> => {
  const chosen = spreadOver(part, limit)
  const scores = await scorer.score(chosen)
  return chosen.map((text, row) => ({ ...text, network: scores[row]! }))
}

const votedRows = (texts: readonly ScoredText[]) =>
  texts.flatMap(({ network, linear, label }) =>
    linear === undefined ? [] : [{ network, linear: linear.scores, label }],
  )

/** Mean loss in nats, and the guesses' measures, by these weights or by those that texts have. */
const measure = (
  labels: number,
  texts: readonly ScoredText[],
  weights: VoteWeights | undefined,
) => {
  const truth = texts.map(({ label }) => label)
  const likely = texts.map(({ network, linear }) =>
    vote(network, linear && { ...linear, weights: weights ?? linear.weights }),
  )
  const loss = likely.reduce((sum, row, index) => sum - row[truth[index]!]!, 0) / texts.length
  return { loss, ...measureGuesses(labels, truth, likely.map(bestOf)) }
}
